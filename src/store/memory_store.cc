#include "store/memory_store.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <set>

#include "pbt/error.h"
#include "store/rules.h"

namespace pbt {
namespace {

using rules::CheckpointRow;

/// The entries of a log with sequence > `after`, at most `limit`.
template <class Log, class Sequence>
auto after_sequence(const Log& log, std::int64_t after, int limit, Sequence sequence) {
  const auto first = std::upper_bound(log.begin(), log.end(), after,
                                      [&](std::int64_t value, const auto& entry) { return value < sequence(entry); });
  const auto count = std::min<std::ptrdiff_t>(std::max(limit, 0), log.end() - first);
  return std::pair(first, first + count);
}

class MemoryTables {
 public:
  explicit MemoryTables(int size) : members_(unborn_population(size).members), turns_(static_cast<std::size_t>(size)) {}

  // What the rules ask for.
  const rules::Progress& progress() const { return progress_; }
  void put(const rules::Progress& progress) { progress_ = progress; }

  const Member& member(int id) const {
    if (id < 0 || id >= static_cast<int>(members_.size()))
      throw StoreError(fmt::format("there is no member {}: the population has {}", id, members_.size()));
    return members_[static_cast<std::size_t>(id)];
  }
  void put(const Member& member) { members_[static_cast<std::size_t>(member.id)] = member; }
  void put_lease(const Member& member) { put(member); }

  std::vector<rules::Candidate> candidates(const LeaseRequest&, std::int64_t now_ms) const {
    std::vector<rules::Candidate> candidates;
    for (const Member& member : members_) {
      if (member.state != MemberState::unborn && member.state != MemberState::ready) continue;
      if (now_ms < member.not_before_ms || (!member.worker.empty() && now_ms < member.lease_until_ms)) continue;
      candidates.push_back({member.id, member.state == MemberState::unborn, member.steps_done,
                            member.next ? member.next->weights : std::nullopt});
    }
    return candidates;
  }

  TurnPointer turn(TurnKey key) const {
    if (key.member < 0 || key.member >= static_cast<int>(turns_.size())) return nullptr;
    const auto& own = turns_[static_cast<std::size_t>(key.member)];
    if (key.index < 1 || key.index > static_cast<int>(own.size())) return nullptr;
    return own[static_cast<std::size_t>(key.index) - 1];
  }
  void append(const TurnPointer& turn) {
    turns_[static_cast<std::size_t>(turn->key.member)].push_back(turn);
    turn_log_.push_back(turn);
  }

  std::optional<std::int64_t> decision_fence(int member, int turn, int revision) const {
    const auto found = decision_fences_.find({member, turn, revision});
    return found == decision_fences_.end() ? std::nullopt : std::optional(found->second);
  }
  void append(const DecisionPointer& decision, std::int64_t fence) {
    decision_fences_[{decision->member, decision->turn, decision->revision}] = fence;
    decision_log_.push_back(decision);
  }

  bool has_failure(TurnKey turn, std::int64_t fence) const { return failure_keys_.contains({turn, fence}); }
  void append(const Failure& failure, bool) {
    failure_keys_.insert({failure.turn, failure.fence});
    failure_log_.push_back(failure);
  }

  std::vector<rules::Interval> take_training(rules::Interval interval) {
    std::vector<rules::Interval> taken;
    for (auto at = training_.lower_bound(interval.from_ms); at != training_.end() && at->second <= interval.to_ms;) {
      taken.push_back({at->second, at->first});
      at = training_.erase(at);
    }
    return taken;
  }
  void put_training(rules::Interval interval) { training_[interval.to_ms] = interval.from_ms; }

  std::optional<CheckpointRow> checkpoint(const std::string& name) const {
    const auto found = checkpoints_.find(name);
    return found == checkpoints_.end() ? std::nullopt : std::optional(found->second);
  }
  void put(const CheckpointRow& row) {
    const std::string& name = row.checkpoint.name;
    checkpoints_[name] = row;
    if (!row.turn) imports_.insert(name);
    if (row.turn && !row.removed) standing_[*row.turn] = name;
    if (row.turn && row.removed) standing_.erase(*row.turn);
  }
  std::vector<CheckpointRow> removable(int member, int up_to_index) const {
    std::vector<CheckpointRow> found;
    for (auto at = standing_.lower_bound({member, 0});
         at != standing_.end() && at->first <= TurnKey{member, up_to_index}; ++at)
      if (const CheckpointRow& row = checkpoints_.at(at->second); !row.pinned) found.push_back(row);
    return found;
  }
  std::vector<CheckpointRow> removable_imports() const {
    std::vector<CheckpointRow> found;
    for (const std::string& name : imports_)
      if (const CheckpointRow& row = checkpoints_.at(name); row.named && !row.pinned && !row.removed)
        found.push_back(row);
    return found;
  }

