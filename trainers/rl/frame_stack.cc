#include "rl/frame_stack.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>

#include "rl/native.h"

namespace pbt::rl {
namespace {

/// What happens to the stack of one environment.
enum class Change { begin, push };

/// `stack` holds `frames` elements' rows of `size` each, for every environment; `latest` one.
template <class Element>
void change_row(std::vector<Element>& stack, const std::vector<Element>& latest, std::size_t i, std::size_t size,
                std::size_t frames, Change change) {
  if (latest.empty()) return;
  Element* const to = stack.data() + i * size * frames;
  const Element* const from = latest.data() + i * size;
  if (change == Change::push) std::copy(to + size, to + frames * size, to);
  for (std::size_t k = change == Change::begin ? 0 : frames - 1; k < frames; ++k)
    std::copy(from, from + size, to + k * size);
}

class FrameStack final : public VectorEnvironment {
 public:
  FrameStack(std::unique_ptr<VectorEnvironment> environments, int frames)
      : environments_(std::move(environments)), frames_(static_cast<std::size_t>(frames)) {
    spaces_ = environments_->spaces();
    for (Leaf& leaf : spaces_.observation) {
      sizes_.push_back(static_cast<std::size_t>(leaf.size()));
      if (leaf.shape.empty()) leaf.shape = {1};
      leaf.shape.front() *= frames;
    }
    observations_ = observations_for(spaces_, size());
    for (std::size_t i = 0; i < size(); ++i) change(observations_, environments_->observations(), i, Change::begin);
    observations_.allowed = environments_->observations().allowed;
  }

  [[nodiscard]] const Spaces& spaces() const override { return spaces_; }
  [[nodiscard]] std::size_t size() const override { return environments_->size(); }
  [[nodiscard]] const Observations& observations() const override { return observations_; }
  [[nodiscard]] std::vector<double> take_returns() override { return environments_->take_returns(); }

  const Outcomes& step(const Actions& actions) override {
    const Outcomes& inner = environments_->step(actions);
    outcomes_.rewards = inner.rewards;
    outcomes_.terminated = inner.terminated;
    outcomes_.truncated = inner.truncated;
    for (std::size_t i = 0; i < size(); ++i) change(observations_, inner.reached, i, Change::push);
    outcomes_.reached = observations_;
    outcomes_.reached.allowed = inner.reached.allowed;
    for (std::size_t i = 0; i < size(); ++i)
      if (inner.over(i)) change(observations_, environments_->observations(), i, Change::begin);
    observations_.allowed = environments_->observations().allowed;
    return outcomes_;
  }

 private:
  void change(Observations& stacks, const Observations& latest, std::size_t i, Change change) const {
    for (std::size_t k = 0; k < sizes_.size(); ++k) {
      change_row(stacks.leaves[k].reals, latest.leaves[k].reals, i, sizes_[k], frames_, change);
      change_row(stacks.leaves[k].bytes, latest.leaves[k].bytes, i, sizes_[k], frames_, change);
    }
  }

  std::unique_ptr<VectorEnvironment> environments_;
  std::size_t frames_;
  Spaces spaces_;
  std::vector<std::size_t> sizes_;  // of each leaf, unstacked
  Observations observations_;
  Outcomes outcomes_;
};

}  // namespace

std::unique_ptr<VectorEnvironment> stack_frames(std::unique_ptr<VectorEnvironment> environments, int frames) {
  assert(environments);
  if (frames < 1) throw std::invalid_argument("a frame stack of " + std::to_string(frames) + ": expected 1 or more");
  if (frames == 1) return environments;
  return std::make_unique<FrameStack>(std::move(environments), frames);
}

}  // namespace pbt::rl
