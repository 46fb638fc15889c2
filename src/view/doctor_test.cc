#include "view/doctor.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "pbt/error.h"
#include "tests/support/laboratory.h"
#include "worker/resume.h"

namespace pbt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A copy of a record, to break things in.
class CopiedRecord final : public RunReader {
 public:
  explicit CopiedRecord(const RunReader& from)
      : now(from.population()),
        decided(from.decisions(0, 1'000'000)),
        failed(from.failures(0, 1'000'000)),
        standing(from.checkpoints()) {
    for (const TurnPointer& turn : from.turns(0, 1'000'000)) trained.push_back(*turn);
  }

  Turn& turn_of(TurnKey key) { return *std::ranges::find(trained, key, &Turn::key); }
  Decision& decision_of(int member, int turn, int revision = 0) {
    return *std::ranges::find_if(
        decided, [&](const Decision& d) { return d.member == member && d.turn == turn && d.revision == revision; });
  }
  Decision& first_copy() { return *std::ranges::find(decided, DecisionKind::copy, &Decision::kind); }

  [[nodiscard]] RunStatus status() const override { return {}; }
  [[nodiscard]] Population population(int) const override { return now; }
  [[nodiscard]] TurnPointer turn(TurnKey key) const override {
    const auto found = std::ranges::find(trained, key, &Turn::key);
    return found == trained.end() ? nullptr : std::make_shared<const Turn>(*found);
  }
  [[nodiscard]] std::vector<TurnPointer> turns(std::int64_t after, int limit) const override {
    std::vector<TurnPointer> page;
    for (const Turn& turn : page_of(trained, after, limit)) page.push_back(std::make_shared<const Turn>(turn));
    return page;
  }
  [[nodiscard]] std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return page_of(decided, after, limit);
  }
  [[nodiscard]] std::vector<Failure> failures(std::int64_t after, int limit) const override {
    return page_of(failed, after, limit);
  }
  [[nodiscard]] std::vector<Checkpoint> checkpoints() const override { return standing; }

  Population now;
  std::vector<Turn> trained;
  std::vector<Decision> decided;
  std::vector<Failure> failed;
  std::vector<Checkpoint> standing;

 private:
  template <typename T>
  static std::vector<T> page_of(const std::vector<T>& entries, std::int64_t after, int limit) {
    std::vector<T> page;
    for (const T& entry : entries)
      if (entry.sequence > after && static_cast<int>(page.size()) < limit) page.push_back(entry);
    return page;
  }
};

class DoctorTest : public Laboratory {
 protected:
  /// A run with copies and, in member 2's third turn, failures enough to be replaced.
  CopiedRecord record() {
    work([this](const Assignment& turn, TurnControl& control) {
      if (turn.member == 2 && turn.index == 3 && failures_ < 3) {
        ++failures_;
        throw std::runtime_error("out of memory");
      }
      return train_toy(turn, control);
    });
    return CopiedRecord(*store_);
  }

  Examination look_at(const RunReader& reader) { return examine(reader, *storage_, experiment_, *algorithm_); }
  std::vector<std::string> violations(const RunReader& reader) { return look_at(reader).violations; }

  int failures_ = 0;
};

TEST_F(DoctorTest, FindsNothingWrongWithARunThatFailedAndCopied) {
  const CopiedRecord record = this->record();
  ASSERT_TRUE(std::ranges::any_of(record.decided,
                                  [](const Decision& d) { return d.kind == DecisionKind::copy && d.revision == 0; }));
  ASSERT_TRUE(std::ranges::any_of(record.decided, [](const Decision& d) { return d.revision == 1; }));
  const Examination found = look_at(record);
  EXPECT_THAT(found.violations, IsEmpty());
  EXPECT_EQ(found.turns, 20);
  EXPECT_EQ(found.failures, 3);
  EXPECT_EQ(found.decisions, 25);
  EXPECT_EQ(found.recomputed, 25);
  EXPECT_EQ(found.under_another_budget, 0);
  EXPECT_EQ(found.checkpoints, static_cast<std::int64_t>(record.standing.size()));
}

TEST_F(DoctorTest, FindsNothingWrongWithASynchronousRun) {
  experiment_.synchronous = true;
  const Examination found = look_at(record());
  EXPECT_THAT(found.violations, IsEmpty());
  EXPECT_EQ(found.recomputed, found.decisions);
}

