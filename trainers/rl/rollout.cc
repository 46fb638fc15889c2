#include "rl/rollout.h"

#include <torch/types.h>

namespace pbt::rl {
namespace {

template <class Element>
void append(std::vector<Element>& to, const std::vector<Element>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void append(Observations& to, const Observations& from) {
  to.leaves.resize(from.leaves.size());
  for (std::size_t k = 0; k < from.leaves.size(); ++k) {
    append(to.leaves[k].reals, from.leaves[k].reals);
    append(to.leaves[k].bytes, from.leaves[k].bytes);
  }
  append(to.allowed, from.allowed);
}

void reserve(Rollout& rollout, const Observations& one_step, std::size_t steps) {
  rollout.seen.leaves.resize(one_step.leaves.size());
  for (std::size_t k = 0; k < one_step.leaves.size(); ++k) {
    rollout.seen.leaves[k].reals.reserve(steps * one_step.leaves[k].reals.size());
    rollout.seen.leaves[k].bytes.reserve(steps * one_step.leaves[k].bytes.size());
  }
}

/// Value i of a tensor on any device; 0 where there is none.
float value_at(const torch::Tensor& values, std::size_t i) {
  return values.defined() ? values[static_cast<std::int64_t>(i)].item<float>() : 0.0F;
}

void look_ahead(Rollout& rollout, Actor& actor, const Outcomes& outcomes, bool is_last) {
  const auto unseen = [&](std::size_t i) {
    return outcomes.terminated[i] == 0 && (outcomes.truncated[i] != 0 || is_last);
  };
  Output output;
  for (std::size_t i = 0; i < rollout.width; ++i) {
    if (!unseen(i)) continue;
    if (!output.values.defined()) output = actor.look_ahead(outcomes.reached);
    rollout.ahead.push_back({rollout.size() - rollout.width + i, value_at(output.values, i),
                             value_at(output.manager_values, i), value_at(output.intrinsic, i)});
  }
}

}  // namespace

std::optional<Rollout> collect(VectorEnvironment& environments, Actor& actor, std::size_t unroll, Random& random,
                               Stopping& stopping) {
  Rollout rollout;
  rollout.width = environments.size();
  rollout.memory = actor.memory();
  reserve(rollout, environments.observations(), unroll);
  for (std::size_t t = 0; t < unroll; ++t) {
    if (stopping.asked()) return std::nullopt;
    append(rollout.seen, environments.observations());
    append(rollout.begins, actor.begins());
    const Actions& actions = actor.act(environments.observations(), random);
    append(rollout.choices, actions.choices);
    append(rollout.drawn, actor.drawn());
    if (actor.said().head.defined()) rollout.said.push_back(actor.said());
    const Outcomes& outcomes = environments.step(actions);
    append(rollout.rewards, outcomes.rewards);
    for (std::size_t i = 0; i < rollout.width; ++i) rollout.over.push_back(static_cast<char>(outcomes.over(i)));
    actor.note(outcomes);
    look_ahead(rollout, actor, outcomes, /*is_last=*/t + 1 == unroll);
  }
  return rollout;
}

}  // namespace pbt::rl
