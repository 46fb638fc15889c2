#include "serve/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "serve/serve_fixture.h"

namespace pbt::serve {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kLander = "/api/v1/experiments/lander";

struct Api : testing::Test {
  SmallSite small;

  json get(const std::string& target) {
    const Reply reply = small.get(target);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body);
  }
  int status(const std::string& target) { return small.get(target).status; }
};

TEST_F(Api, ListsExperimentsAndThoseThatCannotBeRead) {
  const json list = get("/api/v1/experiments")["experiments"];
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0]["error"], "the record is damaged");
  EXPECT_TRUE(list[0]["score"].is_null());
  EXPECT_EQ(list[1]["score"], 0.875);
  EXPECT_EQ(list[1]["turns"], 5);
}

TEST_F(Api, SaysWhatIsTunedAndWhereItStands) {
  const json one = get(kLander);
  EXPECT_EQ(one["description"]["metric"], "accuracy");
  EXPECT_EQ(one["status"]["members"].size(), 3U);
  EXPECT_EQ(one["read"], 5);
}

TEST_F(Api, GivesTurnsProgressAndTimeline) {
  EXPECT_EQ(get(kLander + "/turns")["row"].size(), 5U);
  EXPECT_THAT(get(kLander + "/turns?first=3")["row"], ElementsAre(3, 4));
  EXPECT_EQ(get(kLander + "/progress")["total"], 5);
  EXPECT_EQ(get(kLander + "/timeline")["bars"].size(), 5U);
  EXPECT_EQ(get(kLander + "/failures")["failures"].size(), 0U);
}

TEST_F(Api, GivesATurnWithWhatFollowedIt) {
  const json page = get(kLander + "/members/1/turns/1");
  EXPECT_EQ(page["turn"]["decision"], "copy");
  EXPECT_EQ(page["turn"]["donor"]["member"], 0);
  EXPECT_TRUE(page["log_tail"].is_null());
  EXPECT_THAT(page["images"], IsEmpty());
}

TEST_F(Api, ShowsTheEndOfTheLogWhateverBytesItHolds) {
  small.write("logs/worker-host-1-0.log", std::string(20'000, 'x') + "\xff</script>\n");
  const std::string tail = get(kLander + "/members/0/turns/1")["log_tail"];
  EXPECT_LT(tail.size(), 9000U);
  EXPECT_THAT(tail, HasSubstr("\xEF\xBF\xBD</script>"));
}

TEST_F(Api, AnswersWhatIsNotThereWith404) {
  for (const char* path : {"/api/v1/experiments/other", "/api/v1/", "/api/v1/nothing", "/nothing", "/../etc/passwd"})
    EXPECT_EQ(status(path), 404) << path;
  for (const char* path : {"/nothing", "/members/0", "/members/0/turns/9", "/members/9/turns/1", "/turns/1",
                           "/members/0/turns/1/images/x.png"})
    EXPECT_EQ(status(kLander + path), 404) << path;
}

TEST_F(Api, AnswersValuesThatCannotBeWith400) {
  for (const char* path : {"/turns?first=-1", "/turns?limit=0", "/turns?limit=20001", "/turns?limit=1e3",
                           "/turns?first=", "/failures?limit=1001", "/timeline?from_ms=2&to_ms=1", "/members/x/turns/1",
                           "/members/0/turns/0", "/events?first=x", "/turns?first=99999999999999999999"})
    EXPECT_EQ(status(kLander + path), 400) << path;
}

TEST_F(Api, ARecordThatCannotBeReadIsAnAnswerToo) {
  const Reply reply = small.get("/api/v1/experiments/broken");
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(json::parse(reply.body)["error"], "the record is damaged");
}

TEST_F(Api, DescribesItself) { EXPECT_EQ(get("/api/v1/openapi.json")["openapi"], "3.1.0"); }

TEST_F(Api, StreamsTurnsFromWhereTheListenerLeftOff) {
  const Reply reply = small.get(kLander + "/events?first=3");
  ASSERT_TRUE(reply.events);
  const auto events = reply.events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].id, "5");
  EXPECT_THAT(json::parse(events[0].data)["row"], ElementsAre(3, 4));
  EXPECT_EQ(events[1].name, "status");
  EXPECT_THAT(reply.events(), IsEmpty()) << "nothing has happened since";
}

TEST_F(Api, StreamsWhatIsRecordedMeanwhileOnceAndInOrder) {
  const Reply reply = small.get(kLander + "/events");
  EXPECT_THAT(json::parse(reply.events()[0].data)["row"], ElementsAre(0, 1, 2, 3, 4));
  small.record.add(small_turn({0, 3}, TurnKey{0, 2}, 200, 1.5, small_values(0.01, 32)));
  small.clock.advance(std::chrono::seconds(1));
  const auto events = reply.events();
  EXPECT_THAT(json::parse(events[0].data)["row"], ElementsAre(5));
  EXPECT_EQ(json::parse(events[1].data)["best"]["score"], 1.5);
}

TEST_F(Api, ALostConnectionGoesOnWithoutAGap) {
  const Reply reply = small.get(kLander + "/events?first=0", {{"last-event-id", "4"}});
  EXPECT_THAT(json::parse(reply.events()[0].data)["row"], ElementsAre(4));
}

TEST_F(Api, ShowsPicturesOfACheckpointAndNothingElse) {
  const std::string png = std::string("\x89PNG\r\n\x1a\n", 8) +
                          std::string("\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55", 25) +
                          std::string("\0\0\0\0IEND\xae\x42\x60\x82", 12);
  small.write("checkpoints/m0.t1.f1/samples.png", png);
  small.write("checkpoints/m0.t1.f1/page.png", "<script>alert(1)</script>");
  small.write("checkpoints/m0.t1.f1/weights.bin", "secret");
  small.write("outside.png", png);
  std::filesystem::create_symlink(small.folder.path() / "outside.png",
                                  small.folder.path() / "checkpoints/m0.t1.f1/link.png");
  const std::string turn = kLander + "/members/0/turns/1";
  EXPECT_THAT(get(turn)["images"], ElementsAre("page.png", "samples.png"));
  const Reply picture = small.get(turn + "/images/samples.png");
  EXPECT_EQ(picture.type, "image/png");
  EXPECT_EQ(picture.body, png);
  for (const char* file :
       {"page.png", "weights.bin", "link.png", "..%2F..%2Foutside.png", "%2e%2e/outside.png", ".", ".."})
    EXPECT_EQ(status(turn + "/images/" + file), 404) << file;
}

TEST_F(Api, TellsPrometheusHowItGoes) {
  small.record.fail({{2, 2}, 5, "host-1-0", {}, 0, 0, 0});
  const std::string text = small.get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("pbt_turns_total{experiment=\"lander\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("pbt_best_score{experiment=\"lander\"} 0.875\n"));
  EXPECT_THAT(text, HasSubstr("pbt_failures_total{experiment=\"lander\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("pbt_readable{experiment=\"broken\"} 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

TEST_F(Api, TellsPrometheusOfLeases) {
  Member& member = small.record.population_now().members[0];
  member.worker = "host\"1\\\n";
  member.lease_until_ms = small.clock.now_ms() + 30'000;
  EXPECT_THAT(small.get("/metrics").body,
              HasSubstr(R"(pbt_lease_seconds_left{experiment="lander",member="0",worker="host\"1\\\n"} 30)"));
}

}  // namespace
}  // namespace pbt::serve
