#include "tests/simulation/mutation.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace pbt::simulation {
namespace {

constexpr MutationName names[] = {
    {Mutation::accepts_old_fences, "accepts_old_fences", "was committed under the lease"},
    {Mutation::leases_twice, "leases_twice", "was given out while"},
    {Mutation::renews_the_dead, "renews_the_dead", "was renewed, but it is over"},
    {Mutation::acknowledges_only, "acknowledges_only", "the record does not hold it"},
    {Mutation::records_other, "records_other", "the record does not hold it as it was committed"},
    {Mutation::counts_twice, "counts_twice", "by what was committed it is turn"},
    {Mutation::never_expires, "never_expires", "does not end"},
    {Mutation::collects_needed, "collects_needed", "is needed"},
    {Mutation::publishes_later, "publishes_later", "was committed before its bytes"},
    {Mutation::tears, "tears", "is torn"},
    {Mutation::removes_early, "removes_early", "is needed"},
    {Mutation::never_removes, "never_removes", "left over"},
    {Mutation::mixes_donors, "mixes_donors", "computed again"},
    {Mutation::forgets_the_seed, "forgets_the_seed", "computed again"},
    {Mutation::copies_the_diverged, "copies_the_diverged", "cut short or diverged"},
    {Mutation::clock_stands_still, "clock_stands_still", "has taken the member"},
    {Mutation::forgets_to_load, "forgets_to_load", "holds other weights"},
    {Mutation::differs_by_worker, "differs_by_worker", "the same seed gave two records"},
};

class MutatedStore final : public Store {
 public:
  MutatedStore(Store& store, Mutation mutation) : store_(store), mutation_(mutation) {}

  RunStatus status() const override { return store_.status(); }
  Population population(int history_turns) const override { return store_.population(history_turns); }
  TurnPointer turn(TurnKey key) const override { return store_.turn(key); }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override { return store_.turns(after, limit); }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return store_.decisions(after, limit);
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override { return store_.failures(after, limit); }
  std::vector<Checkpoint> checkpoints() const override { return store_.checkpoints(); }
  void control(const Control& control) override { store_.control(control); }

  std::vector<Lease> acquire(const LeaseRequest& request) override {
    if (mutation_ != Mutation::never_expires && mutation_ != Mutation::leases_twice) return store_.acquire(request);
    const Population before = store_.population();
    std::vector<Lease> leases = store_.acquire(request);
    const auto was_leased = [&](const Lease& lease) {
      return !before.members[static_cast<std::size_t>(lease.member.id)].worker.empty();
    };
    if (mutation_ == Mutation::never_expires) {
      for (const Lease& lease : leases)
        if (was_leased(lease)) keep_for_ever(lease, request);
      std::erase_if(leases, was_leased);
    }
    if (mutation_ == Mutation::leases_twice && leases.empty()) {
      for (const Member& member : before.members)
        if (!member.worker.empty()) (void)store_.commit(Release{{{member, member.worker}}});
      leases = store_.acquire(request);
    }
    return leases;
  }

  std::vector<bool> renew(const std::vector<Lease>& leases, std::chrono::milliseconds duration) override {
    std::vector<bool> answers = store_.renew(leases, duration);
    if (mutation_ == Mutation::renews_the_dead) answers.assign(answers.size(), true);
    return answers;
  }

  std::vector<CommitResult> commit(const Commit& commit) override {
    const auto* finish = std::get_if<FinishTurns>(&commit);
    if (finish == nullptr) return store_.commit(commit);
    if (mutation_ == Mutation::acknowledges_only && ++calls_ % 7 == 0)
      return std::vector(finish->turns.size(), CommitResult::committed);
    FinishTurns changed = *finish;
    if (mutation_ == Mutation::records_other) changed.turns.front().turn.score += 1;
    std::vector<CommitResult> results = store_.commit(changed);
    if (mutation_ == Mutation::accepts_old_fences && std::ranges::count(results, CommitResult::lease_lost) > 0)
      results = commit_anyway(changed);
    if (mutation_ == Mutation::counts_twice && results.front() == CommitResult::committed) count_again(changed);
    return results;
  }

  std::vector<Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    std::vector<Checkpoint> removed = store_.collect(keep_last, flushed);
    if (mutation_ != Mutation::collects_needed) return removed;
    const TurnPointer best = store_.population().best;
    if (best && !removed.empty()) removed.push_back(best->checkpoint);
    return removed;
  }

 private:
  void keep_for_ever(const Lease& lease, const LeaseRequest&) {
    (void)store_.renew({lease}, std::chrono::hours(24 * 365));
  }

