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
  const std::string nothing = change + " changes nothing in " + std::to_string(rehearsal.steps()) + " steps";
  if (rehearsal.difference(examination.a1, fresh).empty())
    return {Verdict::warned,
            nothing +
                ", from nothing or from a checkpoint.\nIs it used? If its effect only comes later, give --steps more."};
  if (!examination.telling)
    return {Verdict::warned,
            nothing +
                " that start from a checkpoint, but neither does the checkpoint.\nTry turns in which the metrics move: "
                "another --steps."};
  return {Verdict::failed,
          change +
              " changes a turn that starts from nothing, but not one that starts from a checkpoint: the restored "
              "checkpoint overwrites it, silently.\n" +
              overwritten_advice +
              std::string(" (One that acts on initial weights alone is to be structural = true.)")};
}

/// Adds a line with its advice below it; what was advised before is said once, at the end.
void append(std::string& text, const std::string& more) {
  if (const std::size_t end = more.find('\n'); end != std::string::npos) {
    const std::string advice = more.substr(end);
    if (const std::size_t said = text.find(advice); said != std::string::npos) text.erase(said, advice.size());
  }
  text += (text.empty() || more.empty() ? "" : "\n") + more;
}

/// The worst verdict, and what each had to say.
Result joined(const std::vector<Result>& results) {
  const auto rank = [](Verdict verdict) {
    return verdict == Verdict::failed ? 3 : verdict == Verdict::warned ? 2 : verdict == Verdict::passed ? 1 : 0;
  };
  Result all{Verdict::skipped, ""};
  for (const Result& result : results) {
    if (rank(result.verdict) > rank(all.verdict)) all.verdict = result.verdict;
    append(all.explanation, result.explanation);
  }
  return all;
}

}  // namespace

Result examine_new_hyperparameters(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  const Space& space = rehearsal.experiment().space;
  const auto trainer = rehearsal.new_trainer();
  std::vector<Result> results;
  for (const Parameter& parameter : space.parameters) {
    if (!is_movable(parameter)) continue;
    const std::string untried = parameter.name + " was not tried: ";
    if (!rehearsal.hyperparameters().contains(parameter.name)) {
      results.push_back({Verdict::skipped, untried + "it does not exist beside the values drawn for the others."});
      continue;
    }
    const Hyperparameters changed = with_other_value(space, rehearsal.hyperparameters(), parameter.name);
    if (changed == rehearsal.hyperparameters()) {
      results.push_back({Verdict::skipped, untried + "the space allows no other value beside the others."});
      continue;
    }
    results.push_back(examine_one(examination, *trainer, parameter.name, changed));
    rehearsal.forget_all_but(examination.a1.checkpoint);
    if (!rehearsal.changed_parent().empty()) return results.back();
  }
  if (results.empty()) return {Verdict::skipped, "There is no hyperparameter that explore may change."};
  return joined(results);
}

Result examine_new_in_memory(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  const Space& space = rehearsal.experiment().space;
  Hyperparameters changed = rehearsal.hyperparameters();
  for (const Parameter& parameter : space.parameters) {
    if (is_movable(parameter) && changed.contains(parameter.name))
      changed = with_other_value(space, changed, parameter.name);
  }
  const auto trainer = rehearsal.new_trainer();
  const Played loaded = rehearsal.play(*trainer, {.parent = &examination.a1, .hyperparameters = &changed});
  if (loaded.fault)
    return {Verdict::warned, "A turn with every hyperparameter changed failed: " + loaded.fault->message + "."};
  const Played a1 = rehearsal.play(*trainer, {});
  if (!a1.fault && trainer->resident().empty())
    return {Verdict::skipped, "The trainer keeps no weights in memory between turns."};
  const Played kept = rehearsal.play(*trainer, {.parent = &a1, .stay_in_memory = true, .hyperparameters = &changed});
  return same(rehearsal, loaded, kept, "with new hyperparameters and weights kept in memory instead of loaded",
              std::string("New values must reach weights in memory as they reach loaded ones. ") + overwritten_advice);
}

}  // namespace pbt
