#include "tests/simulation/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>

#include "pbt/error.h"
#include "tests/simulation/network.h"

namespace pbt::simulation {
namespace {

std::string name_of(const Lease& lease) {
  return fmt::format("the lease of {} on {} under fence {}", lease.worker, to_string(lease.turn()), lease.fence());
}

std::uint64_t digest_of(std::string_view text, std::uint64_t all) {
  return digest(all, std::hash<std::string_view>{}(text));
}

}  // namespace

std::uint64_t fingerprint(const Turn& turn) {
  std::uint64_t all = digest(turn.hyperparameters);
  const auto add = [&](std::uint64_t value) { all = digest(all, value); };
  for (const int part :
       {turn.key.member, turn.key.index, turn.parent ? turn.parent->member : -1, turn.parent ? turn.parent->index : -1})
    add(static_cast<std::uint64_t>(part));
  for (const std::int64_t part :
       {turn.fence, turn.from_step, turn.to_step, turn.started_ms, turn.ended_ms, std::int64_t{turn.partial}})
    add(static_cast<std::uint64_t>(part));
  add(std::bit_cast<std::uint64_t>(turn.score));
  all = digest_of(turn.worker, all);
  all = digest_of(turn.checkpoint.name, all);
  return digest_of(turn.checkpoint.checksum, all) | 1;
}

Witness::Witness(World& world, const RunReader& reader, CheckpointStorage& storage, const Clock& clock, int members,
                 int sweep_every)
    : world_(world),
      reader_(reader),
      storage_(storage),
      clock_(clock),
      sweep_every_(sweep_every),
      known_(static_cast<std::size_t>(members)) {}

std::uint64_t Witness::fingerprint(TurnKey key) const {
  const auto& turns = known_.at(static_cast<std::size_t>(key.member)).turns;
  return key.index >= 1 && key.index <= static_cast<int>(turns.size())
             ? turns[static_cast<std::size_t>(key.index) - 1].fingerprint
             : 0;
}

void Witness::changed() {
  world_.record_changed();
  if (++changes_ % sweep_every_ == 0) sweep();
}

void Witness::acquired(const LeaseRequest& request, const std::vector<Lease>& leases) {
  const std::int64_t now = clock_.now_ms();
  if (static_cast<int>(leases.size()) > request.count)
    world_.violate(fmt::format("{} leases for a request of {}", leases.size(), request.count));
  for (const Lease& lease : leases) {
    Known& member = known(lease.member.id);
    if (member.leased && now < member.lease_until_ms)
      world_.violate(fmt::format("{} was given out while {} held a live one under fence {}", name_of(lease),
                                 member.worker, member.fence));
    if (lease.fence() <= member.fence)
      world_.violate(fmt::format("{} was given out after fence {}", name_of(lease), member.fence));
    if (lease.turn().index != static_cast<int>(member.turns.size()) + 1)
      world_.violate(fmt::format("{} was given out after turn {}", name_of(lease), member.turns.size()));
    if (member.leased) world_.note(Happened::takeover);
    member.fence = lease.fence();
    member.leased = true;
    member.worker = lease.worker;
    member.lease_until_ms = now + request.duration.count();
  }
  if (!leases.empty()) changed();
}

void Witness::renewed(const std::vector<Lease>& leases, const std::vector<bool>& answers,
                      std::chrono::milliseconds duration) {
  for (std::size_t i = 0; i < leases.size(); ++i) {
    world_.note(answers.at(i) ? Happened::renewal : Happened::renewal_refused);
    if (answers[i] && !holds(leases[i])) world_.violate(name_of(leases[i]) + " was renewed, but it is over");
    if (!answers[i] && holds(leases[i])) world_.violate(name_of(leases[i]) + " was refused a renewal, but it stands");
    if (answers[i]) known(leases[i].member.id).lease_until_ms = clock_.now_ms() + duration.count();
  }
}

void Witness::believes(TurnKey turn, std::int64_t fence) {
  const Known& member = known(turn.member);
  if (world_.clocks_are_steady && member.fence != fence)
    world_.violate(
        fmt::format("a worker goes on with {} under fence {} although {} has taken the member under fence {}",
                    to_string(turn), fence, member.worker, member.fence));
}

/// What a lease's commit may be answered, by the account.
void Witness::judge(const char* what, const Lease& lease, CommitResult result) {
  if (result == CommitResult::conflict) world_.note(Happened::conflict);
  if (result == CommitResult::lease_lost) world_.note(Happened::lease_lost);
  if (result == CommitResult::repeated) world_.note(Happened::repeated);
  if (result == CommitResult::committed && !holds(lease))
    world_.violate(fmt::format("{} was committed under {}, but fence {} has been given out ({})", what, name_of(lease),
                               known(lease.member.id).fence, known(lease.member.id).leased ? "leased" : "released"));
  if (result == CommitResult::lease_lost && holds(lease))
    world_.violate(fmt::format("{} was refused under {}, which stands", what, name_of(lease)));
}

void Witness::committed(const Commit& commit, const std::vector<CommitResult>& results) {
  if (const auto* start = std::get_if<StartMember>(&commit)) on(*start, results.at(0));
  if (const auto* fail = std::get_if<FailTurn>(&commit)) on(*fail, results.at(0));
  if (const auto* decide = std::get_if<Decide>(&commit)) on(*decide, results.at(0));
  if (const auto* finish = std::get_if<FinishTurns>(&commit)) {
    for (std::size_t i = 0; i < finish->turns.size(); ++i) on(finish->turns[i], results.at(i));
    for (std::size_t i = 0; i < finish->turns.size(); ++i)
      if (results[i] == CommitResult::committed && finish->turns[i].decision)
        check_decision(*finish->turns[i].decision);
  }
  if (const auto* release = std::get_if<Release>(&commit)) {
    for (std::size_t i = 0; i < release->leases.size(); ++i) {
      judge("a release", release->leases[i], results.at(i));
      if (results[i] == CommitResult::committed) known(release->leases[i].member.id).leased = false;
    }
  }
  if (std::ranges::count(results, CommitResult::committed) > 0) changed();
}

void Witness::on(const StartMember& start, CommitResult result) {
  judge("a start", start.lease, result);
  if (result != CommitResult::committed) return;
  world_.note(Happened::start);
  if (start.decision.imported) standing_.insert(start.decision.imported->name);
}

void Witness::on(const FinishedTurn& finished, CommitResult result) {
  const Turn& turn = finished.turn;
  judge("a turn", finished.lease, result);
  Known& member = known(turn.key.member);
  if (result == CommitResult::repeated && fingerprint(turn.key) != simulation::fingerprint(turn))
    world_.violate(to_string(turn.key) + " was called repeated, but another turn was committed");
  if (result != CommitResult::committed) return;
  ++turns_committed_;
  world_.note(turn.partial ? Happened::partial_turn : Happened::turn);
  if (turn.key.index != static_cast<int>(member.turns.size()) + 1)
    return world_.violate(fmt::format("{} was committed after turn {}", to_string(turn.key), member.turns.size()));
  member.turns.push_back({simulation::fingerprint(turn), 0, turn.fence, !turn.partial && std::isfinite(turn.score)});
  member.leased = false;
  standing_.insert(turn.checkpoint.name);
  const TurnPointer recorded = reader_.turn(turn.key);
  if (!recorded || simulation::fingerprint(*recorded) != member.turns.back().fingerprint)
    return world_.violate(to_string(turn.key) +
                          " was acknowledged, but the record does not hold it as it was committed");
  check_bytes(turn, member);
}

/// Bytes first, record last: they can be read back, and are what the turn says: its parent's, trained with its values.
void Witness::check_bytes(const Turn& turn, Known& member) {
  const std::string name = to_string(turn.key);
  std::optional<Network> weights;
  try {
    weights = load(storage_.open(turn.checkpoint));
  } catch (const StorageError& error) {
    if (!lost_.contains(turn.checkpoint.name))
      world_.violate(fmt::format("{} was committed before its bytes: {}", name, error.what()));
    return;
  }
  if (!weights) return world_.violate(fmt::format("the checkpoint of {} is torn", name));
  member.turns.back().chain = weights->chain;
  std::uint64_t parent = 0;
  if (turn.parent) {
    const auto& turns = known(turn.parent->member).turns;
    if (turn.parent->index > static_cast<int>(turns.size()))
      return world_.violate(fmt::format("{} was committed before its parent {}", name, to_string(*turn.parent)));
    parent = turns[static_cast<std::size_t>(turn.parent->index) - 1].chain;
    if (parent == 0) return;  // its bytes were lost in a power cut before anybody looked
  }
  if (weights->parent != parent || weights->hyperparameters != digest(turn.hyperparameters) ||
      weights->from_step != turn.from_step || weights->to_step != turn.to_step)
    world_.violate(fmt::format("the checkpoint of {} holds other weights than the record says", name));
}

void Witness::on(const FailTurn& fail, CommitResult result) {
  judge("a failure", fail.lease, result);
  if (result != CommitResult::committed) return;
  world_.note(Happened::failure);
  known(fail.lease.member.id).leased = false;
  if (!fail.replacement) return;
  world_.note(Happened::replacement);
  check_decision(*fail.replacement);
}

void Witness::on(const Decide& decide, CommitResult result) {
  if (decide.lease) judge("a decision", *decide.lease, result);
  if (result != CommitResult::committed) return;
  if (decide.lease) world_.note(Happened::rewind);
  if (!decide.lease && decide.decisions.size() > 1) world_.note(Happened::round);
  const std::int64_t now = clock_.now_ms();
  for (const Decision& decision : decide.decisions) {
    Known& member = known(decision.member);
    const bool own = decide.lease && decide.lease->member.id == decision.member;
    if (!own && member.leased && now < member.lease_until_ms)
      world_.violate(fmt::format("a decision for member {} was committed over the live lease of {}", decision.member,
                                 member.worker));
    if (!own && member.leased) ++member.fence;  // as leasing it anew would
    member.leased = false;
    check_decision(decision);
  }
}

void Witness::check_decision(const Decision& decision) {
  const auto who = [&] {
    return fmt::format("the decision of {}", to_string(TurnKey{decision.member, decision.turn}));
  };
  if (decision.kind == DecisionKind::copy) world_.note(Happened::copy);
  if (decision.kind == DecisionKind::wait) world_.note(Happened::wait);
  if (decision.kind == DecisionKind::stop) world_.note(Happened::stop);
  for (const auto& key : {decision.weights, decision.donor}) {
    if (!key) continue;
    const auto& turns = known(key->member).turns;
    if (key->index > static_cast<int>(turns.size()))
      return world_.violate(fmt::format("{} names {}, which is not in the record", who(), to_string(*key)));
  }
  if (decision.donor &&
      !known(decision.donor->member).turns[static_cast<std::size_t>(decision.donor->index) - 1].can_donate)
    world_.violate(fmt::format("{} copies {}, which was cut short or diverged", who(), to_string(*decision.donor)));
  if (decision.weights && !decision.donor && decision.weights->member != decision.member &&
      decision.kind == DecisionKind::proceed && !decision.reason.starts_with("rewind") &&
      !decision.reason.starts_with("inject"))
    world_.violate(fmt::format("{} goes on with the weights of {}", who(), to_string(*decision.weights)));
  if (!decision.weights || decision.kind == DecisionKind::stop) return;
  const std::string name =
      turn_id(*decision.weights,
              known(decision.weights->member).turns[static_cast<std::size_t>(decision.weights->index) - 1].fence);
  if (is_needed_and_gone(name))
    world_.violate(fmt::format("{} starts from checkpoint {}, which was marked removed", who(), name));
}

void Witness::imported(const Checkpoint& checkpoint) { standing_.insert(checkpoint.name); }

void Witness::collected(const std::vector<Checkpoint>& removed) {
  world_.note(Happened::collection);
  for (const Checkpoint& checkpoint : removed)
    if (standing_.erase(checkpoint.name) == 0)
      world_.violate("checkpoint " + checkpoint.name + " was marked removed, but it did not stand");
  if (!removed.empty()) changed();
}

void Witness::staging(const std::string& name) {
  if (standing_.contains(name)) world_.violate("checkpoint " + name + " is in the record, and was staged again");
}

void Witness::removing(const std::string& name) {
  if (standing_.contains(name))
    world_.violate("the bytes of checkpoint " + name + " were removed while the record still needs them");
  TurnKey key;
  long long fence = 0;
  if (std::sscanf(name.c_str(), "m%d.t%d.f%lld", &key.member, &key.index, &fence) != 3) return;
  const Known& member = known(key.member);
  if (member.leased && member.fence == fence && key.index == static_cast<int>(member.turns.size()) + 1)
    world_.violate("the bytes of checkpoint " + name + " were removed while " + member.worker + " was making them");
}

void Witness::sweep() {
  const Population population = reader_.population();
  const auto readable = [&](const Checkpoint& checkpoint, const std::string& why) {
    if (lost_.contains(checkpoint.name)) return;
    if (!standing_.contains(checkpoint.name))
      world_.violate(fmt::format("checkpoint {} is needed ({}), but was marked removed", checkpoint.name, why));
    try {
      (void)storage_.open(checkpoint);
    } catch (const StorageError& error) {
      world_.violate(fmt::format("checkpoint {} is needed ({}), but {}", checkpoint.name, why, error.what()));
    }
  };
  if (population.best) readable(population.best->checkpoint, "the best so far");
  for (const Member& member : population.members) {
    const Known& mine = known(member.id);
    if (member.fence != mine.fence || member.turns != static_cast<int>(mine.turns.size()) ||
        member.worker.empty() == mine.leased)
      world_.violate(fmt::format(
          "member {} stands at turn {}, fence {}, worker \"{}\"; by what was committed it is turn {}, fence {}, {}",
          member.id, member.turns, member.fence, member.worker, mine.turns.size(), mine.fence,
          mine.leased ? mine.worker : "free"));
    if (member.standing) readable(member.standing->checkpoint, fmt::format("what member {} stands at", member.id));
    if (member.next && member.next->imported)
      readable(*member.next->imported, fmt::format("what member {} starts from", member.id));
    if (member.last && ((member.state == MemberState::undecided && !member.broken) || member.last->partial))
      readable(member.last->checkpoint, fmt::format("the last turn of member {}", member.id));
  }
}

}  // namespace pbt::simulation
