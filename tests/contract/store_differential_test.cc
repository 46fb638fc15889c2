#include <algorithm>
#include <cmath>
#include <set>

#include "pbt/random.h"
#include "tests/contract/stores.h"

namespace pbt::contract {
namespace {

/// Does the same random things to several stores, whose answers and records must stay equal.
class Twins {
  /// Does it to every store; the answers must be equal.
  template <class Do>
  auto all(Do act) {
    auto answer = act(*stores_.front());
    for (std::size_t i = 1; i < stores_.size(); ++i) EXPECT_EQ(act(*stores_[i]), answer);
    return answer;
  }

 public:
  Twins(int population, std::uint64_t seed) : random_{seed} {
    for (auto& backend : backends_) {
      backend->create(population, clock_);
      stores_.push_back(backend->open(clock_));
    }
  }

  void step() {
    switch (random_.index(14)) {
      case 0:
      case 1:
      case 2:
        acquire();
        break;
      case 3:
        clock_.advance(std::chrono::milliseconds(random_.integer(0, 40'000)));
        break;
      case 4:
        all([&](Store& store) { return renew(store); });
        break;
      case 5:
        collect();
        break;
      case 6:
        control();
        break;
      case 7:
        decide();
        break;
      default:
        use_a_lease();
        break;
    }
  }

  void expect_equal_records() {
    for (const auto& store : stores_) ASSERT_EQ(describe(*store), describe(*stores_.front()));
    // Followed on from wherever they were looked at last.
    for (const auto& store : stores_) {
      if (random_.bernoulli(0.7)) continue;
      ASSERT_EQ(describe(store->snapshot(3), /*leases=*/false), describe(store->population(3), /*leases=*/false));
    }
  }

  /// The members table of each store must be what its log says.
  void expect_members_as_replayed() {
    for (const auto& store : stores_) {
      const Population now = store->population();
      Population replayed = unborn_population(static_cast<int>(now.members.size()));
      const auto turns = store->turns(0, 1'000'000);
      const auto decisions = store->decisions(0, 1'000'000);
      const auto failures = store->failures(0, 1'000'000);
      std::size_t turn = 0, decision = 0, failure = 0;
      const auto find = [&](TurnKey key) { return store->turn(key); };
      for (std::int64_t sequence = 1; sequence <= now.sequence; ++sequence) {
        if (turn < turns.size() && turns[turn]->sequence == sequence) {
          apply(replayed, turns[turn++]);
        } else if (decision < decisions.size() && decisions[decision].sequence == sequence) {
          apply(replayed, std::make_shared<const Decision>(decisions[decision++]), find);
        } else {
          ASSERT_LT(failure, failures.size());
          ASSERT_EQ(failures[failure].sequence, sequence);
          apply(replayed, failures[failure], broken_.contains({failures[failure].turn, failures[failure].fence}));
          ++failure;
        }
      }
      ASSERT_EQ(describe(replayed, /*leases=*/false), describe(now, /*leases=*/false));
    }
  }

  void reopen() {
    for (std::size_t i = 0; i < stores_.size(); ++i) stores_[i] = backends_[i]->open(clock_);
  }

 private:
  std::vector<CommitResult> commit(const Commit& commit) {
    const auto results = all([&](Store& store) { return store.commit(commit); });
    const auto* fail = std::get_if<FailTurn>(&commit);
    if (fail != nullptr && fail->broken && results.front() == CommitResult::committed)
      broken_.insert({fail->failure.turn, fail->lease.fence()});
    return results;
  }

  std::vector<bool> renew(Store& store) { return store.renew(leases_, std::chrono::milliseconds(20'000)); }

  void acquire() {
    LeaseRequest request{.worker = "w" + std::to_string(random_.index(4)),
                         .count = static_cast<int>(random_.integer(1, 3))};
    if (random_.bernoulli(0.3)) request.order = Order::finish_started;
    if (const auto turn = some_turn()) request.resident = {turn->key};
    std::vector<std::vector<Lease>> taken;
    for (const auto& store : stores_) taken.push_back(store->acquire(request));
    for (const auto& leases : taken) {
      ASSERT_EQ(leases.size(), taken.front().size());
      for (std::size_t i = 0; i < leases.size(); ++i)
        ASSERT_EQ(describe(leases[i].member, true), describe(taken.front()[i].member, true));
    }
    leases_.insert(leases_.end(), taken.front().begin(), taken.front().end());
  }

  void collect() {
    const int keep_last = static_cast<int>(random_.integer(0, 2));
    const std::int64_t flushed =
        random_.bernoulli(0.5) ? all_flushed : random_.integer(0, stores_.front()->population().sequence);
    all([&](Store& store) { return store.collect(keep_last, flushed); });
  }

  void control() {
    const auto try_to = [&](const Control& control) {
      all([&](Store& store) {
        try {
          store.control(control);
          return std::string("done");
        } catch (const StoreError& error) {
          return std::string(error.what());
        }
      });
    };
    const double kind = random_.uniform();
    if (kind < 0.2) {
      try_to(SetState{random_.bernoulli(0.2) ? RunState::paused : RunState::running, "by chance"});
    } else if (kind < 0.7) {
      if (const auto turn = some_turn()) try_to(Pin{turn->checkpoint.name, random_.bernoulli(0.4)});
    } else {
      try_to(Import{import()});
    }
  }

  void decide() {
    const Population population = stores_.front()->population();
    Decide commit_for;
    for (const Member& member : population.members) {
      if (member.state != MemberState::undecided && member.state != MemberState::waiting && random_.bernoulli(0.9))
        continue;
      const auto donor = some_turn();
      const auto weights = donor ? std::optional(donor->key) : std::nullopt;
      commit_for.decisions.push_back(again(member, weights ? DecisionKind::copy : DecisionKind::start, weights));
      commit_for.decisions.back().revision += random_.bernoulli(0.05);
    }
    if (!commit_for.decisions.empty()) commit(commit_for);
  }

  /// An old or a present lease is used, well or badly; sometimes twice.
  void use_a_lease() {
    if (leases_.empty()) return;
    const std::size_t at = leases_.size() - 1 - random_.index(std::min<std::size_t>(leases_.size(), 6));
    const Lease lease = leases_[at];
    const Member member = stores_.front()->population().members[static_cast<std::size_t>(lease.member.id)];
    Commit what = Release{{lease}};
    if (member.state == MemberState::unborn) {
      Decision first = started(lease, random_.uniform());
      if (random_.bernoulli(0.3)) first.imported = import();
      what = StartMember{lease, first, stores_.front()->population().starts - random_.bernoulli(0.1)};
    } else if (random_.bernoulli(0.2)) {
      what = fail(lease, member);
    } else if (random_.bernoulli(0.9)) {
      what = finish(lease);
    }
    commit(what);
    if (random_.bernoulli(0.2)) commit(what);
  }

  Commit fail(const Lease& lease, const Member& member) {
    FailTurn fail = failed(lease);
    fail.backoff = std::chrono::milliseconds(random_.integer(0, 5'000));
    fail.broken = random_.bernoulli(0.4) && !broken_.contains({fail.failure.turn, lease.fence()});
    if (fail.broken && random_.bernoulli(0.5) && member.turns == lease.member.turns) {
      const auto donor = some_turn();
      fail.replacement = again(member, donor ? DecisionKind::copy : DecisionKind::start,
                               donor ? std::optional(donor->key) : std::nullopt);
    }
    return fail;
  }

  Commit finish(const Lease& lease) {
    Turn turn = trained(
        lease, random_.bernoulli(0.1) ? -std::numeric_limits<double>::infinity() : std::round(random_.uniform(0, 50)));
    turn.partial = random_.bernoulli(0.1);
    turn.started_ms = clock_.now_ms() - random_.integer(0, 20'000);
    turn.ended_ms = clock_.now_ms();
    FinishedTurn finished{lease, turn, std::nullopt};
    if (random_.bernoulli(0.8)) {
      const auto donor = random_.bernoulli(0.4) ? some_turn() : nullptr;
      finished.decision = donor ? after(turn, DecisionKind::copy, donor->key) : after(turn);
      if (random_.bernoulli(0.1)) finished.decision->kind = DecisionKind::wait;
    }
    return FinishTurns{{finished}};
  }

  TurnPointer some_turn() {
    const auto turns = stores_.front()->population(8).history;
    return turns.empty() ? nullptr : turns[random_.index(turns.size())];
  }

  Checkpoint import() { return {"initial-" + std::to_string(random_.index(3)), 9, std::string(32, 'c')}; }

  FakeClock clock_;
  Random random_;
  std::vector<std::unique_ptr<StoreUnderTest>> backends_ = make_backends();
  std::vector<std::unique_ptr<Store>> stores_;
  std::vector<Lease> leases_;
  std::set<std::pair<TurnKey, std::int64_t>> broken_;

  static std::vector<std::unique_ptr<StoreUnderTest>> make_backends() {
    std::vector<std::unique_ptr<StoreUnderTest>> backends;
    backends.push_back(memory_under_test());
    backends.push_back(sqlite_under_test(Durability::process));
    return backends;
  }
};

class StoreDifferential : public testing::TestWithParam<std::uint64_t> {};

TEST_P(StoreDifferential, GivesEqualRecordsWhateverIsDone) {
  Twins twins(/*population=*/static_cast<int>(1 + GetParam() % 5), GetParam());
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 40; ++i) twins.step();
    twins.expect_equal_records();
    if (HasFailure()) return;
  }
  twins.reopen();
  twins.expect_equal_records();
  twins.expect_members_as_replayed();
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreDifferential, testing::Range<std::uint64_t>(1, 41));

}  // namespace
}  // namespace pbt::contract
