#include "trainer/session_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include "tests/contract/trainer_fixture.h"
#include "trainer/descriptor.h"
#include "trainer/process_table.h"
#include "trainer/test_programs.h"

namespace pbt {
namespace {

using testing::HasSubstr;

class SessionTrainerTest : public testing::Test {
 protected:
  std::unique_ptr<Trainer> make(std::vector<std::string> mode, double turn_timeout_s = 0, double hello_timeout_s = 60) {
    SessionOptions options = session_options(std::move(mode), folder_.path());
    options.trainer.turn_timeout_s = turn_timeout_s;
    options.trainer.hello_timeout_s = hello_timeout_s;
    options.trainer.cancel_timeout_s = cancel_timeout_s_;
    return make_session_trainer(std::move(options));
  }
  Assignment turn(int member = 0) {
    Assignment result;
    result.id = "m" + std::to_string(member) + ".t1.f" + std::to_string(++fence_);
    result.member = member;
    result.hyperparameters = {{"learning_rate", 0.01}, {"momentum", 0.5}};
    result.steps = 100;
    const auto save = folder_.path() / result.id;
    std::filesystem::create_directory(save);
    result.save = Folder(save);
    return result;
  }
  Outcome train(Trainer& trainer, Stop stop = Stop::no) {
    TestControl control(stop, {});
    return trainer.train({turn()}, control).at(0);
  }
  TrainerFailure failure(const std::vector<std::string>& mode, double turn_timeout_s = 0, double hello_timeout_s = 60,
                         Stop stop = Stop::no) {
    const auto trainer = make(mode, turn_timeout_s, hello_timeout_s);
    const Outcome outcome = train(*trainer, stop);
    EXPECT_TRUE(std::holds_alternative<TrainerFailure>(outcome)) << mode.at(0);
    const auto* failed = std::get_if<TrainerFailure>(&outcome);
    return failed != nullptr ? *failed : TrainerFailure{};
  }
  /// The failure of a trainer that answers its turn with these lines.
  TrainerFailure answered(std::vector<std::string> lines) {
    lines.insert(lines.begin(), "raw");
    return failure(lines);
  }
  std::string log(const std::string& name) const { return content_of(folder_.path() / name); }

