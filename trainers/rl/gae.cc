#include "rl/gae.h"

#include <cassert>

namespace pbt::rl {

std::vector<float> advantages(const std::vector<float>& rewards, const std::vector<float>& values,
                              const std::vector<float>& next_values, const std::vector<char>& over, std::size_t width,
                              double discount, double lambda) {
  const std::size_t size = rewards.size();
  assert(values.size() == size && next_values.size() == size && over.size() == size && size % width == 0);
  std::vector<float> result(size);
  for (std::size_t i = size; i-- > 0;) {
    const double delta = rewards[i] + discount * next_values[i] - values[i];
    const bool goes_on = over[i] == 0 && i + width < size;
    result[i] = static_cast<float>(delta + (goes_on ? discount * lambda * result[i + width] : 0.0));
  }
  return result;
}

}  // namespace pbt::rl