TEST_F(DoctorTest, FollowsAnAlgorithmThatLooksAtHistory) {
  experiment_.algorithm.settings["compare"] = std::string("equal_steps");
  const Examination found = look_at(record());
  EXPECT_THAT(found.violations, IsEmpty());
  EXPECT_EQ(found.recomputed, found.decisions);
}

TEST_F(DoctorTest, UnderstandsARaisedBudget) {
  record();
  experiment_.budget.steps = 80;
  algorithm_ = make_algorithm(experiment_, builtin_strategies());
  EXPECT_EQ(resume(experiment_, *algorithm_, *store_), 4);
  work();
  const Examination found = look_at(*store_);
  EXPECT_THAT(found.violations, IsEmpty());
  EXPECT_EQ(found.resumed, 4);
  EXPECT_EQ(found.under_another_budget, 4);
  EXPECT_EQ(found.recomputed, found.decisions - 4);
}

TEST_F(DoctorTest, CountsRewindsAndInjectionsAsTakenByHand) {
  CopiedRecord broken = record();
  for (const std::string reason : {"rewind: checkpoint gone", "inject: by hand"}) {
    broken.first_copy().reason = reason;
    const Examination found = look_at(broken);
    EXPECT_THAT(found.violations, IsEmpty());
    EXPECT_EQ(found.by_hand, 1);
    EXPECT_EQ(found.recomputed, found.decisions - 1);
  }
}

TEST_F(DoctorTest, SeesADecisionThatDoesNotFollowFromItsSnapshot) {
  CopiedRecord broken = record();
  Decision& copy = broken.first_copy();
  copy.hyperparameters.set("lr", 0.123);
  const Turn* next = nullptr;
  for (Turn& turn : broken.trained)
    if (turn.key == TurnKey{copy.member, copy.turn + 1}) {
      turn.hyperparameters.set("lr", 0.123);  // the turn obeys; only the decision is wrong
      next = &turn;
    }
  ASSERT_NE(next, nullptr);
  EXPECT_THAT(violations(broken), testing::Contains(HasSubstr("decision " + to_string(TurnKey{copy.member, copy.turn}) +
                                                              " revision 0: recorded copy")));
}

TEST_F(DoctorTest, SeesHyperparametersThatAreNotTheDecisions) {
  CopiedRecord broken = record();
  const Decision& copy = broken.first_copy();
  Turn& after = broken.turn_of({copy.member, copy.turn + 1});
  after.hyperparameters.set("lr", 0.123);
  EXPECT_THAT(violations(broken),
              testing::Contains(HasSubstr(to_string(after.key) + " trained with {lr=0.123}, but ")));
}

TEST_F(DoctorTest, SeesATurnThatIsMissing) {
  CopiedRecord broken = record();
  std::erase_if(broken.trained, [](const Turn& turn) { return turn.key == TurnKey{1, 2}; });
  const auto found = violations(broken);
  EXPECT_THAT(found, testing::Contains(HasSubstr("entries are missing or double")));
  EXPECT_THAT(found, testing::Contains("member 1: turn 3 follows turn 1; those between are missing"));
}

TEST_F(DoctorTest, SeesATurnThatIsThereTwice) {
  CopiedRecord broken = record();
  Turn again = broken.turn_of({1, 2});
  again.sequence = broken.now.sequence + 1;
  broken.now.sequence = again.sequence;
  broken.trained.push_back(again);
  EXPECT_THAT(violations(broken), ElementsAre("m1.t2 is in the record twice"));
}

TEST_F(DoctorTest, SeesAParentThatWasNotThereYet) {
  CopiedRecord broken = record();
  Turn& turn = broken.turn_of({1, 2});
  turn.parent = TurnKey{1, 4};
  broken.decision_of(1, 1).weights = TurnKey{1, 4};
  EXPECT_THAT(violations(broken), testing::Contains("m1.t2: its parent m1.t4 was not in the record before it"));
}

TEST_F(DoctorTest, SeesATurnThatStartedFromOtherWeightsThanWasDecided) {
  CopiedRecord broken = record();
  Turn& turn = broken.turn_of({1, 2});
  const std::string parent = to_string(*turn.parent);
  turn.parent.reset();
  turn.from_step = 0;
  EXPECT_THAT(violations(broken),
              testing::Contains(HasSubstr("m1.t2 started from none, but m1.t1 revision 0 decided " + parent)));
}