  ScratchFolder folder_;
  double cancel_timeout_s_ = 60;
  int fence_ = 0;
};

TEST_F(SessionTrainerTest, IsStartedOnceForManyTurnsAndEndsWithItsTrainer) {
  auto trainer = make({"good"});
  EXPECT_THAT(descendants_of(::getpid()), testing::IsEmpty());
  EXPECT_TRUE(std::holds_alternative<Report>(train(*trainer)));
  EXPECT_TRUE(std::holds_alternative<Report>(train(*trainer)));
  EXPECT_EQ(log("worker-worker.log") + log("member-0.log"), "faulty_trainer good begins\n");
  trainer.reset();
  EXPECT_THAT(descendants_of(::getpid()), testing::IsEmpty());
}

TEST_F(SessionTrainerTest, PassesProgressOn) {
  const auto trainer = make({"good"});
  TestControl control;
  const Assignment asked = turn();
  ASSERT_TRUE(std::holds_alternative<Report>(trainer->train({asked}, control).at(0)));
  EXPECT_EQ(control.ids.at(0), asked.id);
  EXPECT_EQ(control.steps.at(0), 0);
}

TEST_F(SessionTrainerTest, KeepsNoMoreResidentWeightsThanTheTrainerCan) {
  const auto trainer = make({"good"});
  TestControl control;
  const Assignment a = turn(0);
  const Assignment b = turn(1);
  static_cast<void>(trainer->train({a}, control));
  static_cast<void>(trainer->train({b}, control));
  EXPECT_EQ(trainer->resident(), std::vector<std::string>{b.id});
}

TEST_F(SessionTrainerTest, CallsACrashByItsStatusOrSignalAndQuotesTheLog) {
  const TrainerFailure exited = failure({"crashes_mid_turn"});
  EXPECT_EQ(exited.kind, FailureKind::crash);
  EXPECT_THAT(exited.message, HasSubstr("in the middle of a turn: exit status 7"));
  const TrainerFailure aborted = failure({"aborts_mid_turn"});
  EXPECT_THAT(aborted.message, HasSubstr("SIGABRT (exit status 134)"));
  const TrainerFailure at_once = failure({"crashes_at_once"});
  EXPECT_EQ(at_once.kind, FailureKind::crash);
  EXPECT_THAT(at_once.message, HasSubstr("ended (exit status 3) before it said hello"));
  EXPECT_THAT(at_once.log_tail, HasSubstr("there is no such dataset"));
}

TEST_F(SessionTrainerTest, IsStartedAgainAfterACrash) {
  const auto trainer = make({"crashes_mid_turn"});
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = train(*trainer);
    EXPECT_EQ(std::get<TrainerFailure>(outcome).kind, FailureKind::crash);
    EXPECT_TRUE(trainer->resident().empty());
  }
  EXPECT_EQ(log("worker-worker.log") + log("member-0.log"),
            "faulty_trainer crashes_mid_turn begins\nfaulty_trainer crashes_mid_turn begins\n");
}

TEST_F(SessionTrainerTest, SaysWhatToDoWhenATrainerSaysNoHello) {
  for (const char* mode : {"never_hello", "not_connecting"}) {
    const TrainerFailure failed = failure({mode}, 0, 0.2);
    EXPECT_EQ(failed.kind, FailureKind::timeout);
    EXPECT_THAT(failed.message, HasSubstr("no hello within 0.2 s"));
    EXPECT_THAT(failed.message, HasSubstr("pbt::serve"));
  }
  EXPECT_THAT(failure({"wrong_protocol"}).message, HasSubstr("speaks protocol 2, this pbt protocol 1"));
}

TEST_F(SessionTrainerTest, WaitsOnlyOnceForATrainerThatCannotStart) {
  const auto trainer = make({"crashes_at_once"});
  EXPECT_EQ(trainer->batch_max(), 1);
  EXPECT_EQ(std::get<TrainerFailure>(train(*trainer)).kind, FailureKind::crash);
  EXPECT_EQ(log("worker-worker.log"), "faulty_trainer crashes_at_once begins\nthere is no such dataset\n");
}

TEST_F(SessionTrainerTest, QuotesWhatIsNoMessage) {
  const TrainerFailure garbage = failure({"garbage"});
  EXPECT_EQ(garbage.kind, FailureKind::protocol);
  EXPECT_THAT(garbage.message, HasSubstr("the line was: training went well :-)"));
  EXPECT_THAT(answered({R"({"type":"result","id":"@","metrics":{}})"}).message,
              HasSubstr("the key \"step\" is missing"));
  EXPECT_THAT(answered({R"({"type":"result","id":"m7","step":100,"metrics":{}})"}).message,
              HasSubstr("a result for \"m7\", which is no open turn"));
  EXPECT_THAT(answered({R"({"type":"result","id":"@","step":100,"metrics":{"loss":NaN}})"}).message,
              HasSubstr("are sent as \"NaN\""));
  EXPECT_THAT(answered({R"({"type":"done","id":"@"})"}).message, HasSubstr("not \"done\""));
}

TEST_F(SessionTrainerTest, RefusesASecondAnswerToATurn) {
  const auto trainer = make({"raw", R"({"type":"result","id":"@","step":100,"metrics":{}})",
                             R"({"type":"result","id":"@","step":100,"metrics":{}})"});
  TestControl control;
  const auto outcomes = trainer->train({turn(0), turn(1)}, control);
  EXPECT_TRUE(std::holds_alternative<Report>(outcomes.at(0)));
  EXPECT_EQ(std::get<TrainerFailure>(outcomes.at(1)).kind, FailureKind::protocol);
}

TEST_F(SessionTrainerTest, TrainsABatchWhoseOutputIsInTheFirstMembersLog) {
  cancel_timeout_s_ = 0.3;  // it stays when it has nothing more to say
  const auto trainer = make({"raw", R"({"type":"result","id":"m1.t1.f2","step":100,"metrics":{"loss":2}})",
                             R"({"type":"result","id":"@","step":100,"metrics":{"loss":1}})"});
  EXPECT_EQ(trainer->batch_max(), 4);
  TestControl control;
  const auto outcomes = trainer->train({turn(0), turn(1)}, control);
  EXPECT_EQ(std::get<Report>(outcomes.at(0)).metrics.at("loss"), 1);
  EXPECT_EQ(std::get<Report>(outcomes.at(1)).metrics.at("loss"), 2);
  EXPECT_THAT(log("member-1.log"),
              HasSubstr("m1.t1.f2 is trained in one batch with member 0, whose log has the output"));
  EXPECT_EQ(trainer->resident(), std::vector<std::string>{"m0.t1.f1"});
}

TEST_F(SessionTrainerTest, TakesPartialResultsOnlyWhenItAskedForThem) {
  cancel_timeout_s_ = 0.3;  // it stays when it has nothing more to say
  EXPECT_EQ(answered({R"({"type":"result","id":"@","step":50,"metrics":{},"partial":true})"}).kind,
            FailureKind::too_few_steps);
}

TEST_F(SessionTrainerTest, KillsATrainerThatClosesItsConnectionAndStays) {
  cancel_timeout_s_ = 0.3;
  const TrainerFailure closed = failure({"closes"});
  EXPECT_EQ(closed.kind, FailureKind::protocol);
  EXPECT_THAT(closed.message, HasSubstr("closed its connection"));
  EXPECT_THAT(descendants_of(::getpid()), testing::IsEmpty());
}

TEST_F(SessionTrainerTest, KillsATrainerThatHangs) {
  const TrainerFailure hung = failure({"hangs"}, 0.3);
  EXPECT_EQ(hung.kind, FailureKind::timeout);
  EXPECT_THAT(hung.message, HasSubstr("no result after 0.3 s"));
  EXPECT_THAT(descendants_of(::getpid()), testing::IsEmpty());
}

TEST_F(SessionTrainerTest, KillsATrainerThatDoesNotStopWhenAsked) {
  cancel_timeout_s_ = 0.3;
  for (const Stop stop : {Stop::save, Stop::abandon}) {
    const TrainerFailure stubborn = failure({"hangs"}, 0, 60, stop);
    EXPECT_EQ(stubborn.kind, FailureKind::abandoned);
    EXPECT_THAT(stubborn.message, HasSubstr("did not stop within 0.3 s"));
    EXPECT_THAT(descendants_of(::getpid()), testing::IsEmpty());
  }
}

TEST_F(SessionTrainerTest, EndsWhatATrainerStartedInASessionOfItsOwn) {
  const auto fifo = folder_.path() / "daemon.pid";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  auto trainer = make({"daemon"});
  ASSERT_EQ(trainer->batch_max(), 1);
  const pid_t daemon = std::stoi(content_of(fifo));
  ASSERT_TRUE(std::holds_alternative<Report>(train(*trainer)));
  const Descriptor watched = open_process(daemon);
  ASSERT_TRUE(watched.open());
  trainer.reset();
  pollfd waits{watched.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&waits, 1, 0), 1);
}

TEST_F(SessionTrainerTest, RefusesCheckpointsInMemory) {
  const auto trainer = make({"good"});
  Assignment asked = turn();
  asked.save = Folder(std::make_shared<Folder::Files>());
  TestControl control;
  const Outcome outcome = trainer->train({asked}, control).at(0);
  EXPECT_EQ(std::get<TrainerFailure>(outcome).kind, FailureKind::checkpoint);
}

}  // namespace
}  // namespace pbt
