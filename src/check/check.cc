#include "check/check.h"

#include <algorithm>
#include <set>

#include "check/examination.h"

namespace pbt {
namespace {

struct Clause {
  std::string name;
  Result (*examine)(Examination&);
  std::vector<std::string> rests_on;  ///< earlier clauses without which this one would accuse the wrong thing
};

const std::string start = "starts and trains a turn";
const std::string metric = "the metric is finite";
const std::string seed = "the same seed repeats";
const std::string load = "goes on from its checkpoint";
const std::string leaks = "no state leaks between members";
const std::string residents = "resident equals reloaded";
const std::string take_effect = "new hyperparameters take effect after a load";
const std::string kill = "a killed trainer leaves nothing half-written";

const std::vector<Clause> clauses{
    {start, examine_start, {}},
    {metric, examine_metric, {start}},
    {seed, examine_seed, {metric}},
    {load, examine_load, {seed}},
    {leaks, examine_leaks, {load}},
    {residents, examine_residents, {leaks}},
    {take_effect, examine_new_hyperparameters, {leaks}},
    {"new hyperparameters reach weights in memory", examine_new_in_memory, {residents, take_effect}},
    {"every hyperparameter is read", examine_unread, {start}},
    {kill, examine_kill, {leaks}},
    {"stops when asked", examine_stop, {leaks, kill}},
    {"the steps asked are the steps done", examine_steps, {start}},
    {"the parent checkpoint is only read", examine_parent, {start}},
};

/// Not every trainer can be killed or keeps weights in memory, and nothing follows for those that rest on these.
const std::set<std::string> may_not_apply{kill, residents};

}  // namespace

Result failed(const TrainerFailure& fault, const std::string& when) {
  if (fault.kind == FailureKind::too_few_steps) return {Verdict::skipped, "A turn fell short of its steps: see below."};
  if (fault.message.starts_with("the trainer changed the checkpoint"))
    return {Verdict::skipped, "The checkpoint was changed: see below."};
  std::string text = "Failed in " + when + " (" + to_string(fault.kind) + "): " + fault.message + ".";
  if (!fault.log_tail.empty()) text += "\nThe trainer's last lines:\n" + fault.log_tail;
  return {Verdict::failed, text};
}

Result same(const Rehearsal& rehearsal, const Played& expected, const Played& got, const std::string& when,
            const std::string& advice) {
  if (got.fault) return failed(*got.fault, "the turn " + when);
  const std::string difference = rehearsal.difference(expected, got);
  if (difference.empty()) return {};
  return {Verdict::failed, "Another result " + when + ": " + difference + ".\n" + advice};
}

std::vector<Finding> check_trainer(const Experiment& experiment,
                                   const std::function<std::unique_ptr<Trainer>()>& make_trainer,
                                   CheckpointStorage& scratch, const CheckOptions& options) {
  Examination examination{{experiment, make_trainer, scratch, options}, {}, {}, {}};
  std::vector<Finding> findings;
  std::set<std::string> unproved;  // failed, or not examined
  for (const Clause& clause : clauses) {
    examination.rehearsal.finding = clause.name;
    const auto missing = std::find_if(clause.rests_on.begin(), clause.rests_on.end(),
                                      [&](const std::string& name) { return unproved.contains(name); });
    Result result;
    if (missing != clause.rests_on.end())
      result = {Verdict::skipped, "It rests on \"" + *missing + "\"."};
    else
      result = clause.examine(examination);
    const bool proved = result.verdict == Verdict::passed || result.verdict == Verdict::warned;
    if (!proved && !(result.verdict == Verdict::skipped && may_not_apply.contains(clause.name)))
      unproved.insert(clause.name);
    examination.rehearsal.forget_all_but(examination.a1.checkpoint);
    findings.push_back({clause.name, result.verdict, result.explanation});
    if (options.listener) options.listener(findings.back());
  }
  return findings;
}

}  // namespace pbt
