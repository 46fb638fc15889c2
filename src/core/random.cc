#include "pbt/random.h"

#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace pbt {
namespace {

/// SplitMix64's finaliser (Steele et al., 2014): mixes one number of the key into the rest.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace

Random::Random(std::initializer_list<std::uint64_t> key) : key_(mix(key.size())) {
  for (const std::uint64_t part : key) key_ = mix(key_ ^ mix(part));
}

void Random::refill() {
  std::uint32_t x[4] = {static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32), 0, 0};
  std::uint32_t k[2] = {static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)};
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * x[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * x[2];
    const std::uint32_t next[4] = {static_cast<std::uint32_t>(b >> 32) ^ x[1] ^ k[0], static_cast<std::uint32_t>(b),
                                   static_cast<std::uint32_t>(a >> 32) ^ x[3] ^ k[1], static_cast<std::uint32_t>(a)};
    for (int i = 0; i < 4; ++i) x[i] = next[i];
    k[0] += 0x9E3779B9;
    k[1] += 0xBB67AE85;
  }
  ++block_;
  buffer_[0] = x[0] | std::uint64_t{x[1]} << 32;
  buffer_[1] = x[2] | std::uint64_t{x[3]} << 32;
  left_ = 2;
}

std::uint64_t Random::next() {
  if (left_ == 0) refill();
  return buffer_[2 - left_--];
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

std::int64_t Random::integer(std::int64_t low, std::int64_t high) {
  assert(low <= high);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (span == 0) return static_cast<std::int64_t>(next());  // the whole range
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / span * span;
  std::uint64_t value = next();
  while (value >= limit) value = next();
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + value % span);
}

std::size_t Random::index(std::size_t count) {
  assert(count > 0);
  return static_cast<std::size_t>(integer(0, static_cast<std::int64_t>(count) - 1));
}

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));  // 1 - u is never 0
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace pbt
