#include "view/turn_digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "view/documents.h"
#include "view/lineage.h"
#include "view/progressions.h"
#include "view/record_fixture.h"

namespace pbt {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

TurnDigest digest_of(const RunReader& reader, int members) {
  TurnDigest digest(members);
  for (const TurnPointer& turn : all_turns(reader)) digest.add(*turn);
  return digest;
}

Turn turn_of(int member, int index, std::optional<TurnKey> parent, std::int64_t from_step, double score, double lr) {
  return small_turn({member, index}, parent, from_step, score, small_values(lr, 32));
}

TEST(TurnDigests, KnowsTheParentAndTheRootOfEachTurn) {
  const FakeRecord record = small_record();
  const TurnDigest digest = digest_of(record, 3);
  ASSERT_EQ(digest.size(), 5);
  const int copy = digest.find({1, 2});
  EXPECT_EQ(digest.row(copy).parent, digest.find({0, 1}));
  EXPECT_EQ(digest.row(copy).root, digest.find({0, 1}));
  EXPECT_EQ(digest.row(digest.find({2, 1})).parent, -1);
  EXPECT_EQ(digest.find({2, 2}), -1);
  EXPECT_EQ(digest.find({7, 1}), -1);
}

TEST(TurnDigests, HasTheSameBestTurnAsThePopulation) {
  const FakeRecord record = small_record();
  const TurnDigest digest = digest_of(record, 3);
  const TurnKey best = record.population(0).best->key;
  EXPECT_EQ(digest.best(), digest.find(best));
}

TEST(TurnDigests, PartialAndDivergedTurnsAreNeverTheBest) {
  TurnDigest digest(2);
  digest.add(turn_of(0, 1, {}, 0, NAN, 0.01));
  EXPECT_EQ(digest.best(), -1);
  Turn partial = turn_of(1, 1, {}, 0, 0.5, 0.01);
  partial.partial = true;
  digest.add(partial);
  EXPECT_EQ(digest.best(), -1);
}

TEST(TurnDigests, AColumnThatAppearsLateHasNothingBefore) {
  TurnDigest digest(1);
  digest.add(turn_of(0, 1, {}, 0, 0.5, 0.01));
  Turn second = turn_of(0, 2, TurnKey{0, 1}, 100, 0.5, 0.01);
  second.metrics["entropy"] = 2;
  second.hyperparameters.set("activation", std::string("relu"));
  digest.add(second);
  const DigestColumn& entropy = *std::find_if(digest.metrics().begin(), digest.metrics().end(),
                                              [](const DigestColumn& column) { return column.name == "entropy"; });
  EXPECT_TRUE(std::isnan(entropy.values[0]));
  EXPECT_EQ(entropy.values[1], 2);
  EXPECT_THAT(digest.hyperparameters().back().labels, ElementsAre("relu"));
}

TEST(TurnDigests, ShowsTheBestLineageAndWhereMembersStandOfALongRecord) {
  TurnDigest digest(2);
  for (int index = 1; index <= 500; ++index) {
    digest.add(
        turn_of(0, index, index > 1 ? std::optional(TurnKey{0, index - 1}) : std::nullopt, 100 * index, index, 0.01));
    digest.add(
        turn_of(1, index, index > 1 ? std::optional(TurnKey{1, index - 1}) : std::nullopt, 100 * index, 0, 0.01));
  }
  const std::vector<int> shown = rows_to_show(digest, 600);
  EXPECT_EQ(shown.size(), 600U);
  EXPECT_TRUE(std::is_sorted(shown.begin(), shown.end()));
  for (const int row : lineage(digest, digest.best())) EXPECT_TRUE(std::binary_search(shown.begin(), shown.end(), row));
  EXPECT_EQ(shown.back(), digest.size() - 1);
}

TEST(TurnsDocument, PointsToTheNearestAncestorThatIsShown) {
  TurnDigest digest(1);
  for (int index = 1; index <= 9; ++index)
    digest.add(turn_of(0, index, index > 1 ? std::optional(TurnKey{0, index - 1}) : std::nullopt, 100 * index,
                       index == 1 ? 1 : 0, 0.01));
  const auto json = nlohmann::json::parse(turns_document(small_experiment(), digest, 0, 4));
  EXPECT_THAT(json["row"], ElementsAre(0, 4, 7, 8));
  EXPECT_THAT(json["parent"], ElementsAre(-1, 0, 4, 7));
  EXPECT_EQ(json["total"], 9);
}

TEST(TurnsDocument, GoesOnFromARow) {
  const FakeRecord record = small_record();
  const TurnDigest digest = digest_of(record, 3);
  const auto json = nlohmann::json::parse(turns_document(small_experiment(), digest, 3, 100));
  EXPECT_THAT(json["row"], ElementsAre(3, 4));
  EXPECT_THAT(json["parent"], ElementsAre(0, -1));
  EXPECT_TRUE(json["score"][1].is_null()) << "it diverged";
  EXPECT_EQ(json["hyperparameters"][0]["name"], "batch");
}

TEST(TurnsDocument, ShowsScoresOfAMinimisedMetricInTheUsersSign) {
  Experiment experiment = small_experiment();
  experiment.objective = {"loss", Mode::minimize};
  TurnDigest digest(1);
  digest.add(turn_of(0, 1, {}, 0, experiment.objective.score(0.25), 0.01));
  EXPECT_THAT(nlohmann::json::parse(turns_document(experiment, digest, 0, 10))["score"], ElementsAre(0.25));
}

TEST(Bands, AreQuantilesOverEqualStretchesOfSteps) {
  TurnDigest digest(11);
  for (int member = 0; member < 11; ++member) digest.add(turn_of(member, 1, {}, 0, member, 0.01));
  digest.add(turn_of(0, 2, TurnKey{0, 1}, 100, 7, 0.01));
  const auto found = bands(digest, [&](int row) { return digest.row(row).score; }, 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].turns, 11);
  EXPECT_THAT(found[0].quantiles, ElementsAre(0, 1, 5, 9, 10));
  EXPECT_EQ(found[0].step, 50);
  EXPECT_THAT(found[1].quantiles, ElementsAre(7, 7, 7, 7, 7));
}

