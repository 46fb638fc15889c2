#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "pbt/store.h"

/// Small words for telling stories about a record.
namespace pbt::contract {

inline constexpr std::chrono::milliseconds minute{60'000};

inline Decision started(const Lease& lease, double learning_rate = 0.1) {
  Decision decision;
  decision.member = lease.member.id;
  decision.kind = DecisionKind::start;
  decision.hyperparameters = {
      {"lr", learning_rate}, {"layers", std::int64_t{3}}, {"activation", std::string("relu")}, {"bias", true}};
  decision.reason = "drawn";
  return decision;
}

/// Ten steps more than where the member stands.
inline Turn trained(const Lease& lease, double score) {
  Turn turn;
  turn.key = lease.turn();
  turn.fence = lease.fence();
  turn.worker = lease.worker;
  turn.hyperparameters = {
      {"lr", 0.1}, {"layers", std::int64_t{3}}, {"whole", 1.0}, {"activation", std::string("relu")}, {"bias", true}};
  if (lease.member.standing) {
    turn.parent = lease.member.standing->key;
    turn.from_step = lease.member.standing->to_step;
  }
  turn.to_step = turn.from_step + 10;
  turn.score = score;
  turn.samples = {score, score + 0.125};
  turn.metrics = {{"return", score}, {"loss", 0.1}};
  turn.checkpoint = {turn_id(turn.key, turn.fence), 100, std::string(32, 'a')};
  turn.started_ms = 1'000 * turn.key.index;
  turn.ended_ms = turn.started_ms + 1'000;
  return turn;
}

/// What comes after a turn: its own weights, or a donor's.
inline Decision after(const Turn& turn, DecisionKind kind = DecisionKind::proceed, std::optional<TurnKey> donor = {}) {
  Decision decision;
  decision.member = turn.key.member;
  decision.turn = turn.key.index;
  decision.kind = kind;
  decision.weights = donor ? donor : turn.key;
  decision.donor = donor;
  decision.hyperparameters = turn.hyperparameters;
  decision.reason = to_string(kind);
  return decision;
}

/// A later decision for a member, on its present turn.
inline Decision again(const Member& member, DecisionKind kind, std::optional<TurnKey> weights) {
  Decision decision;
  decision.member = member.id;
  decision.turn = member.turns;
  decision.revision = member.next && member.next->turn == member.turns ? member.next->revision + 1 : 0;
  decision.kind = kind;
  decision.weights = weights;
  if (kind == DecisionKind::copy) decision.donor = weights;
  decision.reason = "again";
  return decision;
}

inline FailTurn failed(const Lease& lease) {
  FailTurn fail;
  fail.lease = lease;
  fail.failure.turn = lease.turn();
  fail.failure.fence = lease.fence();
  fail.failure.worker = lease.worker;
  fail.failure.what = {FailureKind::timeout, "no answer for 10 s", "last line\n", 7};
  fail.failure.steps_lost = 7;
  fail.failure.time_ms = 5'000;
  return fail;
}

// Everything that a value says, for comparing records.

inline std::string describe(const std::optional<TurnKey>& key) { return key ? to_string(*key) : "none"; }

inline std::string describe(const Checkpoint& checkpoint) {
  return checkpoint.name + "/" + std::to_string(checkpoint.bytes) + "/" + checkpoint.checksum + "/" +
         std::to_string(checkpoint.files);
}

inline std::string describe(const Hyperparameters& values) {
  std::string text;
  for (const auto& [name, value] : values)
    text += name + "=" + std::to_string(value.index()) + ":" + to_string(value) + " ";
  return text;
}

inline std::string describe(const Turn& turn) {
  std::ostringstream out;
  out.precision(17);
  out << to_string(turn.key) << " f" << turn.fence << " " << turn.worker << " parent " << describe(turn.parent) << " {"
      << describe(turn.hyperparameters) << "} " << turn.from_step << "-" << turn.to_step
      << (turn.partial ? " partial" : "") << " score " << turn.score << " samples";
  for (const double sample : turn.samples) out << " " << sample;
  for (const auto& [name, value] : turn.metrics) out << " " << name << "=" << value;
  out << " " << describe(turn.checkpoint) << " " << turn.started_ms << "-" << turn.ended_ms << " #" << turn.sequence;
  return out.str();
}

inline std::string describe(const TurnPointer& turn) { return turn ? describe(*turn) : "none"; }

inline std::string describe(const Decision& decision) {
  std::ostringstream out;
  out << "m" << decision.member << ".t" << decision.turn << ".r" << decision.revision << " " << to_string(decision.kind)
      << " weights " << describe(decision.weights) << " donor " << describe(decision.donor) << " imported "
      << (decision.imported ? describe(*decision.imported) : "none") << " {" << describe(decision.hyperparameters)
      << "} " << decision.reason << " saw " << decision.snapshot << " attempt " << decision.attempt << " #"
      << decision.sequence;
  return out.str();
}

inline std::string describe(const Failure& failure) {
  std::ostringstream out;
  out << to_string(failure.turn) << " f" << failure.fence << " " << failure.worker << " "
      << to_string(failure.what.kind) << " " << failure.what.message << " " << failure.what.log_tail << " "
      << failure.what.step << " lost " << failure.steps_lost << " at " << failure.time_ms << " #" << failure.sequence;
  return out.str();
}

/// What the record's entries say of a member; `leases` adds its lease.
inline std::string describe(const Member& member, bool leases) {
  std::ostringstream out;
  out << "m" << member.id << " " << to_string(member.state) << " turns " << member.turns << " steps "
      << member.steps_done << " lost " << member.steps_lost << " failures " << member.failures
      << (member.broken ? " broken" : "") << "\n  last " << describe(member.last) << "\n  standing "
      << describe(member.standing) << "\n  next " << (member.next ? describe(*member.next) : "none");
  if (leases)
    out << "\n  f" << member.fence << " '" << member.worker << "' until " << member.lease_until_ms << " not before "
        << member.not_before_ms;
  return out.str();
}

inline std::vector<std::string> describe(const Population& population, bool leases) {
  std::vector<std::string> lines{
      "#" + std::to_string(population.sequence) + " starts " + std::to_string(population.starts),
      "best " + describe(population.best)};
  for (const Member& member : population.members) lines.push_back(describe(member, leases));
  for (const TurnPointer& turn : population.history) lines.push_back("history " + describe(turn));
  return lines;
}

/// The whole record, leases and all.
inline std::vector<std::string> describe(const RunReader& reader) {
  const RunStatus status = reader.status();
  std::vector<std::string> lines{status.experiment + " " + status.specification + " " + to_string(status.state) + " " +
                                 status.reason + " " + std::to_string(status.created_ms) + " " +
                                 std::to_string(status.training_ms)};
  const auto population = describe(reader.population(5), /*leases=*/true);
  lines.insert(lines.end(), population.begin(), population.end());
  for (const TurnPointer& turn : reader.turns(0, 1'000'000)) lines.push_back(describe(turn));
  for (const Decision& decision : reader.decisions(0, 1'000'000)) lines.push_back(describe(decision));
  for (const Failure& failure : reader.failures(0, 1'000'000)) lines.push_back(describe(failure));
  for (const Checkpoint& checkpoint : reader.checkpoints()) lines.push_back("stands: " + describe(checkpoint));
  return lines;
}

}  // namespace pbt::contract
