#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "rl/environment.h"

namespace pbt::rl {

/// Environments that a Python package provides, run by an interpreter inside this process (rl/python_interpreter.h).
/// `options.name` says which:
///
/// * "gymnasium:NAME": any environment of Gymnasium, by the name that gymnasium.make takes; "gymnasium:MODULE:NAME"
///   imports the package that registers it first. What is seen becomes leaves: boxes are real, boxes of uint8 are bytes
///   (images turned to [channels, height, width]), discrete spaces are one-hot, dictionaries and tuples are one leaf
///   each element, "outer.inner"; texts inside them are left out. The mask comes from info["action_mask"] or from the
///   observation's own "action_mask".
/// * "atari:GAME": a game of the Arcade Learning Environment as Machado et al. (2018, "Revisiting the Arcade Learning
///   Environment", section 4) and Mnih et al. (2015) prepare it: fewer than 30 idle frames at the start, each action
///   kept for 4 frames, the maximum of the last two of these, 84 x 84 grey pixels, at most 108,000 frames a game. Made
///   for training, rewards are reduced to their sign and a lost life ends the episode. ":sticky" repeats the last
///   action with a probability of 0.25, ":whole_games" leaves out the ends at lost lives, ":all_actions" offers all 18.
/// * "vizdoom:NAME": an environment of ViZDoom's, its screen as 84 x 84 grey pixels (":rgb": in colour), and the
///   game's variables, in hundreds, as a leaf of their own; each action is kept for 4 tics.
/// * "deepmind_lab:LEVEL": a level of DeepMind Lab, 84 x 84 pixels in colour, each action kept for 4 frames.
/// * "starcraft2:MAP": a map of StarCraft II by PySC2: the feature layers, the function to call (masked) and its
///   arguments.
///
/// Frames are not stacked here: make_environments() does.
///
/// Environment i's first episode is seeded with the first number of the stream (seed, purpose, i), later ones follow
/// from it. Throws as make_environments does; std::runtime_error, with Python's own message, where a package fails.
[[nodiscard]] std::unique_ptr<VectorEnvironment> make_python_environments(const EnvironmentOptions& options,
                                                                          std::size_t count, std::uint64_t seed,
                                                                          Purpose purpose);

}  // namespace pbt::rl
