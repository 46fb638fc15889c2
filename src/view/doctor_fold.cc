#include "view/doctor_fold.h"

#include <fmt/format.h>

#include <cmath>

#include "view/doctor_decision.h"

namespace pbt {
namespace {

std::string text(const std::optional<TurnKey>& key) { return key ? to_string(*key) : "none"; }
std::string text(const TurnPointer& turn) { return turn ? to_string(turn->key) : "none"; }
std::string text(const DecisionPointer& decision) { return decision ? name_of(*decision) : "none"; }

std::string text(const Hyperparameters& values) {
  std::string text;
  for (const auto& [name, value] : values)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, to_string(value));
  return "{" + text + "}";
}

std::string text(const Member& member) {
  return fmt::format("{}{}, {} turns, {} steps done, {} lost, {} failures, last {}, standing {}, next {}",
                     to_string(member.state), member.broken ? " and broken" : "", member.turns, member.steps_done,
                     member.steps_lost, member.failures, text(member.last), text(member.standing), text(member.next));
}

}  // namespace

CheckedFold::CheckedFold(const RunReader& reader, int members, int history_turns, Say say)
    : reader_(reader),
      history_turns_(history_turns),
      say_(std::move(say)),
      population_(unborn_population(members)),
      turns_(static_cast<std::size_t>(members)),
      fences_(static_cast<std::size_t>(members)) {}

void CheckedFold::take(const Entry& entry, bool broken) {
  const std::int64_t sequence = sequence_of(entry);
  if (sequence != population_.sequence + 1)
    say_(fmt::format("the record jumps from entry {} to {}: entries are missing or double", population_.sequence,
                     sequence));
  if (const auto* turn = std::get_if<TurnPointer>(&entry)) take(*turn);
  if (const auto* decision = std::get_if<DecisionPointer>(&entry)) take(*decision);
  if (const auto* failure = std::get_if<Failure>(&entry)) take(*failure, broken);
  population_.sequence = sequence;
}

void CheckedFold::take(const TurnPointer& turn) {
  const TurnKey key = turn->key;
  if (!is_member(key.member, turn->sequence)) return;
  Member& member = population_.members[static_cast<std::size_t>(key.member)];
  if (key.index <= member.turns) return say_(fmt::format("{} is in the record twice", to_string(key)));
  if (key.index > member.turns + 1)
    say_(fmt::format("member {}: turn {} follows turn {}; those between are missing", member.id, key.index,
                     member.turns));
  if (member.state != MemberState::ready)
    say_(fmt::format("{} was trained while its member was {}", to_string(key), to_string(member.state)));
  check_start(*turn, member);
  check_fence(key, turn->fence);
  turns_[static_cast<std::size_t>(key.member)][key.index] = {turn->to_step, turn->sequence,
                                                             !turn->partial && std::isfinite(turn->score)};
  member.turns = key.index - 1;  // even where turns are missing, so that those after them can be judged
  apply(population_, turn);
  if (history_turns_ == 0) return;
  population_.history.push_back(turn);
  if (history_turns_ > 0 && static_cast<int>(population_.history.size()) > history_turns_)
    population_.history.erase(population_.history.begin());
}

void CheckedFold::check_start(const Turn& turn, const Member& member) {
  const std::string name = to_string(turn.key);
  if (turn.to_step <= turn.from_step)
    say_(fmt::format("{} ends at step {}, where it began or before", name, turn.to_step));
  if (member.next && turn.parent != member.next->weights)
    say_(fmt::format("{} started from {}, but {} decided {}", name, text(turn.parent), name_of(*member.next),
                     text(member.next->weights)));
  if (member.next && turn.hyperparameters != member.next->hyperparameters)
    say_(fmt::format("{} trained with {}, but {} decided {}", name, text(turn.hyperparameters), name_of(*member.next),
                     text(member.next->hyperparameters)));
  std::int64_t from_step = 0;
  if (turn.parent) {
    const Facts* parent = facts(*turn.parent);
    if (parent == nullptr)
      return say_(fmt::format("{}: its parent {} was not in the record before it", name, to_string(*turn.parent)));
    from_step = parent->to_step;
  }
  if (turn.from_step != from_step)
    say_(fmt::format("{} began at step {}, but its parent {} ended at {}", name, turn.from_step, text(turn.parent),
                     from_step));
}

