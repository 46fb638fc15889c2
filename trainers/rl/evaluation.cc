#include "rl/evaluation.h"

#include <algorithm>

#include "rl/actor.h"

namespace pbt::rl {

std::vector<double> play(Model& model, int episodes, std::uint64_t seed, Purpose purpose, Stopping& stopping) {
  const auto count = static_cast<std::size_t>(episodes);
  // Plain loops gain nothing by acting for several environments at once, and one environment plays no step too many.
  const std::size_t width = model.plain_policy() ? 1 : std::min(count, model.options.environments);
  const auto environments = normalise(environments_for(model.options, width, seed, purpose), model.normaliser,
                                      {model.options.normalise_observations, false, false, 1});
  Actor actor(model, width, Mode::greedy);
  Random unused(seed, purpose);
  std::vector<std::vector<double>> returns(width);
  std::size_t done = 0;
  const auto share_of = [&](std::size_t i) { return count / width + (i < count % width ? 1 : 0); };
  while (done < count) {
    (void)stopping.asked();  // an episode of a long game may take minutes; a turn that is to be saved needs its score
    const Outcomes& outcomes = environments->step(actor.act(environments->observations(), unused));
    actor.note(outcomes);
    const std::vector<double> ended = environments->take_returns();
    std::size_t next = 0;
    for (std::size_t i = 0; i < width; ++i) {
      if (!outcomes.over(i)) continue;
      const double value = ended.at(next++);
      if (returns[i].size() == share_of(i)) continue;
      returns[i].push_back(value);
      ++done;
    }
  }
  std::vector<double> all;
  for (const auto& own : returns) all.insert(all.end(), own.begin(), own.end());
  return all;
}

}  // namespace pbt::rl