TEST_F(DoctorTest, SeesAGapBetweenATurnAndItsParent) {
  CopiedRecord broken = record();
  Turn& turn = broken.turn_of({1, 2});
  ++turn.from_step;
  const auto found = violations(broken);
  EXPECT_THAT(found,
              testing::Contains("m1.t2 began at step 11, but its parent " + to_string(*turn.parent) + " ended at 10"));
  EXPECT_THAT(found, testing::Contains(HasSubstr("member 1: the store has stopped, 5 turns, 50 steps done")));
}

TEST_F(DoctorTest, SeesADonorThatIsNewerThanItsCopy) {
  CopiedRecord broken = record();
  Decision& copy = broken.first_copy();
  copy.donor = TurnKey{copy.donor->member, 5};
  EXPECT_THAT(violations(broken), testing::Contains(HasSubstr("which is newer than the copy or not there")));
}

TEST_F(DoctorTest, SeesADonorThatDiverged) {
  CopiedRecord broken = record();
  broken.turn_of(*broken.first_copy().donor).score = -std::numeric_limits<double>::infinity();
  EXPECT_THAT(violations(broken), testing::Contains(HasSubstr("which was cut short or diverged")));
}

TEST_F(DoctorTest, SeesAFenceThatDoesNotGrow) {
  CopiedRecord broken = record();
  broken.turn_of({1, 2}).fence = broken.turn_of({1, 1}).fence;
  EXPECT_THAT(violations(broken),
              ElementsAre(HasSubstr("m1.t2 was recorded under fence 1, but its member had reached fence 1")));
}

TEST_F(DoctorTest, SeesAMemberThatIsNotWhatTheLogAmountsTo) {
  CopiedRecord broken = record();
  broken.now.members[3].steps_done += 10;
  broken.now.members[0].fence = 1;
  EXPECT_THAT(violations(broken), ElementsAre("member 0: its fence is 1, but 5 is in the record",
                                              HasSubstr("member 3: the store has stopped, 5 turns, 60 steps done")));
}

TEST_F(DoctorTest, SeesABestThatIsNotTheBest) {
  CopiedRecord broken = record();
  broken.now.best = broken.turn({3, 1});
  EXPECT_THAT(violations(broken), testing::Contains(HasSubstr("the store's best turn is m3.t1, the log's ")));
}

TEST_F(DoctorTest, SeesARevisionThatNothingAskedFor) {
  CopiedRecord broken = record();
  for (Failure& failure : broken.failed) failure.turn.index = 1;
  EXPECT_THAT(violations(broken), testing::Contains(HasSubstr("m2.t2 revision 1: the member was ready")));
}

TEST_F(DoctorTest, SeesACheckpointWhoseBytesAreGone) {
  const CopiedRecord whole = record();
  storage_->remove(whole.standing.front().name);
  EXPECT_THAT(violations(whole), ElementsAre(HasSubstr(whole.standing.front().name)));
}

TEST_F(DoctorTest, SeesANeededCheckpointThatIsMarkedRemoved) {
  CopiedRecord broken = record();
  const std::string best = broken.now.best->checkpoint.name;
  std::erase_if(broken.standing, [&](const Checkpoint& checkpoint) { return checkpoint.name == best; });
  EXPECT_THAT(violations(broken), ElementsAre(HasSubstr("checkpoint " + best + " is needed")));
}

TEST_F(DoctorTest, SeesAMemberWithoutADecision) {
  CopiedRecord broken = record();
  std::erase_if(broken.decided, [](const Decision& decision) { return decision.member == 1 && decision.turn == 5; });
  EXPECT_THAT(violations(broken),
              testing::Contains("member 1 stands undecided after turn 5, in a run that is not synchronous"));
}

TEST_F(DoctorTest, SaysHowManyViolationsItLeftOut) {
  CopiedRecord broken = record();
  for (Turn& turn : broken.trained) {
    turn.fence = 0;
    ++turn.from_step;
    turn.to_step = 0;
    turn.hyperparameters.set("lr", 0.123);
    turn.parent = TurnKey{0, 9};
  }
  const auto found = violations(broken);
  ASSERT_EQ(found.size(), 101U);
  EXPECT_THAT(found.back(), HasSubstr(" more"));
}

}  // namespace
}  // namespace pbt
