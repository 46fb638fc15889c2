#pragma once

#include <memory>
#include <vector>

#include "rl/drawing.h"
#include "rl/model.h"

namespace pbt::rl {

/// Each leaf of `rows` observations as a tensor [rows, shape...] on the device. On the CPU they are views of
/// `observations`, which outlives them.
[[nodiscard]] std::vector<torch::Tensor> tensors_of(const Observations& observations, const Spaces& spaces,
                                                    std::int64_t rows, torch::Device device);

/// Lets a model act in several environments, and remembers for it. The model's weights are those of the actor's making,
/// and it outlives the actor; after an update, call refresh().
class Actor {
 public:
  Actor(Model& model, std::size_t environments, Mode mode);

  /// Takes the model's weights over once more. What is remembered stays.
  void refresh();
  /// What to do in each environment. Valid until the next call.
  const Actions& act(const Observations& observations, Random& random);
  /// Must follow each step: an episode that is over is forgotten.
  void note(const Outcomes& outcomes);
  /// What the network would say next of observations, without remembering them.
  [[nodiscard]] Output look_ahead(const Observations& observations);

  /// Continuous parts of the latest actions before they were clipped and scaled.
  [[nodiscard]] const std::vector<float>& drawn() const { return drawn_; }
  /// What the network said for the latest actions; undefined where they came from plain loops.
  [[nodiscard]] const Output& said() const { return said_; }
  [[nodiscard]] const Memory& memory() const { return memory_; }
  /// 1 where an episode begins with the next step, [environments].
  [[nodiscard]] const std::vector<float>& begins() const { return begins_; }

 private:
  void act_plainly(const Observations& observations, Random& random);
  void act_by_network(const Observations& observations, Random& random);
  void draw_for(std::size_t i, const float* outputs, const Observations& observations, Random& random);
  [[nodiscard]] Output forward(const Observations& observations, Memory& memory);

  Model& model_;
  Mode mode_;
  std::unique_ptr<PlainPolicy> plain_;  ///< null: libtorch acts
  std::vector<float> deviations_;
  Memory memory_;
  std::vector<float> begins_;
  Actions actions_;
  std::vector<float> drawn_;
  std::vector<float> flat_;  ///< one environment's leaves, joined, for plain loops
  Output said_;
};

}  // namespace pbt::rl
