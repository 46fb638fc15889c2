#include "rl/actor.h"

#include <torch/types.h>

#include <algorithm>
#include <cassert>

namespace pbt::rl {
namespace {

template <class Element>
torch::Tensor view_of(const std::vector<Element>& values, std::vector<std::int64_t> shape, torch::ScalarType type) {
  // libtorch has no view of constant data; nobody writes through this one.
  return torch::from_blob(const_cast<Element*>(values.data()), shape, torch::TensorOptions().dtype(type));
}

/// Observation i, all leaves joined, as an mlp reads it.
void flatten(const Observations& observations, const Spaces& spaces, std::size_t i, std::vector<float>& to) {
  to.clear();
  for (std::size_t k = 0; k < spaces.observation.size(); ++k) {
    const Leaf& leaf = spaces.observation[k];
    const auto size = static_cast<std::ptrdiff_t>(leaf.size());
    const auto from = static_cast<std::ptrdiff_t>(i) * size;
    if (leaf.type == Leaf::Type::real) {
      const auto begin = observations.leaves[k].reals.begin() + from;
      to.insert(to.end(), begin, begin + size);
    } else {
      const float scale = 1 / std::max(leaf.high, 1.0F);
      const auto begin = observations.leaves[k].bytes.begin() + from;
      std::transform(begin, begin + size, std::back_inserter(to),
                     [scale](std::uint8_t value) { return static_cast<float>(value) * scale; });
    }
  }
}

}  // namespace

std::vector<torch::Tensor> tensors_of(const Observations& observations, const Spaces& spaces, std::int64_t rows,
                                      torch::Device device) {
  std::vector<torch::Tensor> tensors;
  for (std::size_t k = 0; k < spaces.observation.size(); ++k) {
    const Leaf& leaf = spaces.observation[k];
    const Values& values = observations.leaves[k];
    std::vector<std::int64_t> shape{rows};
    shape.insert(shape.end(), leaf.shape.begin(), leaf.shape.end());
    tensors.push_back((leaf.type == Leaf::Type::real ? view_of(values.reals, shape, torch::kFloat)
                                                     : view_of(values.bytes, shape, torch::kByte))
                          .to(device));
  }
  return tensors;
}

Actor::Actor(Model& model, std::size_t environments, Mode mode)
    : model_(model),
      mode_(mode),
      memory_(model.network.new_memory(static_cast<std::int64_t>(environments))),
      begins_(environments, 1.0F) {
  actions_.choices.resize(environments * model.spaces.action.choices.size());
  drawn_.resize(environments * model.spaces.action.low.size());
  refresh();
}

void Actor::refresh() {
  plain_ = model_.plain_policy();
  const auto deviations = model_.network.log_deviations.detach().exp().cpu();
  deviations_.assign(deviations.data_ptr<float>(), deviations.data_ptr<float>() + deviations.numel());
}

const Actions& Actor::act(const Observations& observations, Random& random) {
  if (plain_) {
    act_plainly(observations, random);
  } else {
    act_by_network(observations, random);
  }
  if (!drawn_.empty()) actions_.reals = within_bounds(model_.spaces.action, drawn_);
  return actions_;
}

void Actor::act_plainly(const Observations& observations, Random& random) {
  const bool is_flat = observations.leaves.size() == 1 && observations.leaves.front().bytes.empty();
  for (std::size_t i = 0; i < begins_.size(); ++i) {
    if (!is_flat) flatten(observations, model_.spaces, i, flat_);
    const float* const input = is_flat ? observations.leaves.front().reals.data() + i * plain_->inputs() : flat_.data();
    draw_for(i, plain_->outputs(input), observations, random);
  }
}

void Actor::act_by_network(const Observations& observations, Random& random) {
  said_ = forward(observations, memory_);
  const auto head = said_.head.cpu().contiguous();
  const auto outputs = static_cast<std::size_t>(head.size(1));
  for (std::size_t i = 0; i < begins_.size(); ++i)
    draw_for(i, head.data_ptr<float>() + i * outputs, observations, random);
}

void Actor::draw_for(std::size_t i, const float* outputs, const Observations& observations, Random& random) {
  const ActionSpace& space = model_.spaces.action;
  const auto choices = static_cast<std::size_t>(space.choice_count());
  const Head head{outputs, observations.allowed.empty() ? nullptr : observations.allowed.data() + i * choices,
                  deviations_.data()};
  draw(space, head, mode_, random, actions_.choices.data() + i * space.choices.size(),
       drawn_.data() + i * space.low.size());
}

Output Actor::forward(const Observations& observations, Memory& memory) {
  const torch::NoGradGuard no_grad;
  const auto n = static_cast<std::int64_t>(begins_.size());
  return model_.network.forward(tensors_of(observations, model_.spaces, n, model_.device),
                                view_of(begins_, {1, n}, torch::kFloat), memory);
}

void Actor::note(const Outcomes& outcomes) {
  assert(outcomes.rewards.size() == begins_.size());
  for (std::size_t i = 0; i < begins_.size(); ++i) begins_[i] = outcomes.over(i) ? 1.0F : 0.0F;
}

Output Actor::look_ahead(const Observations& observations) {
  Memory memory = memory_;
  std::vector<float> begins(begins_.size(), 0.0F);  // what comes belongs to the episode, even where that is over
  begins.swap(begins_);
  Output output = forward(observations, memory);
  begins.swap(begins_);
  return output;
}

}  // namespace pbt::rl
