#include "pbt/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <future>
#include <stdexcept>

#include "tests/contract/trainer_fixture.h"
#include "trainer/line_channel.h"
#include "trainer/protocol.h"

namespace pbt {
namespace {

using namespace std::chrono_literals;
using protocol::FromTrainer;
using protocol::FromWorker;

/// The worker's end of the socket, with a client on a thread of its own.
class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    const std::string path = (folder_.path() / "s").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    listener_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    ::setenv("PBT_SOCKET", path.c_str(), 1);
  }
  ~ClientTest() override { ::unsetenv("PBT_SOCKET"); }

  void begin(TrainFunction train, std::int64_t version = protocol::version, ClientOptions options = {}) {
    status_ = std::async(std::launch::async, [train = std::move(train), options] { return serve(train, options); });
    worker_.emplace(Descriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
    EXPECT_EQ(std::get<protocol::TrainerHello>(receive()).protocol, 1);
    send(protocol::WorkerHello{version, "experiment", "worker", "loss", "min"});
  }
  void send(const FromWorker& message) { ASSERT_TRUE(worker_->send(protocol::encode(message), 10s)); }
  FromTrainer receive() {
    while (true) {
      if (auto line = worker_->next()) return protocol::decode_from_trainer(*line);
      pollfd waits{worker_->fd(), POLLIN, 0};
      ::poll(&waits, 1, -1);
      if (!worker_->fill()) throw std::runtime_error("the client has closed");
    }
  }
  static protocol::Turns turns(const std::string& id) {
    Assignment turn;
    turn.id = id;
    turn.steps = 10;
    turn.save = Folder(std::filesystem::path("/unused"));
    return {{turn}};
  }
  int status() { return status_.get(); }
  void close() { worker_.reset(); }

 private:
  ScratchFolder folder_;
  Descriptor listener_;
  std::optional<LineChannel> worker_;
  std::future<int> status_;
};

Report done(const Assignment& turn) { return {turn.target_step(), {{"loss", 1}}, {}, {}, {}, false}; }

// Trains until it is asked to stop, and says that it has begun.
Report train_until_stopped(const Assignment& turn, TurnControl& control) {
  control.progress(turn, 3, {});
  while (control.stop_requested() == Stop::no) std::this_thread::yield();
  if (control.stop_requested() == Stop::abandon) throw Abandoned{};
  Report report = done(turn);
  report.step = 4;
  report.partial = true;
  return report;
}

TEST_F(ClientTest, TrainsTurnsUntilAGoodbye) {
  begin([](const Assignment& turn, TurnControl&) { return done(turn); });
  send(turns("a"));
  EXPECT_EQ(std::get<protocol::Result>(receive()).report.step, 10);
  send(protocol::Goodbye{});
  EXPECT_EQ(status(), 0);
}

TEST_F(ClientTest, TurnsAnExceptionIntoTheTurnsFailureAndLivesOn) {
  begin([](const Assignment& turn, TurnControl& control) -> Report {
    if (turn.id == "b") return done(turn);
    control.progress(turn, 7, {});
    throw std::runtime_error("out of memory");
  });
  send(turns("a"));
  static_cast<void>(receive());
  const auto failed = std::get<protocol::Failed>(receive());
  EXPECT_EQ(failed.message, "out of memory");
  EXPECT_EQ(failed.step, 7);
  send(turns("b"));
  EXPECT_EQ(std::get<protocol::Result>(receive()).id, "b");
  send(protocol::Goodbye{});
  EXPECT_EQ(status(), 0);
}

TEST_F(ClientTest, PassesACancelToTheRunningTurnAndNotToTheNext) {
  begin(train_until_stopped);
  send(turns("a"));
  static_cast<void>(receive());
  send(protocol::Cancel{Stop::abandon});
  EXPECT_EQ(std::get<protocol::Failed>(receive()).message, "abandoned");
  send(turns("b"));
  static_cast<void>(receive());
  send(protocol::Cancel{Stop::save});
  EXPECT_TRUE(std::get<protocol::Result>(receive()).report.partial);
  send(protocol::Goodbye{});
  EXPECT_EQ(status(), 0);
}

TEST_F(ClientTest, SaysWhatToForgetBetweenTurns) {
  std::vector<std::string> dropped;
  begin([&](const Assignment& turn, TurnControl&) { return done(turn); }, protocol::version,
        {3, [&](const std::vector<std::string>& ids) { dropped = ids; }});
  send(protocol::Drop{{"x", "y"}});
  send(protocol::Goodbye{});
  EXPECT_EQ(status(), 0);
  EXPECT_EQ(dropped, (std::vector<std::string>{"x", "y"}));
}

TEST_F(ClientTest, AbandonsTheTurnAndReturnsOneWhenTheWorkerIsGone) {
  begin(train_until_stopped);
  send(turns("a"));
  static_cast<void>(receive());
  close();
  EXPECT_EQ(status(), 1);
}

TEST_F(ClientTest, RefusesAWorkerOfAnotherProtocol) {
  begin(train_until_stopped, 2);
  EXPECT_EQ(status(), 1);
}

TEST(Client, KnowsWhetherAWorkerStartedIt) {
  ::unsetenv("PBT_SOCKET");
  EXPECT_FALSE(started_by_worker());
  EXPECT_EQ(serve([](const Assignment& turn, TurnControl&) { return done(turn); }), 1);
  ::setenv("PBT_SOCKET", "/no/such/socket", 1);
  EXPECT_TRUE(started_by_worker());
  EXPECT_EQ(serve([](const Assignment& turn, TurnControl&) { return done(turn); }), 1);
  ::unsetenv("PBT_SOCKET");
}

TEST(Client, TrainsAloneWithoutAFolder) {
  Assignment turn;
  turn.steps = 10;
  const Report report = train_alone(
      [](const Assignment& given, TurnControl& control) {
        EXPECT_EQ(control.stop_requested(), Stop::no);
        given.save.write("model", "bytes");
        return done(given);
      },
      turn);
  EXPECT_EQ(report.step, 10);
}

}  // namespace
}  // namespace pbt