  std::vector<CommitResult> commit_anyway(FinishTurns finish) {
    const Population population = store_.population();
    for (FinishedTurn& finished : finish.turns) {
      const Member& now = population.members[static_cast<std::size_t>(finished.turn.key.member)];
      if (now.turns + 1 != finished.turn.key.index) continue;
      finished.lease.member = now;
      finished.turn.fence = now.fence;
    }
    return store_.commit(finish);
  }

  void count_again(const FinishTurns& finish) {
    for (const Lease& lease : store_.acquire({"twice", 1, Order::least_progress, {finish.turns[0].turn.key}})) {
      if (lease.member.state != MemberState::ready || lease.member.id != finish.turns[0].turn.key.member) {
        (void)store_.commit(Release{{lease}});
        continue;
      }
      FinishTurns again{{finish.turns[0]}};
      again.turns[0].lease = lease;
      again.turns[0].turn.key = lease.turn();
      again.turns[0].turn.fence = lease.fence();
      again.turns[0].turn.checkpoint.name = turn_id(lease.turn(), lease.fence());
      if (again.turns[0].decision) again.turns[0].decision->turn = lease.turn().index;
      (void)store_.commit(again);
    }
  }

  Store& store_;
  const Mutation mutation_;
  int calls_ = 0;
};

class MutatedStorage final : public CheckpointStorage {
 public:
  MutatedStorage(CheckpointStorage& storage, Mutation mutation) : storage_(storage), mutation_(mutation) {}

  Folder stage(const std::string& name) override { return staged_[name] = storage_.stage(name); }
  Checkpoint publish(const std::string& name) override {
    if (mutation_ == Mutation::tears && staged_.contains(name)) staged_[name].write("optimizer", "");
    staged_.erase(name);
    const Checkpoint checkpoint = storage_.publish(name);
    if (mutation_ == Mutation::publishes_later) storage_.remove(name);
    if (mutation_ == Mutation::removes_early && ++calls_ % 5 == 0)
      for (const std::string& other : storage_.list())
        if (other != name && !staged_.contains(other)) storage_.remove(other);
    return checkpoint;
  }
  Folder open(const Checkpoint& checkpoint) override { return storage_.open(checkpoint); }
  void remove(const std::string& name) override {
    if (mutation_ != Mutation::never_removes) storage_.remove(name);
  }
  std::vector<std::string> list() override { return storage_.list(); }

 private:
  CheckpointStorage& storage_;
  const Mutation mutation_;
  std::map<std::string, Folder> staged_;
  int calls_ = 0;
};

class MutatedAlgorithm final : public Algorithm {
 public:
  MutatedAlgorithm(const Algorithm& algorithm, Mutation mutation) : algorithm_(algorithm), mutation_(mutation) {}

  Order order() const override { return algorithm_.order(); }
  int history_turns() const override { return algorithm_.history_turns(); }
  bool copies_history() const override { return algorithm_.copies_history(); }
  bool waits() const override { return algorithm_.waits(); }
  std::vector<int> waited_enough(const Population& population) const override {
    return algorithm_.waited_enough(population);
  }
  Choice first(const Population& population, int member, Random& random) const override {
    if (mutation_ == Mutation::forgets_the_seed) random = Random{++calls_};
    return algorithm_.first(population, member, random);
  }
  Choice after_turn(const Population& population, int member, Random& random) const override {
    Choice choice = algorithm_.after_turn(population, member, random);
    if (mutation_ == Mutation::mixes_donors && choice.kind == DecisionKind::copy)
      for (const Member& other : population.members)
        if (other.last && other.last->key != *choice.donor) choice.hyperparameters = other.last->hyperparameters;
    if (mutation_ == Mutation::copies_the_diverged)
      for (const Member& other : population.members)
        if (other.last && other.standing == other.last && !std::isfinite(other.last->score)) {
          choice.kind = DecisionKind::copy;
          choice.weights = choice.donor = other.last->key;
        }
    return choice;
  }
  Choice replace(const Population& population, int member, Random& random) const override {
    return algorithm_.replace(population, member, random);
  }

 private:
  const Algorithm& algorithm_;
  const Mutation mutation_;
  mutable std::uint64_t calls_ = 0;
};

}  // namespace

std::span<const MutationName> mutations() { return names; }

std::unique_ptr<Store> mutated(Store& store, Mutation mutation) {
  return std::make_unique<MutatedStore>(store, mutation);
}
std::unique_ptr<CheckpointStorage> mutated(CheckpointStorage& storage, Mutation mutation) {
  return std::make_unique<MutatedStorage>(storage, mutation);
}
std::unique_ptr<Algorithm> mutated(const Algorithm& algorithm, Mutation mutation) {
  return std::make_unique<MutatedAlgorithm>(algorithm, mutation);
}

}  // namespace pbt::simulation
