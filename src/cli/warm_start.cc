#include "cli/warm_start.h"

#include <fmt/format.h>

#include <algorithm>

#include "checkpoint/directory_storage.h"
#include "cli/storage.h"
#include "pbt/error.h"

namespace pbt {
namespace {

/// The turns at which members stand, the best first; what several stand at counts once.
std::vector<TurnPointer> best_of(const Population& population) {
  std::vector<TurnPointer> turns;
  for (const Member& member : population.members)
    if (member.standing && std::ranges::find(turns, member.standing->key,
                                             [](const TurnPointer& turn) { return turn->key; }) == turns.end())
      turns.push_back(member.standing);
  std::ranges::stable_sort(turns, std::greater(), [](const TurnPointer& turn) { return turn->score; });
  return turns;
}

}  // namespace

void warm_start(Experiment& experiment, const OpenRun& from, int best, const std::filesystem::path& folder) {
  std::vector<TurnPointer> turns = best_of(from.reader->population());
  if (turns.empty())
    throw UsageError(fmt::format("--warm-start {}: it has no finished turn yet", from.location.experiment));
  turns.resize(
      std::min({turns.size(), static_cast<std::size_t>(best), static_cast<std::size_t>(experiment.population)}));
  if (!experiment.initial.empty())
    throw UsageError(
        "--warm-start: the experiment file says itself how members begin, in [[initial]]: leave one of the two out");
  std::filesystem::remove_all(folder);
  for (std::size_t nth = 0; nth < turns.size(); ++nth) {
    const CheckpointAtHand bytes(from, turns[nth]->checkpoint);
    const std::filesystem::path own = folder / std::to_string(nth);
    std::filesystem::create_directories(own);
    copy_folder(bytes.folder(), Folder(own));
    InitialMember member{{}, own.string()};
    for (const Parameter& parameter : experiment.space.parameters)
      if (const Value* value = turns[nth]->hyperparameters.find(parameter.name))
        member.hyperparameters.set(parameter.name, *value);
    experiment.initial.push_back(std::move(member));
  }
  validate(experiment);
}

}  // namespace pbt
