// The clauses about single turns: they start, end, measure, repeat, count their steps and leave their parents alone.
#include <cmath>

#include "check/examination.h"

namespace pbt {
namespace {

constexpr int draws_max = 3;

bool finite(const Examination& examination, const Played& played) {
  return std::isfinite(played.report->metrics.at(examination.rehearsal.experiment().objective.metric));
}

std::string listed(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string text(const Hyperparameters& values) {
  std::string text;
  for (const auto& [name, value] : values) text += (text.empty() ? "" : ", ") + name + " = " + to_string(value);
  return text;
}

}  // namespace

Result examine_start(Examination& examination) {
  const auto trainer = examination.rehearsal.new_trainer();
  examination.a1 = examination.rehearsal.play(*trainer, {});
  const auto& fault = examination.a1.fault;
  if (fault && fault->kind != FailureKind::too_few_steps) return failed(*fault, "its first turn");
  return {};
}

Result examine_metric(Examination& examination) {
  if (examination.a1.fault) return failed(*examination.a1.fault, "its first turn");
  if (finite(examination, examination.a1)) return {};
  Rehearsal& rehearsal = examination.rehearsal;
  const std::string metric = rehearsal.experiment().objective.metric;
  const std::string diverged = metric + " is not finite after " + std::to_string(rehearsal.steps()) + " steps with ";
  const std::string first = text(rehearsal.hyperparameters());
  for (int draw = 1; draw < draws_max; ++draw) {
    rehearsal.draw_again(static_cast<std::uint64_t>(draw));
    const auto trainer = rehearsal.new_trainer();
    Played played = rehearsal.play(*trainer, {});
    if (played.fault) return failed(*played.fault, "a first turn with " + text(rehearsal.hyperparameters()));
    if (!finite(examination, played)) continue;
    examination.a1 = std::move(played);
    return {Verdict::warned,
            diverged + first +
                ".\nOther hyperparameters of the space train well. Members that diverge cost their turn; "
                "narrow the ranges if that should be rare."};
  }
  return {Verdict::failed,
          diverged + first +
              ", and with two other draws from the space.\nEvery member would be as bad as any other, and "
              "nothing can be compared. Look at how " +
              metric + " is computed, or narrow the hyperparameters' ranges to those that train."};
}

Result examine_seed(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  const auto trainer = rehearsal.new_trainer();
  const Played again = rehearsal.play(*trainer, {});
  if (again.fault) return failed(*again.fault, "its first turn, a second time");
  const std::string advice =
      "The same turn was played twice, each time in a fresh trainer. All randomness of a turn must come from its seed: "
      "seed every generator "
      "(Python's, NumPy's, the framework's, the environment's, data loaders' workers) at its beginning. Kernels that "
      "do not repeat can be "
      "switched off (PyTorch: use_deterministic_algorithms), or allowed for with --tolerance.";
  // Times, for example, never repeat, and nobody minds.
  for (const auto& [name, value] : examination.a1.report->metrics) {
    if (name == rehearsal.experiment().objective.metric) continue;
    Played one = examination.a1;
    one.report->metrics = {{name, value}};
    one.report->samples = again.report->samples;
    if (!rehearsal.difference(one, again).empty()) rehearsal.unsteady.insert(name);
  }
  Result result = same(rehearsal, examination.a1, again, "with the same seed", advice);
  if (result.verdict == Verdict::passed && !rehearsal.unsteady.empty())
    return {Verdict::warned, "These metrics do not repeat with the same seed, and are not compared below: " +
                                 listed(rehearsal.unsteady) +
                                 ".\nThat is no fault if they are times; else seed what they come from."};
  if (result.verdict == Verdict::passed && again.checkpoint.checksum != examination.a1.checkpoint.checksum)
    result.explanation = "The checkpoints differ in their bytes though, which is no fault: archives hold times.";
  return result;
}

Result examine_load(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  const auto trainer = rehearsal.new_trainer();
  examination.a2 = rehearsal.play(*trainer, {.parent = &examination.a1});
  if (examination.a2.fault)
    return failed(*examination.a2.fault, "the turn that goes on from the first one's checkpoint");
  // The same turn once more, but from another member's checkpoint. Deterministic training from fixed initial weights
  // passes too: the other member had other hyperparameters.
  const Played b1 = rehearsal.play(*trainer, {.member = 1});
  const Played from_b1 = rehearsal.play(*trainer, {.parent = &b1, .index = 2});
  // Whose values came back was loaded; that they did is another clause's finding.
  if (from_b1.fault && from_b1.fault->kind == FailureKind::not_in_effect) return {};
  if (from_b1.fault) return failed(*from_b1.fault, "a turn that goes on from another member's checkpoint");
  if (!rehearsal.difference(examination.a2, from_b1).empty()) return {};
  const std::string what = "A turn measured the same when it started from another member's checkpoint";
  if (rehearsal.difference(examination.a1, b1).empty()) {
    examination.telling = false;
    return {Verdict::warned,
            what + ", but that member had measured the same before: the metrics say too little after " +
                std::to_string(rehearsal.steps()) + " steps.\nMost of what follows proves nothing; give --steps more."};
  }
  return {Verdict::failed,
          what +
              ": the checkpoint is ignored.\nWhen weights is \"folder\" (or {load} is not empty), load everything from "
              "that folder before training."};
}

Result examine_unread(Examination& examination) {
  if (examination.a1.fault) return failed(*examination.a1.fault, "its first turn");
  const auto& unread = examination.a1.report->unread;
  if (unread.empty()) return {};
  return {Verdict::warned, "The trainer never looked at " + listed({unread.begin(), unread.end()}) +
                               ".\nUse it, or take it out of [hyperparameters]; a misspelt name is the usual cause."};
}

Result examine_steps(Examination& examination) {
  const Rehearsal& rehearsal = examination.rehearsal;
  if (const auto& fault = rehearsal.steps_fault()) return {Verdict::failed, fault->message + "."};
  if (rehearsal.overshoot_steps() > rehearsal.experiment().interval)
    return {Verdict::warned, "A turn went " + std::to_string(rehearsal.overshoot_steps()) +
                                 " steps too far, more than a whole interval (" +
                                 std::to_string(rehearsal.experiment().interval) +
                                 ").\nA turn may pass its target by one update of the trainer's own; make the interval "
                                 "longer than that, and "
                                 "count in one unit everywhere."};
  return {};
}

Result examine_parent(Examination& examination) {
  const Rehearsal& rehearsal = examination.rehearsal;
  if (!rehearsal.changed_parent().empty())
    return {Verdict::failed, "Turn " + rehearsal.changed_parent() + " changed the checkpoint that it started from (" +
                                 examination.a1.turn.id +
                                 "). Other members may start from the same one, later.\nThe folder `load` is read "
                                 "only: write into `save` alone."};
  if (!rehearsal.loaded()) return {Verdict::skipped, "No turn came so far as to load one."};
  return {};
}

}  // namespace pbt
