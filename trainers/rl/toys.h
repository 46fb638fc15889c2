#pragma once

#include "rl/classic_control.h"

/// Small tasks for tests: each needs one ability, and a few thousand steps.
namespace pbt::rl::toys {

/// A factory of vectors of `Environment`.
template <class Environment>
std::unique_ptr<VectorEnvironment> make(std::size_t count, std::uint64_t seed, Purpose purpose) {
  return std::make_unique<NativeEnvironments<Environment>>(count, seed, purpose);
}

/// Of the choices that the mask allows, the highest pays 1; one that it does not ends the episode with -100. 8 steps.
class Masked {
 public:
  static Spaces spaces() { return {vector_leaf(1), {{4}, {}, {}, true}}; }
  void reset(Random& random) {
    steps_ = 0;
    deal(random);
  }
  Result step(const Action& action, Random& random) {
    const auto choice = static_cast<std::size_t>(action.choices[0]);
    if (allowed_[choice] == 0) return {-100.0, true, false};
    std::size_t best = 3;
    while (allowed_[best] == 0) --best;
    deal(random);
    return {choice == best ? 1.0 : 0.0, false, ++steps_ >= 8};
  }
  void observe(Observations& all, std::size_t i) const {
    write_row(all, i, 1.0);  // the mask alone tells what can be done
    std::copy(allowed_, allowed_ + 4, all.allowed.data() + i * 4);
  }

 private:
  void deal(Random& random) {
    const std::size_t kept = random.index(4);
    for (std::size_t k = 0; k < 4; ++k) allowed_[k] = k == kept || random.index(2) == 1 ? 1 : 0;
  }
  std::uint8_t allowed_[4] = {1, 1, 1, 1};
  int steps_ = 0;
};

/// Two dials of 3 and 4 choices: each pays 0.5 where it shows what its number of the observation says. 8 steps.
class Dials {
 public:
  static Spaces spaces() { return {vector_leaf(2), {{3, 4}, {}, {}, false}}; }
  void reset(Random& random) {
    steps_ = 0;
    deal(random);
  }
  Result step(const Action& action, Random& random) {
    double reward = 0;
    for (std::size_t k = 0; k < 2; ++k) reward += action.choices[k] == wanted_[k] ? 0.5 : 0.0;
    deal(random);
    return {reward, false, ++steps_ >= 8};
  }
  void observe(Observations& all, std::size_t i) const { write_row(all, i, wanted_[0] - 1, wanted_[1] - 2); }

 private:
  void deal(Random& random) {
    wanted_[0] = static_cast<std::int64_t>(random.index(3));
    wanted_[1] = static_cast<std::int64_t>(random.index(4));
  }
  std::int64_t wanted_[2] = {0, 0};
  int steps_ = 0;
};

/// A dictionary: an image of bytes whose bright half is left or right, and a number that is 1 or -1. The choice that
/// pays 1 is the image's half, or the other one where the number is negative: neither leaf alone says which. 8 steps.
class Dictionary {
 public:
  static constexpr std::int64_t side = 8;
  static Spaces spaces() {
    return {{{"image", {1, side, side}, Leaf::Type::byte, 0, 255}, {"sign", {1}, Leaf::Type::real, -1, 1}},
            {{2}, {}, {}, false}};
  }
  void reset(Random& random) {
    steps_ = 0;
    deal(random);
  }
  Result step(const Action& action, Random& random) {
    const double reward = (action.choices[0] == 1) == (right_ == positive_) ? 1.0 : 0.0;
    deal(random);
    return {reward, false, ++steps_ >= 8};
  }
  void observe(Observations& all, std::size_t i) const {
    std::uint8_t* image = byte_row(all.leaves[0], i, side * side);
    for (std::int64_t k = 0; k < side * side; ++k) image[k] = (k % side >= side / 2) == right_ ? 255 : 0;
    *row(all.leaves[1], i, 1) = positive_ ? 1.0F : -1.0F;
  }

 private:
  void deal(Random& random) {
    right_ = random.index(2) == 1;
    positive_ = random.index(2) == 1;
  }
  bool right_ = false, positive_ = false;
  int steps_ = 0;
};

/// A T-maze: the first observation shows a sign, the last, four steps on, asks for it. Only what is remembered can be
/// told: without memory the mean return is 0.
class Recall {
 public:
  static constexpr int corridor = 4;
  static Spaces spaces() { return {vector_leaf(2), {{2}, {}, {}, false}}; }
  void reset(Random& random) {
    steps_ = 0;
    right_ = random.index(2) == 1;
  }
  Result step(const Action& action, Random& /*random*/) {
    if (++steps_ <= corridor) return {0.0, false, false};
    return {(action.choices[0] == 1) == right_ ? 1.0 : -1.0, true, false};
  }
  void observe(Observations& all, std::size_t i) const {
    write_row(all, i, steps_ == 0 ? (right_ ? 1 : -1) : 0, steps_ >= corridor ? 1 : 0);
  }

 private:
  int steps_ = 0;
  bool right_ = false;
};

/// A target on a line, and an arm that is set to a place in [-3, 5]: pays minus the distance, 8 steps.
class Reach {
 public:
  static Spaces spaces() { return {vector_leaf(1), {{}, {-3}, {5}, false}}; }
  void reset(Random& random) {
    steps_ = 0;
    target_ = random.uniform(-2, 4);
  }
  Result step(const Action& action, Random& random) {
    const double reward = -std::abs(action.reals[0] - target_);
    target_ = random.uniform(-2, 4);
    return {reward, false, ++steps_ >= 8};
  }
  void observe(Observations& all, std::size_t i) const { write_row(all, i, target_); }

 private:
  double target_ = 0;
  int steps_ = 0;
};

}  // namespace pbt::rl::toys
