// The clauses about what stays in a trainer's process from one turn to the next.
#include <algorithm>

#include "check/examination.h"

namespace pbt {
namespace {

bool holds(const Trainer& trainer, const Played& played) {
  const auto resident = trainer.resident();
  return std::find(resident.begin(), resident.end(), played.turn.id) != resident.end();
}

}  // namespace

Result examine_leaks(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  Played b1;
  {
    const auto alone = rehearsal.new_trainer();
    b1 = rehearsal.play(*alone, {.member = 1});
    examination.b2 = rehearsal.play(*alone, {.member = 1, .parent = &b1});
    if (examination.b2.fault) return failed(*examination.b2.fault, "two turns of another member");
  }
  const auto trainer = rehearsal.new_trainer();
  const Played a1 = rehearsal.play(*trainer, {});
  const Played other_b1 = rehearsal.play(*trainer, {.member = 1});
  const Played a2 = rehearsal.play(*trainer, {.parent = &a1});
  const Played b2 = rehearsal.play(*trainer, {.member = 1, .parent = &other_b1});
  const std::string advice =
      "One trainer trains many members in turn (here A, B, A, B), and each must come out as it would alone. Something "
      "stays from the turn "
      "before: an optimiser's state, normalisation statistics, a replay buffer, a random generator, a global. Make or "
      "reset it at the "
      "beginning of each turn, then load.";
  for (const auto& [alone, together, when] :
       {std::tuple{&examination.a1, &a1, "A's first turn"}, std::tuple{&b1, &other_b1, "B's first turn, after A's"},
        std::tuple{&examination.a2, &a2, "A's second turn, after B's"},
        std::tuple{&examination.b2, &b2, "B's second turn, after A's"}}) {
    const Result result = same(rehearsal, *alone, *together, when, advice);
    if (result.verdict != Verdict::passed) return result;
  }
  return {};
}

Result examine_residents(Examination& examination) {
  Rehearsal& rehearsal = examination.rehearsal;
  const auto trainer = rehearsal.new_trainer();
  const Played a1 = rehearsal.play(*trainer, {});
  if (!a1.fault && !holds(*trainer, a1))
    return {Verdict::skipped, "The trainer keeps no weights in memory between turns."};
  const Played b1 = rehearsal.play(*trainer, {.member = 1});
  // Where there is room for one only, A's are loaded.
  const Played b2 = rehearsal.play(*trainer, {.member = 1, .parent = &b1, .stay_in_memory = true});
  const Played a2 = rehearsal.play(*trainer, {.parent = &a1, .stay_in_memory = true});
  const std::string advice =
      "A turn that goes on with weights kept in memory must be the same as one that loads them. The usual cause: the "
      "checkpoint does not hold "
      "all that training continues from (the optimiser's state, schedulers, normalisation statistics, full precision). "
      "Save and load it; "
      "what does not belong to the weights, begin anew each turn in either case.";
  const Result b = same(rehearsal, examination.b2, b2, "with weights kept in memory instead of loaded", advice);
  if (b.verdict != Verdict::passed) return b;
  return same(rehearsal, examination.a2, a2, "with weights kept in memory instead of loaded", advice);
}

}  // namespace pbt
