#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pbt/folder.h"
#include "pbt/turn.h"

namespace pbt::simulation {

/// What a simulated trainer trains, and all that its checkpoint holds. It says of itself where it comes from, so that
/// whoever reads it can tell whether these are the bytes that the record speaks of.
struct Network {
  std::uint64_t chain = 0;  ///< a digest of everything that made them: the parent's chain, hyperparameters, seed, steps
  std::uint64_t parent = 0;           ///< the parent's chain; 0: begun afresh
  std::uint64_t hyperparameters = 0;  ///< digest of the values in effect in the turn
  std::int64_t seed = 0;
  std::int64_t from_step = 0, to_step = 0;
  double skill = 0;  ///< the score is this and some noise
};

[[nodiscard]] std::uint64_t digest(std::uint64_t a, std::uint64_t b);
[[nodiscard]] std::uint64_t digest(const Hyperparameters& values);

/// `parent`: null where they begin afresh. Without its chain and skill.
[[nodiscard]] Network descend(const Network* parent, const Hyperparameters& values, std::int64_t seed,
                              std::int64_t from_step, std::int64_t to_step);

/// Two files, the second of which repeats the chain, so that half a checkpoint is none.
void save(const Network& weights, const Folder& folder);
/// None when the files are not whole.
[[nodiscard]] std::optional<Network> load(const Folder& folder);

}  // namespace pbt::simulation
