// The clauses about turns that end before their time: killed, asked to save, given up.
#include "check/examination.h"

namespace pbt {
namespace {

constexpr const char* too_short =
    "The turn ended before it could be interrupted, so nothing was proved. Give --steps more.";

std::string seconds(double value) { return std::to_string(static_cast<int>(value + 0.5)) + " s"; }

/// Asks for a save in mid-turn; what is wrong with the answer, or nothing.
std::string examine_save(Examination& examination, Trainer& trainer, double limit_s) {
  Rehearsal& rehearsal = examination.rehearsal;
  Interruption save{Interruption::save};
  const Played saved =
      rehearsal.play(trainer, {.parent = &examination.a1, .steps = rehearsal.long_steps(), .interruption = &save});
  if (!save.happened && !saved.fault) return too_short;
  if (saved.fault)
    return "Asked in mid-turn to save, it did not: " + saved.fault->message + " (after " + seconds(save.seconds) +
           ").\nWhen pbt is stopped, what a turn has trained so far is lost. Look for a cancel at least once a second, "
           "then "
           "evaluate, save and report (a command gets SIGTERM and must say its \"step\").";
  if (save.seconds > limit_s)
    return "Asked in mid-turn to save, it took " + seconds(save.seconds) + ", longer than trainer.cancel_timeout (" +
           seconds(limit_s) + ").\nLook more often, or raise the time-out.";
  const Played next = rehearsal.play(trainer, {.parent = &saved});
  return next.fault ? "What it saved in mid-turn cannot be continued: " + next.fault->message + "." : "";
}

/// Gives a turn up in its middle.
std::string examine_abandon(Examination& examination, Trainer& trainer, double limit_s) {
  Rehearsal& rehearsal = examination.rehearsal;
  Interruption abandon{Interruption::abandon};
  const Played given_up =
      rehearsal.play(trainer, {.parent = &examination.a1, .steps = rehearsal.long_steps(), .interruption = &abandon});
  if (!abandon.happened && !given_up.fault) return too_short;
  if (abandon.seconds >= limit_s)
    return "Told to give a turn up, it took " + seconds(abandon.seconds) +
           ", as long as trainer.cancel_timeout allows (" + seconds(limit_s) +
           "), and was killed if it is a process of its own.\nLook for a cancel at least once a second.";
  return "";
}

}  // namespace

Result examine_kill(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  if (!rehearsal.has_processes()) return {Verdict::skipped, "The trainer has no process of its own."};
  const auto trainer = rehearsal.new_trainer();
  // Once started, it is in the middle of a turn when it has been at it for as long as another took.
  const Played warm = rehearsal.play(*trainer, {});
  if (warm.fault) return failed(*warm.fault, "its first turn");
  Interruption kill{Interruption::kill};
  const Played killed =
      rehearsal.play(*trainer, {.parent = &examination.a1, .steps = rehearsal.long_steps(), .interruption = &kill});
  if (!kill.happened || killed.report) return {Verdict::skipped, too_short};
  if (!rehearsal.changed_parent().empty()) return failed(*killed.fault, "the turn that was killed");
  const Played again = rehearsal.play(*trainer, {.parent = &examination.a1});
  const std::string advice =
      "The trainer was killed in the middle of a turn, and the same checkpoint was then trained on from. A file beside "
      "the checkpoint was left "
      "half written, or holds state: keep all state in the checkpoint's folder; write caches to a temporary name and "
      "rename them.";
  if (again.fault) {
    Result result = failed(*again.fault, "the turn after a kill");
    if (result.verdict == Verdict::failed) result.explanation += "\n" + advice;
    return result;
  }
  return same(rehearsal, examination.a2, again, "after a kill", advice);
}

Result examine_stop(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  if (!rehearsal.asks_to_stop())
    return {Verdict::warned,
            "The trainer never asks whether it should stop, so a stop has to wait for the end of a turn.\nCall "
            "stop_requested() at least once a second while training."};
  const double limit_s = rehearsal.experiment().trainer.cancel_timeout_s;
  const auto trainer = rehearsal.new_trainer();
  const Played warm = rehearsal.play(*trainer, {});
  if (warm.fault) return failed(*warm.fault, "its first turn");
  const std::string save = examine_save(examination, *trainer, limit_s);
  if (save == too_short) return {Verdict::skipped, save};
  const std::string abandon = examine_abandon(examination, *trainer, limit_s);
  const Result after =
      same(rehearsal, examination.a2, rehearsal.play(*trainer, {.parent = &examination.a1}),
           "after a turn that was given up", "Nothing of a turn that was given up may stay in the process.");
  if (after.verdict != Verdict::passed) return after;
  if (save.empty() && abandon.empty()) return {};
  return {Verdict::warned, save + (save.empty() || abandon.empty() ? "" : "\n") + abandon};
}

}  // namespace pbt
