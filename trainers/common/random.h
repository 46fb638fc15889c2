#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace pbt::trainers {

/// What a stream of random numbers is for. The purpose is hashed together with the seed, so that streams for different
/// purposes are unrelated even where their seeds are equal: `exam` episodes are never those of training or evaluation.
enum class Purpose : std::uint64_t { weights = 1, actions, minibatches, training, evaluation, exam, noise };

/// Seeded random numbers: xoshiro256++ (Blackman and Vigna, 2019), its state filled by splitmix64.
/// The same numbers on every machine and with every compiler, unlike the distributions of <random>.
class Random {
 public:
  /// `index` tells apart streams of one purpose and seed, such as the environments of a vector.
  Random(std::uint64_t seed, Purpose purpose, std::uint64_t index = 0) {
    std::uint64_t key = mix(static_cast<std::uint64_t>(purpose));
    key = mix(key ^ seed);
    key = mix(key ^ index);
    for (auto& word : state_) word = mix(key += increment);
  }

  std::uint64_t next() {
    const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  /// In [0, 1), a multiple of 2^-53.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double uniform(double low, double high) { return low + (high - low) * unit(); }
  /// In [0, count), count > 0; the bias of the multiplication is below count / 2^53.
  std::size_t index(std::size_t count) { return static_cast<std::size_t>(unit() * static_cast<double>(count)); }

 private:
  static constexpr std::uint64_t increment = 0x9E3779B97F4A7C15;

  /// The finaliser of splitmix64.
  static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
  }
  static std::uint64_t rotate(std::uint64_t value, int by) { return (value << by) | (value >> (64 - by)); }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace pbt::trainers