  Population population(int history_turns) const {
    Population population{members_, progress_.sequence, progress_.starts, nullptr, {}};
    if (progress_.best) population.best = turn(*progress_.best);
    const auto size = static_cast<std::ptrdiff_t>(turn_log_.size());
    const auto count = history_turns < 0 ? size : std::min<std::ptrdiff_t>(history_turns, size);
    population.history.assign(turn_log_.end() - count, turn_log_.end());
    return population;
  }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const {
    const auto [first, last] =
        after_sequence(turn_log_, after, limit, [](const TurnPointer& turn) { return turn->sequence; });
    return {first, last};
  }
  std::vector<Decision> decisions(std::int64_t after, int limit) const {
    const auto [first, last] =
        after_sequence(decision_log_, after, limit, [](const DecisionPointer& decision) { return decision->sequence; });
    std::vector<Decision> decisions;
    for (auto at = first; at != last; ++at) decisions.push_back(**at);
    return decisions;
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const {
    const auto [first, last] =
        after_sequence(failure_log_, after, limit, [](const Failure& failure) { return failure.sequence; });
    return {first, last};
  }
  std::vector<Checkpoint> checkpoints() const {
    std::vector<Checkpoint> standing;
    for (const auto& [name, row] : checkpoints_)
      if (!row.removed) standing.push_back(row.checkpoint);
    return standing;
  }

 private:
  rules::Progress progress_;
  std::vector<Member> members_;
  std::vector<std::vector<TurnPointer>> turns_;  ///< by member, then index - 1
  std::vector<TurnPointer> turn_log_;
  std::vector<DecisionPointer> decision_log_;
  std::vector<Failure> failure_log_;
  std::map<std::tuple<int, int, int>, std::int64_t> decision_fences_;  ///< by member, turn, revision
  std::set<std::pair<TurnKey, std::int64_t>> failure_keys_;
  std::map<std::int64_t, std::int64_t> training_;  ///< end of each interval -> its beginning
  std::map<std::string, CheckpointRow> checkpoints_;
  std::set<std::string> imports_;
  std::map<TurnKey, std::string> standing_;  ///< turns whose checkpoint is not removed
};

}  // namespace

struct MemoryRecord {
  std::mutex mutex;
  RunStatus status;
  MemoryTables tables;
};

namespace {

class MemoryStore final : public Store {
  /// Calls one of the tables' functions under the lock.
  template <class Function, class... Arguments>
  auto locked(Function function, Arguments... arguments) const {
    const std::lock_guard lock(record_->mutex);
    return (record_->tables.*function)(arguments...);
  }

 public:
  MemoryStore(std::shared_ptr<MemoryRecord> record, const Clock& clock) : record_(std::move(record)), clock_(clock) {}

  RunStatus status() const override {
    const std::lock_guard lock(record_->mutex);
    RunStatus status = record_->status;
    status.training_ms = record_->tables.progress().training_ms;
    return status;
  }
  Population population(int history_turns) const override { return locked(&MemoryTables::population, history_turns); }
  TurnPointer turn(TurnKey key) const override { return locked(&MemoryTables::turn, key); }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override {
    return locked(&MemoryTables::turns, after, limit);
  }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return locked(&MemoryTables::decisions, after, limit);
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override {
    return locked(&MemoryTables::failures, after, limit);
  }
  std::vector<Checkpoint> checkpoints() const override { return locked(&MemoryTables::checkpoints); }

  std::vector<Lease> acquire(const LeaseRequest& request) override {
    rules::check(request);
    const std::lock_guard lock(record_->mutex);
    if (record_->status.state != RunState::running) return {};
    return rules::acquire(record_->tables, request, clock_.now_ms());
  }
  std::vector<bool> renew(const std::vector<Lease>& leases, std::chrono::milliseconds duration) override {
    const std::lock_guard lock(record_->mutex);
    return rules::renew(record_->tables, leases, clock_.now_ms() + duration.count());
  }
  std::vector<CommitResult> commit(const Commit& commit) override {
    const std::lock_guard lock(record_->mutex);
    return rules::commit(record_->tables, commit, clock_.now_ms());
  }
  void control(const Control& control) override {
    const std::lock_guard lock(record_->mutex);
    if (const auto* state = std::get_if<SetState>(&control)) {
      record_->status.state = state->state;
      record_->status.reason = state->reason;
    } else if (const auto* specification = std::get_if<SetSpecification>(&control)) {
      record_->status.specification = specification->text;
    } else if (const auto* pin = std::get_if<Pin>(&control)) {
      rules::control(record_->tables, *pin);
    } else {
      rules::control(record_->tables, std::get<Import>(control));
    }
  }
  std::vector<Checkpoint> collect(int keep_last) override {
    const std::lock_guard lock(record_->mutex);
    return rules::collect(record_->tables, keep_last);
  }

 private:
  std::shared_ptr<MemoryRecord> record_;
  const Clock& clock_;
};

}  // namespace

std::shared_ptr<MemoryRecord> make_memory_record(const std::string& experiment, const std::string& specification,
                                                 int population, std::int64_t created_ms) {
  return std::shared_ptr<MemoryRecord>(new MemoryRecord{
      {}, {experiment, specification, RunState::running, "", created_ms, 0}, MemoryTables(population)});
}

std::unique_ptr<Store> open_memory_store(std::shared_ptr<MemoryRecord> record, const Clock& clock) {
  return std::make_unique<MemoryStore>(std::move(record), clock);
}

std::unique_ptr<Store> make_memory_store(const std::string& experiment, const std::string& specification,
                                         int population, const Clock& clock) {
  return open_memory_store(make_memory_record(experiment, specification, population, clock.now_ms()), clock);
}

}  // namespace pbt
