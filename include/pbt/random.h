#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace pbt {

/// A counter-based random generator, Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC
/// 2011). The stream is a function of its key alone, so that any decision can be drawn again from the record. The
/// distributions are our own and pinned by tests: the standard library's differ between implementations. Not
/// thread-safe; a cheap value.
class Random {
 public:
  /// A stream of its own for every list of numbers, e.g. {seed, member, turn, attempt}.
  explicit Random(std::initializer_list<std::uint64_t> key);

  [[nodiscard]] std::uint64_t next();
  /// Uniform in [0, 1), with 53 random bits.
  [[nodiscard]] double uniform();
  /// Uniform in [low, high).
  [[nodiscard]] double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform in [low, high], both included, without modulo bias. low <= high.
  [[nodiscard]] std::int64_t integer(std::int64_t low, std::int64_t high);
  /// Uniform in [0, count). count > 0.
  [[nodiscard]] std::size_t index(std::size_t count);
  [[nodiscard]] bool bernoulli(double probability) { return uniform() < probability; }
  /// Standard normal, by Box and Muller (one value a call).
  [[nodiscard]] double normal();

 private:
  void refill();

  std::uint64_t key_;
  std::uint64_t block_ = 0;
  std::uint64_t buffer_[2] = {};
  int left_ = 0;
};

}  // namespace pbt