TEST(Bands, LeaveDivergedTurnsOut) {
  TurnDigest digest(1);
  digest.add(turn_of(0, 1, {}, 0, NAN, 0.01));
  EXPECT_THAT(bands(digest, [&](int row) { return digest.row(row).score; }, 4), IsEmpty());
}

TEST(MoveGains, SayWhatEachFactorWasWorth) {
  TurnDigest digest(2);
  digest.add(turn_of(0, 1, {}, 0, 0.5, 0.01));
  digest.add(turn_of(1, 1, {}, 0, 0.25, 0.02));
  digest.add(turn_of(0, 2, TurnKey{0, 1}, 100, 0.75, 0.01));
  digest.add(turn_of(1, 2, TurnKey{0, 1}, 100, 1.0, 0.0125));
  digest.add(turn_of(1, 3, TurnKey{1, 2}, 200, 0.875, 0.01));
  digest.add(turn_of(0, 3, TurnKey{0, 2}, 200, 0.8125, 0.05));
  MoveGains gains(small_experiment());
  gains.update(digest);
  const auto& moves = gains.by_parameter().at("optimizer.lr");
  EXPECT_EQ(moves.at("same").mean(), 0.25);
  EXPECT_EQ(moves.at("×1.25").mean(), 0.5);
  EXPECT_EQ(moves.at("×0.8").mean(), -0.125);
  EXPECT_EQ(moves.at("×0.8").better, 0);
  EXPECT_EQ(moves.at("higher").mean(), 0.0625);
  EXPECT_FALSE(gains.by_parameter().contains("layers")) << "it is fixed";
}

TEST(MoveGains, OfAGrowingRecordCountEachTurnOnce) {
  TurnDigest digest(1);
  MoveGains gains(small_experiment());
  for (int index = 1; index <= 4; ++index) {
    digest.add(turn_of(0, index, index > 1 ? std::optional(TurnKey{0, index - 1}) : std::nullopt, 0, index, 0.01));
    gains.update(digest);
    gains.update(digest);
  }
  EXPECT_EQ(gains.by_parameter().at("optimizer.lr").at("same").turns, 3);
  EXPECT_EQ(gains.by_parameter().at("optimizer.lr").at("same").error(), 0);
}

