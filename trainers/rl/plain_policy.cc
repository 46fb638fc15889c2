#include "rl/plain_policy.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pbt::rl {
namespace {

// Sums of a wide tile stay in registers while the inputs pass by; narrow ones spare small heads the padding.
constexpr std::size_t wide = 32;
constexpr std::size_t narrow = 4;

std::size_t tile_at(std::size_t output, std::size_t padded) { return padded - output >= wide ? wide : narrow; }

/// tanh within 1e-6: the rational approximation that Eigen uses. Without calls and branches, so that loops over it
/// vectorise.
float fast_tanh(float x) {
  constexpr float beyond = 7.9F;  // tanh is 1 in float from here on
  x = std::min(std::max(x, -beyond), beyond);
  const float x2 = x * x;
  float odd = -2.76076847742355e-16F;
  for (const float coefficient : {2.00018790482477e-13F, -8.60467152213735e-11F, 5.12229709037114e-08F,
                                  1.48572235717979e-05F, 6.37261928875436e-04F, 4.89352455891786e-03F})
    odd = odd * x2 + coefficient;
  float even = 1.19825839466702e-06F;
  for (const float coefficient : {1.18534705686654e-04F, 2.26843463243900e-03F, 4.89352518554385e-03F})
    even = even * x2 + coefficient;
  return x * odd / even;
}

template <std::size_t tile>
const float* apply_tile(const float* weights, const float* bias, const float* from, std::size_t inputs, float* to) {
  std::array<float, tile> sums;
  std::copy_n(bias, tile, sums.begin());
  for (std::size_t i = 0; i < inputs; ++i, weights += tile)
    for (std::size_t o = 0; o < tile; ++o) sums[o] += from[i] * weights[o];
  std::copy_n(sums.begin(), tile, to);
  return weights;
}

void apply_tanh(std::vector<float>& values) {
  for (float& value : values) value = fast_tanh(value);
}

}  // namespace

PlainLayer::PlainLayer(const float* weights, const float* bias, std::size_t inputs, std::size_t outputs)
    : inputs_(inputs), outputs_(outputs), bias_(bias, bias + outputs) {
  bias_.resize((outputs + narrow - 1) / narrow * narrow);
  for (std::size_t begin = 0; begin < bias_.size(); begin += tile_at(begin, bias_.size()))
    for (std::size_t i = 0; i < inputs; ++i)
      for (std::size_t o = begin; o < begin + tile_at(begin, bias_.size()); ++o)
        weights_.push_back(o < outputs ? weights[o * inputs + i] : 0.0F);
}

void PlainLayer::apply(const float* from, float* to) const {
  const float* weights = weights_.data();
  for (std::size_t o = 0; o < bias_.size();) {
    const bool is_wide = tile_at(o, bias_.size()) == wide;
    weights = is_wide ? apply_tile<wide>(weights, bias_.data() + o, from, inputs_, to + o)
                      : apply_tile<narrow>(weights, bias_.data() + o, from, inputs_, to + o);
    o += is_wide ? wide : narrow;
  }
}

PlainPolicy::PlainPolicy(PlainLayer first, PlainLayer second, PlainLayer head)
    : first_(std::move(first)),
      second_(std::move(second)),
      head_(std::move(head)),
      hidden_(first_.padded_outputs()),
      more_hidden_(second_.padded_outputs()),
      outputs_(head_.padded_outputs()) {}

const float* PlainPolicy::outputs(const float* observation) {
  first_.apply(observation, hidden_.data());
  apply_tanh(hidden_);
  second_.apply(hidden_.data(), more_hidden_.data());
  apply_tanh(more_hidden_);
  head_.apply(more_hidden_.data(), outputs_.data());
  return outputs_.data();
}

}  // namespace pbt::rl
