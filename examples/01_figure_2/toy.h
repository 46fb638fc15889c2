#pragma once

#include "pbt/pbt.h"

/// The toy of the paper's Figure 2: maximise Q(θ) = 1.2 − (θ₀² + θ₁²), while a member can only follow the gradient of
/// Q̂(θ|h) = 1.2 − (h₀θ₀² + h₁θ₁²). Two members start at θ = (0.9, 0.9), with h = (1, 0) and (0, 1): held fixed,
/// neither can pass 1.2 − 0.81 = 0.39.
namespace figure_2 {

enum class Method { pbt, exploit_only, explore_only, fixed };

inline constexpr Method methods[] = {Method::pbt, Method::exploit_only, Method::explore_only, Method::fixed};

[[nodiscard]] const char* name(Method method);

/// Two members, a turn every 4 steps, 160 steps each.
[[nodiscard]] pbt::Experiment experiment(Method method, std::uint64_t seed);

/// Follows the gradient of Q̂; the checkpoint is θ. A turn's metrics are Q, theta_0 and theta_1.
[[nodiscard]] pbt::Report train(const pbt::Assignment& turn, pbt::TurnControl& control);

}  // namespace figure_2