void CheckedFold::take(const DecisionPointer& decision) {
  if (!is_member(decision->member, decision->sequence)) return;
  const Member& member = population_.members[static_cast<std::size_t>(decision->member)];
  const std::string name = name_of(*decision);
  if (decision->turn != member.turns)
    return say_(fmt::format("decision {} came when its member stood after turn {}", name, member.turns));
  const int revision = member.next && member.next->turn == member.turns ? member.next->revision + 1 : 0;
  if (decision->revision != revision) say_(fmt::format("decision {} came where revision {} was due", name, revision));
  if (decision->snapshot >= decision->sequence)
    say_(fmt::format("decision {} is entry {} and says that it saw entry {}", name, decision->sequence,
                     decision->snapshot));
  check_donor(*decision);
  if (decision->weights && facts(*decision->weights) == nullptr)
    return say_(fmt::format("decision {} names the weights of {}, which were not in the record before it", name,
                            to_string(*decision->weights)));
  apply(population_, decision, [this](TurnKey key) { return find(key); });
}

void CheckedFold::check_donor(const Decision& decision) {
  const std::string name = name_of(decision);
  if (decision.donor.has_value() != (decision.kind == DecisionKind::copy))
    say_(fmt::format("decision {} is {} and has the donor {}", name, to_string(decision.kind), text(decision.donor)));
  if (!decision.donor) return;
  const Facts* donor = facts(*decision.donor);
  // What came with the decision itself may be a donor: members of one batch can copy from one another.
  if (donor == nullptr)
    return say_(fmt::format("decision {} copies {}, which is newer than the copy or not there", name,
                            to_string(*decision.donor)));
  if (!donor->can_donate)
    say_(fmt::format("decision {} copies {}, which was cut short or diverged", name, to_string(*decision.donor)));
}

void CheckedFold::take(const Failure& failure, bool broken) {
  if (!is_member(failure.turn.member, failure.sequence)) return;
  const Member& member = population_.members[static_cast<std::size_t>(failure.turn.member)];
  if (failure.turn.index != member.turns + 1)
    say_(
        fmt::format("a failure of {} came when its member stood after turn {}", to_string(failure.turn), member.turns));
  if (failure.steps_lost < 0)
    say_(fmt::format("a failure of {} lost {} steps", to_string(failure.turn), failure.steps_lost));
  check_fence(failure.turn, failure.fence);
  apply(population_, failure, broken);
}

void CheckedFold::check_fence(TurnKey key, std::int64_t fence) {
  std::int64_t& last = fences_[static_cast<std::size_t>(key.member)];
  if (fence <= last)
    say_(fmt::format(
        "{} was recorded under fence {}, but its member had reached fence {}: a lease that was lost has committed",
        to_string(key), fence, last));
  last = fence;
}

void CheckedFold::compare(const Population& cache) const {
  if (cache.sequence != population_.sequence)
    say_(fmt::format("the store counts {} entries, the log ends with {}", cache.sequence, population_.sequence));
  if (cache.starts != population_.starts)
    say_(fmt::format("the store counts {} starts, the log has {}", cache.starts, population_.starts));
  if (text(cache.best) != text(population_.best))
    say_(fmt::format("the store's best turn is {}, the log's {}", text(cache.best), text(population_.best)));
  for (const Member& member : population_.members) {
    const Member& cached = cache.members[static_cast<std::size_t>(member.id)];
    if (text(cached) != text(member))
      say_(fmt::format("member {}: the store has {}; the log has {}", member.id, text(cached), text(member)));
    const std::int64_t fence = fences_[static_cast<std::size_t>(member.id)];
    if (cached.fence < fence)
      say_(fmt::format("member {}: its fence is {}, but {} is in the record", member.id, cached.fence, fence));
  }
}

bool CheckedFold::is_member(int member, std::int64_t sequence) const {
  const bool is = member >= 0 && member < static_cast<int>(population_.members.size());
  if (!is) say_(fmt::format("entry {} is of member {}: there is no such member", sequence, member));
  return is;
}

const CheckedFold::Facts* CheckedFold::facts(TurnKey key) const {
  if (key.member < 0 || key.member >= static_cast<int>(turns_.size())) return nullptr;
  const auto& own = turns_[static_cast<std::size_t>(key.member)];
  const auto found = own.find(key.index);
  return found == own.end() ? nullptr : &found->second;
}

TurnPointer CheckedFold::find(TurnKey key) const {
  const Member& member = population_.members[static_cast<std::size_t>(key.member)];
  for (const TurnPointer& turn : {member.last, member.standing, population_.best})
    if (turn && turn->key == key) return turn;
  return reader_.turn(key);
}

}  // namespace pbt
