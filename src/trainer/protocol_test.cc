#include "trainer/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cmath>

#include "trainer/line_channel.h"

namespace pbt::protocol {
namespace {

using testing::HasSubstr;

// Lines end in a newline, which decoding does not take.
std::string body(std::string line) {
  EXPECT_EQ(line.back(), '\n');
  line.pop_back();
  return line;
}

std::string refusal(const std::string& line) {
  try {
    static_cast<void>(decode_from_trainer(line));
    return "";
  } catch (const ProtocolError& error) {
    return error.what();
  }
}

TEST(Protocol, BringsATurnBackAsItWas) {
  Assignment turn;
  turn.id = "m3.t7.f12";
  turn.member = 3;
  turn.index = 7;
  turn.seed = 2147483647;
  turn.hyperparameters = {{"lr", 1.0}, {"layers", std::int64_t{2}}, {"nesterov", true}, {"activation", "relu"}};
  turn.from_step = 120;
  turn.steps = 60;
  turn.weights = Weights::resident;
  turn.parent = "m3.t6.f9";
  turn.load = Folder(std::filesystem::path("/a/\"b\""));
  turn.save = Folder(std::filesystem::path("/c"));
  const auto message = decode_from_worker(body(encode(FromWorker{Turns{{turn}}})));
  const Assignment& back = std::get<Turns>(message).turns.at(0);
  EXPECT_EQ(back.id, turn.id);
  EXPECT_EQ(back.member, 3);
  EXPECT_EQ(back.index, 7);
  EXPECT_EQ(back.seed, 2147483647);
  EXPECT_EQ(back.hyperparameters, turn.hyperparameters);
  EXPECT_EQ(back.target_step(), 180);
  EXPECT_EQ(back.weights, Weights::resident);
  EXPECT_EQ(back.parent, "m3.t6.f9");
  EXPECT_EQ(*back.load.path(), "/a/\"b\"");
  EXPECT_EQ(*back.save.path(), "/c");
}

TEST(Protocol, BringsAResultBackAsItWasWithWhatIsNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  Result result{"m0.t1.f1",
                {65, {{"loss", std::nan("")}, {"x", 0.1}}, {1, -infinity}, {{"lr", 1e-4}}, {"depth"}, true}};
  const auto message = decode_from_trainer(body(encode(FromTrainer{result})));
  const auto& [id, report] = std::get<Result>(message);
  EXPECT_EQ(id, "m0.t1.f1");
  EXPECT_EQ(report.step, 65);
  EXPECT_TRUE(std::isnan(report.metrics.at("loss")));
  EXPECT_EQ(report.metrics.at("x"), 0.1);
  EXPECT_EQ(report.samples, (std::vector<double>{1, -infinity}));
  EXPECT_EQ(report.in_effect, result.report.in_effect);
  EXPECT_EQ(report.unread, std::vector<std::string>{"depth"});
  EXPECT_TRUE(report.partial);
}

TEST(Protocol, RefusesALineNestedDeeperThanTheStackCouldHold) {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_LT(refusal(R"({"type":"result","id":"m0.t1.f1","step":1,"metrics":)" + deep + "}").size(), 1000U);
  EXPECT_THAT(refusal(R"({"type":"progress","id":"m0.t1.f1","step":1,"metrics":)" + deep + "}"),
              HasSubstr("no JSON object"));
}

TEST(Protocol, ReadsTheLinesOfItsSpecification) {
  const auto hello =
      decode_from_trainer(R"({"type":"hello","protocol":1,"client":"python 0.1.0","resident_max":1,"batch_max":1})");
  EXPECT_EQ(std::get<TrainerHello>(hello).client, "python 0.1.0");
  const auto bare = decode_from_trainer(R"({"type":"hello","protocol":1,"new key":[]})");
  EXPECT_EQ(std::get<TrainerHello>(bare).resident_max, 0);
  EXPECT_EQ(std::get<TrainerHello>(bare).batch_max, 1);
  const auto progress =
      decode_from_trainer(R"({"type":"progress","id":"m3.t7.f12","step":64200.0,"metrics":{"loss":0.31}})");
  EXPECT_EQ(std::get<Progress>(progress).step, 64200);
  const auto failed =
      decode_from_trainer(R"({"type":"failure","id":"m3.t7.f12","message":"CUDA out of memory","step":64200})");
  EXPECT_EQ(std::get<Failed>(failed).message, "CUDA out of memory");
  EXPECT_EQ(std::get<Cancel>(decode_from_worker(R"({"type":"cancel","mode":"save"})")).mode, Stop::save);
  EXPECT_EQ(std::get<Drop>(decode_from_worker(R"({"type":"drop","ids":["m3.t6.f9"]})")).ids.at(0), "m3.t6.f9");
  EXPECT_TRUE(std::holds_alternative<Goodbye>(decode_from_worker(R"({"type":"goodbye"})")));
}

TEST(Protocol, RefusesWhatIsNoMessageAndSaysWhy) {
  EXPECT_THAT(refusal(""), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal("[1]"), HasSubstr("the line was: [1]"));
  EXPECT_THAT(refusal(R"({"protocol":1})"), HasSubstr("the key \"type\" is missing"));
  EXPECT_THAT(refusal(R"({"type":"hello","protocol":"1"})"), HasSubstr("the key \"protocol\" must be an integer"));
  EXPECT_THAT(refusal(R"({"type":"hello","protocol":1,"batch_max":0})"),
              HasSubstr("\"batch_max\" must be an integer from 1"));
  EXPECT_THAT(refusal(R"({"type":"result","id":"a","step":1.5,"metrics":{}})"),
              HasSubstr("\"step\" must be an integer"));
  EXPECT_THAT(refusal(R"({"type":"result","id":"a","step":1e300,"metrics":{}})"),
              HasSubstr("\"step\" must be an integer"));
  EXPECT_THAT(refusal(R"({"type":"result","id":"a","step":1e999,"metrics":{}})"), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal(R"({"type":"result","id":"a","step":1,"metrics":{"x":"high"}})"), HasSubstr("expected a number"));
  EXPECT_THAT(refusal(R"({"type":"turns"})"), HasSubstr("not \"turns\""));
  EXPECT_THAT(refusal(std::string(1000, 'x')), testing::EndsWith(std::string(200, 'x') + "..."));
}

TEST(LineChannel, CarriesLinesThatComeInPiecesAndTogether) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  LineChannel left{Descriptor(ends[0])};
  std::optional<LineChannel> right{std::in_place, Descriptor(ends[1])};
  ASSERT_TRUE(right->send("one\ntw", std::chrono::seconds(1)));
  EXPECT_TRUE(left.fill());
  EXPECT_EQ(left.next(), "one");
  EXPECT_EQ(left.next(), std::nullopt);
  ASSERT_TRUE(right->send("o\n\nlast\n", std::chrono::seconds(1)));
  right.reset();
  EXPECT_FALSE(left.fill());
  EXPECT_EQ(left.next(), "two");
  EXPECT_EQ(left.next(), "");
  EXPECT_EQ(left.next(), "last");
  EXPECT_FALSE(left.send("anybody?\n", std::chrono::seconds(1)));
}

TEST(LineChannel, GivesUpOnAReaderThatDoesNotRead) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  LineChannel left{Descriptor(ends[0])};
  const Descriptor deaf(ends[1]);
  EXPECT_FALSE(left.send(std::string(std::size_t{8} << 20U, 'x'), std::chrono::milliseconds(10)));
}

TEST(LineChannel, RefusesALineWithoutEnd) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  LineChannel left{Descriptor(ends[0])};
  LineChannel right{Descriptor(ends[1])};
  const std::string chunk(std::size_t{64} << 10U, 'x');
  const auto flood = [&] {
    for (int i = 0; i < 300; ++i) {
      ASSERT_TRUE(left.send(chunk, std::chrono::seconds(10)));
      ASSERT_TRUE(right.fill());
      ASSERT_EQ(right.next(), std::nullopt);
    }
  };
  EXPECT_THROW(flood(), Error);
}

}  // namespace
}  // namespace pbt::protocol
