#include "view/machine_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "view/record_fixture.h"

namespace pbt {
namespace {

using nlohmann::json;
using testing::ElementsAre;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

TEST(BestJson, HasTheKeysThatProgramsReadInAFixedOrder) {
  EXPECT_EQ(
      best_json(small_experiment(), *small_record().population(0).best, "/c/m1.t2.f2"),
      R"({"experiment":"lander","metric":"accuracy","score":0.875,"step":200,"member":1,"turn":2,)"
      R"("hyperparameters":{"batch":32,"layers":2,"optimizer.lr":0.0125},"metrics":{"accuracy":0.875,"loss":0.25},)"
      R"("checkpoint_name":"m1.t2.f2","checkpoint":"/c/m1.t2.f2"})");
}

TEST(TurnJson, HoldsTheTurnAndWhatFollowedIt) {
  const FakeRecord record = small_record();
  const auto decisions = decisions_by_turn(all_decisions(record));
  EXPECT_EQ(
      turn_json(small_experiment(), *record.turn({1, 1}), &decisions.at({1, 1})),
      R"({"member":1,"turn":1,"parent":null,"from_step":0,"to_step":100,"partial":false,)"
      R"("hyperparameters":{"batch":64,"layers":2,"optimizer.lr":0.1},"score":0.25,"metrics":{"accuracy":0.25,"loss":0.25},)"
      R"("samples":[],"decision":"copy","donor":{"member":0,"turn":1},"reason":"truncation: 2nd of 2, copies 1st",)"
      R"("worker":"host-1-0","fence":1,"started_ms":10000,"ended_ms":11000,"checkpoint_name":"m1.t1.f1",)"
      R"("checkpoint_bytes":2048,"sequence":6})");
}

TEST(TurnJson, HasNoScoreWhereTheTurnDivergedAndSaysSoInTheMetrics) {
  const json turn = json::parse(turn_json(small_experiment(), *small_record().turn({2, 1}), nullptr));
  EXPECT_TRUE(turn.at("score").is_null());
  EXPECT_EQ(turn.at("metrics").at("accuracy"), "NaN");
  EXPECT_TRUE(turn.at("decision").is_null());
}

TEST(TurnJson, ShowsAMinimisedScoreInTheUsersSign) {
  Experiment experiment = small_experiment();
  experiment.objective = {"loss", Mode::minimize};
  EXPECT_EQ(json::parse(turn_json(experiment, small_turn({0, 1}, {}, 0, -2.5, {}), nullptr)).at("score"), 2.5);
}

TEST(StatusJson, ListsEveryMember) {
  const json status = json::parse(status_json(small_experiment(), overview(small_experiment(), small_record())));
  EXPECT_EQ(status.at("state"), "running");
  EXPECT_EQ(status.at("steps_done"), 500);
  EXPECT_EQ(status.at("best").at("score"), 0.875);
  ASSERT_EQ(status.at("members").size(), 3u);
  EXPECT_EQ(status.at("members")[2].at("copied_from"), json::parse(R"({"member":1,"turn":2})"));
  EXPECT_TRUE(status.at("members")[0].at("worker").is_null());
}

TEST(ScheduleJson, ListsTheStretchesOfSteps) {
  const FakeRecord record = small_record();
  const json document =
      json::parse(schedule_json(small_experiment(), *record.turn({1, 2}), schedule(lineage(record, {1, 2}))));
  ASSERT_EQ(document.at("schedule").size(), 2u);
  EXPECT_EQ(document.at("schedule")[1].at("from_step"), 100);
  EXPECT_EQ(document.at("schedule")[1].at("hyperparameters").at("optimizer.lr"), 0.0125);
  EXPECT_EQ(document.at("schedule")[1].at("first"), json::parse(R"({"member":1,"turn":2})"));
}

TEST(LineageJson, NamesTheParentOfEachBranch) {
  const FakeRecord record = small_record();
  const json document =
      json::parse(lineage_json(small_experiment(), family_tree(all_turns(record), record.population(0))));
  ASSERT_EQ(document.at("branches").size(), 5u);
  EXPECT_TRUE(document.at("branches")[0].at("parent_branch").is_null());
  EXPECT_EQ(document.at("branches")[3].at("branch"), 3);
  EXPECT_EQ(document.at("branches")[3].at("parent_branch"), 0);
  EXPECT_EQ(document.at("branches")[3].at("best"), true);
}

TEST(ErrorJson, SurvivesBytesThatAreNotUtf8) {
  EXPECT_EQ(error_json("bad \xff byte", 2), "{\"error\":\"bad \xEF\xBF\xBD byte\",\"status\":2}");
}

TEST(TurnsCsv, HasAColumnForEachHyperparameterAndMetric) {
  const FakeRecord record = small_record();
  const auto csv = lines(turns_csv(small_experiment(), all_turns(record), decisions_by_turn(all_decisions(record))));
  ASSERT_EQ(csv.size(), 6u);
  EXPECT_EQ(csv[0],
            "member,turn,parent_member,parent_turn,from_step,to_step,partial,score,decision,donor_member,donor_turn,"
            "reason,worker,"
            "started_ms,ended_ms,checkpoint_name,checkpoint_bytes,hyperparameters.batch,hyperparameters.layers,"
            "hyperparameters.optimizer.lr,metrics.accuracy,metrics.loss");
  EXPECT_EQ(csv[2],
            "1,1,,,0,100,false,0.25,copy,0,1,\"truncation: 2nd of 2, copies "
            "1st\",host-1-0,10000,11000,m1.t1.f1,2048,64,2,0.1,"
            "0.25,0.25");
  EXPECT_EQ(csv[5],
            "2,1,,,0,100,false,,copy,1,2,\"truncation: 3rd of 3, copies "
            "1st\",host-1-0,10000,11000,m2.t1.f1,2048,64,2,0.1,NaN,"
            "0.25");
}

TEST(TurnsCsv, DoublesQuotes) {
  FakeRecord record(1);
  record.add(small_turn({0, 1}, {}, 0, 0.5, {{"mode", std::string("a \"b\"")}}));
  EXPECT_NE(turns_csv(small_experiment(), all_turns(record), {}).find(",\"a \"\"b\"\"\","), std::string::npos);
}

TEST(ScheduleCsv, HasARowForEachStretch) {
  EXPECT_THAT(lines(schedule_csv(small_experiment(), schedule(lineage(small_record(), {1, 2})))),
              ElementsAre("from_step,to_step,first_member,first_turn,last_member,last_turn,score,hyperparameters.batch,"
                          "hyperparameters.layers,hyperparameters.optimizer.lr",
                          "0,100,0,1,0,1,0.5,32,2,0.01", "100,200,1,2,1,2,0.875,32,2,0.0125"));
}

/// What Ray Tune's PopulationBasedTrainingReplay makes of a policy file: the first values and the changes, by
/// iteration.
std::pair<json, std::vector<std::pair<int, json>>> replayed(const std::string& policy) {
  std::vector<std::pair<int, json>> changes;
  std::string next_target;
  json first;
  std::vector<std::string> rows = lines(policy);
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    const json parsed = json::parse(*row);
    if (!next_target.empty() && parsed[0] != next_target) break;
    next_target = parsed[1];
    first = parsed[4];
    changes.insert(changes.begin(), {parsed[3].get<int>(), parsed[5]});
  }
  return {first, changes};
}

TEST(RayPolicy, IsReadByRaysReplay) {
  const std::string policy = ray_policy(schedule(lineage(small_record(), {1, 2})));
  EXPECT_EQ(policy, R"(["member_1","member_0",1,1,{"batch":32,"layers":2,"optimizer":{"lr":0.01}},)"
                    R"({"batch":32,"layers":2,"optimizer":{"lr":0.0125}}])"
                    "\n");
}

TEST(RayPolicy, KeepsItsChainThroughCopiesThatChangedNothing) {
  const Hyperparameters a = small_values(0.01, 32);
  const Hyperparameters b = small_values(0.02, 32);
  const Hyperparameters c = small_values(0.03, 32);
  FakeRecord record(3);
  record.add(small_turn({0, 1}, {}, 0, 0.5, a));
  record.add(small_turn({1, 1}, TurnKey{0, 1}, 100, 0.5, b));
  record.add(small_turn({2, 1}, TurnKey{1, 1}, 200, 0.5, b));
  record.add(small_turn({2, 2}, TurnKey{2, 1}, 300, 0.5, c));
  const auto [first, changes] = replayed(ray_policy(schedule(lineage(record, {2, 2}))));
  EXPECT_EQ(first.at("optimizer").at("lr"), 0.01);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].first, 1);
  EXPECT_EQ(changes[0].second.at("optimizer").at("lr"), 0.02);
  EXPECT_EQ(changes[1].first, 3);
  EXPECT_EQ(changes[1].second.at("optimizer").at("lr"), 0.03);
}

TEST(RayPolicy, HasALineEvenWhenNothingEverChanged) {
  const auto [first, changes] = replayed(ray_policy(schedule(lineage(small_record(), {0, 2}))));
  EXPECT_EQ(first.at("optimizer").at("lr"), 0.01);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].first, 0);
}

TEST(RayPolicy, KeepsANameFlatWhoseBeginningIsAValue) {
  FakeRecord record(1);
  record.add(small_turn({0, 1}, {}, 0, 0.5, {{"a", std::int64_t{1}}, {"a.b", std::int64_t{2}}}));
  EXPECT_EQ(ray_policy(schedule(lineage(record, {0, 1}))),
            R"(["member_0","member_0",0,0,{"a":1,"a.b":2},{"a":1,"a.b":2}])"
            "\n");
}

}  // namespace
}  // namespace pbt