TEST(Diversity, CountsTheFirstTurnsFromWhichAllDescend) {
  const FakeRecord record = small_record();
  const TurnDigest digest = digest_of(record, 3);
  Diversity diversity(small_experiment());
  diversity.update(digest);
  std::vector<int> ancestors;
  for (const Variety& sample : diversity.samples()) ancestors.push_back(sample.ancestors);
  EXPECT_THAT(ancestors, ElementsAre(1, 2, 2, 1, 2));
  EXPECT_EQ(diversity.samples().back().total_steps, 500);
}

TEST(Diversity, OfValuesIsTheShareOfTheRangeOnItsOwnScale) {
  TurnDigest digest(4);
  Experiment experiment = small_experiment();
  experiment.population = 4;
  Diversity diversity(experiment);
  const std::array rates{1e-4, 1e-3, 1e-2, 1e-1};
  for (int member = 0; member < 4; ++member)
    digest.add(turn_of(member, 1, {}, 0, 0, rates[static_cast<std::size_t>(member)]));
  diversity.update(digest);
  const std::vector<double>& spread = diversity.samples().back().spread;
  EXPECT_EQ(digest.hyperparameters()[2].name, "optimizer.lr");
  EXPECT_THAT(spread[2], DoubleNear(1.0 / 3, 1e-6));
  EXPECT_EQ(spread[0], 0) << "all batches are 32";
}

TEST(Diversity, KeepsAFewHundredSamplesOfAnyRecord) {
  TurnDigest digest(1);
  for (int index = 1; index <= 5000; ++index) digest.add(turn_of(0, index, {}, 0, 0, 0.01));
  Diversity diversity(small_experiment());
  diversity.update(digest);
  EXPECT_LE(diversity.samples().size(), 400U);
  EXPECT_GE(diversity.samples().size(), 200U);
  EXPECT_GE(diversity.samples().back().turns, 4900);
}

TEST(Timeline, HasABarForEachTurnInItsWindow) {
  const FakeRecord record = small_record();
  const TurnDigest digest = digest_of(record, 3);
  const auto whole = nlohmann::json::parse(timeline_document(digest, whole_time(digest), 100));
  EXPECT_EQ(whole["bars"].size(), 5U);
  EXPECT_EQ(whole["bars"][3]["copied"], true);
  const auto first = nlohmann::json::parse(timeline_document(digest, {10'000, 11'000}, 100));
  EXPECT_EQ(first["bars"].size(), 3U);
}

TEST(Timeline, OfManyTurnsSaysHowBusyTheWorkersWere) {
  TurnDigest digest(1);
  digest.add(turn_of(0, 1, {}, 0, 0, 0.01));  // from 10 s to 11 s
  const auto json = nlohmann::json::parse(timeline_document(digest, {10'000, 12'000}, 0));
  EXPECT_THAT(json["bars"], IsEmpty());
  EXPECT_EQ(json["busy_percent"][0][99], 100);
  EXPECT_EQ(json["busy_percent"][0][100], 0);
}

TEST(Documents, OfAnEmptyRecordAreEmpty) {
  const TurnDigest digest(3);
  const Experiment experiment = small_experiment();
  const auto turns = nlohmann::json::parse(turns_document(experiment, digest, 0, 10));
  EXPECT_THAT(turns["row"], IsEmpty());
  const auto progress =
      nlohmann::json::parse(progress_document(experiment, digest, MoveGains(experiment), Diversity(experiment)));
  EXPECT_THAT(progress["score"], IsEmpty());
  EXPECT_THAT(nlohmann::json::parse(timeline_document(digest, whole_time(digest), 10))["bars"], IsEmpty());
}

TEST(Documents, DescribeEachHyperparameter) {
  const auto json = nlohmann::json::parse(description_json(small_experiment()));
  EXPECT_EQ(json["mode"], "max");
  EXPECT_EQ(json["hyperparameters"][0]["values"], nlohmann::json({32, 64}));
  EXPECT_EQ(json["hyperparameters"][1]["scale"], "log");
  EXPECT_EQ(json["hyperparameters"][2]["type"], "fixed");
}

}  // namespace
}  // namespace pbt
