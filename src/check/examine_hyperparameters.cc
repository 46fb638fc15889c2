// Whether changed hyperparameters reach training after a load: the worst wound of population based training, because it
// is silent.
#include <algorithm>
#include <vector>

#include "check/examination.h"
#include "check/other_values.h"
#include "core/space_rules.h"

namespace pbt {
namespace {

constexpr const char* overwritten_advice =
    "Load first, then apply the turn's hyperparameters where they act (the optimiser's parameter groups, what "
    "schedulers start from), "
    "then train.";

/// One line about one hyperparameter; passed: it takes effect.
Result examine_one(Examination& examination, Trainer& trainer, const std::string& name,
                   const Hyperparameters& changed) {
  Rehearsal& rehearsal = examination.rehearsal;
  const std::string change = name + " = " + to_string(*changed.find(name)) + " instead of " +
                             to_string(*rehearsal.hyperparameters().find(name));
  const Played loaded = rehearsal.play(trainer, {.parent = &examination.a1, .hyperparameters = &changed});
  if (loaded.fault) {
    Result result = failed(*loaded.fault, "a turn with " + change);
    const bool in_range_but_fails =
        loaded.fault->kind != FailureKind::not_in_effect && result.verdict == Verdict::failed;
    if (in_range_but_fails) result.verdict = Verdict::warned;
    return result;
  }
  if (!rehearsal.difference(examination.a2, loaded).empty()) return {};
  const Played fresh = rehearsal.play(trainer, {.hyperparameters = &changed});
  if (fresh.fault) return failed(*fresh.fault, "a turn from nothing with " + change);
  if (!rehearsal.difference(examination.a1, fresh).empty())
    return {Verdict::failed,
            change +
                " changes a turn that starts from nothing, but not one that starts from a checkpoint: the restored "
                "checkpoint overwrites it, silently.\n" +
                overwritten_advice};
  return {
      Verdict::warned,
      change + " changes nothing in " + std::to_string(rehearsal.steps()) +
          " steps, from nothing or from a checkpoint.\nIs it used? If its effect only comes later, give --steps more."};
}

/// New hyperparameters with weights kept in memory must do what they do after a load.
Result examine_in_memory(Examination& examination, Trainer& trainer, const Hyperparameters& changed) {
  Rehearsal& rehearsal = examination.rehearsal;
  const Played loaded = rehearsal.play(trainer, {.parent = &examination.a1, .hyperparameters = &changed});
  if (loaded.fault) return {};  // said above
  const Played a1 = rehearsal.play(trainer, {});
  const Played kept = rehearsal.play(trainer, {.parent = &a1, .stay_in_memory = true, .hyperparameters = &changed});
  return same(rehearsal, loaded, kept, "with new hyperparameters and weights kept in memory instead of loaded",
              std::string("New values must reach weights in memory as they reach loaded ones. ") + overwritten_advice);
}

/// The worst verdict, and what each had to say.
Result joined(const std::vector<Result>& results) {
  const auto rank = [](Verdict verdict) {
    return verdict == Verdict::failed ? 3 : verdict == Verdict::warned ? 2 : verdict == Verdict::passed ? 1 : 0;
  };
  Result all{Verdict::skipped, ""};
  for (const Result& result : results) {
    if (rank(result.verdict) > rank(all.verdict)) all.verdict = result.verdict;
    if (!result.explanation.empty()) all.explanation += (all.explanation.empty() ? "" : "\n") + result.explanation;
  }
  return all;
}

}  // namespace

Result examine_new_hyperparameters(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  const Space& space = rehearsal.experiment().space;
  const auto trainer = rehearsal.new_trainer();
  std::vector<Result> results;
  Hyperparameters all = rehearsal.hyperparameters();
  for (const Parameter& parameter : space.parameters) {
    if (!is_movable(parameter)) continue;
    if (!rehearsal.hyperparameters().contains(parameter.name)) {
      results.push_back({Verdict::skipped,
                         parameter.name + " was not tried: it does not exist beside the values drawn for the others."});
      continue;
    }
    const Hyperparameters changed = with_other_value(space, rehearsal.hyperparameters(), parameter.name);
    if (changed == rehearsal.hyperparameters()) {
      results.push_back(
          {Verdict::skipped, parameter.name + " was not tried: the space allows no other value beside the others."});
      continue;
    }
    results.push_back(examine_one(examination, *trainer, parameter.name, changed));
    rehearsal.forget_all_but(examination.a1.checkpoint);
    if (!rehearsal.changed_parent().empty()) return results.back();
    if (all.contains(parameter.name)) all = with_other_value(space, all, parameter.name);
  }
  if (results.empty()) return {Verdict::skipped, "There is no hyperparameter that explore may change."};
  const bool sound = std::all_of(results.begin(), results.end(),
                                 [](const Result& result) { return result.verdict != Verdict::failed; });
  if (sound && all != rehearsal.hyperparameters() && !trainer->resident().empty())
    results.push_back(examine_in_memory(examination, *trainer, all));
  return joined(results);
}

}  // namespace pbt
