#pragma once

#include <cstddef>
#include <vector>

namespace pbt::rl {

/// A layer of a network in plain loops: outputs = weights * inputs + bias.
class PlainLayer {
 public:
  PlainLayer() = default;
  /// `weights` as libtorch has them: [outputs, inputs], row-major.
  PlainLayer(const float* weights, const float* bias, std::size_t inputs, std::size_t outputs);

  /// Reads `inputs()` numbers, writes `outputs()` of them; `to` has room for padded_outputs().
  void apply(const float* from, float* to) const;
  [[nodiscard]] std::size_t inputs() const { return inputs_; }
  [[nodiscard]] std::size_t outputs() const { return outputs_; }
  [[nodiscard]] std::size_t padded_outputs() const { return bias_.size(); }

 private:
  std::size_t inputs_ = 0;
  std::size_t outputs_ = 0;
  std::vector<float> weights_;  ///< a tile of outputs after another; within a tile [inputs, tile]
  std::vector<float> bias_;
};

/// A copy of an mlp body's policy for acting: two hidden layers of tanh, in plain loops. One observation of a small
/// network takes about a microsecond, where a call of libtorch takes tens. Equal to libtorch's forward to 1e-5.
class PlainPolicy {
 public:
  PlainPolicy() = default;
  PlainPolicy(PlainLayer first, PlainLayer second, PlainLayer head);

  /// The head's outputs for an observation of inputs() numbers; valid until the next call.
  [[nodiscard]] const float* outputs(const float* observation);
  [[nodiscard]] std::size_t inputs() const { return first_.inputs(); }
  [[nodiscard]] std::size_t output_count() const { return head_.outputs(); }

 private:
  PlainLayer first_, second_, head_;
  std::vector<float> hidden_, more_hidden_, outputs_;
};

}  // namespace pbt::rl
