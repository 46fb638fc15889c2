#pragma once

#include <memory>

#include "pbt/algorithm.h"

// The makers of the strategies and algorithms that strategies.cc lists by name. All throw UsageError on a wrong
// setting.
namespace pbt {

constexpr double kTruncationFraction = 0.2;

[[nodiscard]] std::unique_ptr<Exploit> make_truncation(const Experiment& experiment, const Settings& settings);
[[nodiscard]] std::unique_ptr<Exploit> make_t_test(const Experiment& experiment, const Settings& settings);
[[nodiscard]] std::unique_ptr<Exploit> make_binary_tournament(const Experiment& experiment, const Settings& settings);

[[nodiscard]] std::unique_ptr<Explore> make_perturb(const Experiment& experiment, const Settings& settings);
[[nodiscard]] std::unique_ptr<Explore> make_resample(const Experiment& experiment, const Settings& settings);

[[nodiscard]] std::unique_ptr<Algorithm> make_pbt(const Experiment& experiment, const Strategies& strategies);
[[nodiscard]] std::unique_ptr<Algorithm> make_random(const Experiment& experiment, const Strategies& strategies);
[[nodiscard]] std::unique_ptr<Algorithm> make_halving(const Experiment& experiment, const Strategies& strategies);
[[nodiscard]] std::unique_ptr<Algorithm> make_bayesian(const Experiment& experiment, const Strategies& strategies);
[[nodiscard]] std::unique_ptr<Algorithm> make_fixed(const Experiment& experiment, const Strategies& strategies);

/// What they share: a choice to begin afresh with these values.
[[nodiscard]] Choice start_with(Hyperparameters hyperparameters, std::string reason);
/// The member's last turn goes on with these values.
[[nodiscard]] Choice proceed_with(const Member& member, Hyperparameters hyperparameters, std::string reason);
/// The member trains no more. What it stands for keeps its checkpoint: its last turn; of one that failed after a copy,
/// what it copied, as the bytes of its own last turn may be gone.
[[nodiscard]] Choice stop_with(const Member& member, std::string reason);
/// The values for `member` from its [[initial]] row, completed by draws; all drawn where there is no row.
[[nodiscard]] Choice first_from_space(const Experiment& experiment, int member, Random& random);

}  // namespace pbt
