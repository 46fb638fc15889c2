#include "rl/drawing.h"

#include <algorithm>
#include <cmath>

namespace pbt::rl {
namespace {

/// One discrete part of `count` choices.
struct ActionPart {
  const float* logits;
  const std::uint8_t* allowed;
  std::int64_t count;
  [[nodiscard]] bool may(std::int64_t choice) const { return allowed == nullptr || allowed[choice] != 0; }
};

/// The first of the most probable; where all logits are NaN, the last that may be taken.
std::int64_t best_of(const ActionPart& part) {
  std::int64_t best = -1;
  for (std::int64_t a = 0; a < part.count; ++a)
    if (part.may(a) && (best < 0 || !(part.logits[a] <= part.logits[best]))) best = a;
  return best;
}

std::int64_t draw_from(const ActionPart& part, Random& random) {
  const float highest = part.logits[best_of(part)];
  double sum = 0;
  const auto weight = [&](std::int64_t a) { return std::exp(static_cast<double>(part.logits[a] - highest)); };
  for (std::int64_t a = 0; a < part.count; ++a)
    if (part.may(a)) sum += weight(a);
  double left = random.unit() * sum;
  std::int64_t last = 0;
  // The last choice also takes what rounding leaves, and everything when the logits are NaN.
  for (std::int64_t a = 0; a < part.count; ++a) {
    if (!part.may(a)) continue;
    last = a;
    const double own = weight(a);
    if (left < own) return a;
    left -= own;
  }
  return last;
}

/// A standard normal number (Box and Muller, 1958).
double normal(Random& random) {
  constexpr double two_pi = 6.283185307179586;
  const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return radius * std::cos(two_pi * random.unit());
}

}  // namespace

void draw(const ActionSpace& space, const Head& head, Mode mode, Random& random, std::int64_t* choices, float* reals) {
  const float* outputs = head.outputs;
  const std::uint8_t* allowed = head.allowed;
  for (const std::int64_t count : space.choices) {
    const ActionPart part{outputs, allowed, count};
    *choices++ = mode == Mode::greedy ? best_of(part) : draw_from(part, random);
    outputs += count;
    if (allowed != nullptr) allowed += count;
  }
  for (std::size_t k = 0; k < space.low.size(); ++k) {
    const double noise = mode == Mode::greedy ? 0 : head.deviations[k] * normal(random);
    *reals++ = static_cast<float>(outputs[k] + noise);
  }
}

std::vector<float> within_bounds(const ActionSpace& space, const std::vector<float>& drawn) {
  std::vector<float> result(drawn.size());
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const std::size_t k = i % space.low.size();
    // A NaN becomes the lower bound: an environment is never handed one.
    const float part = drawn[i] >= -1 ? std::min(drawn[i], 1.0F) : -1.0F;
    result[i] = std::clamp(space.low[k] + (part + 1) / 2 * (space.high[k] - space.low[k]), space.low[k], space.high[k]);
  }
  return result;
}

}  // namespace pbt::rl
