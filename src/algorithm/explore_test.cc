#include "algorithm/explore.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <map>

#include "algorithm/builtin.h"
#include "algorithm/explore_perturb.h"
#include "core/space_rules.h"

namespace pbt {
namespace {

Parameter rate(const std::string& name = "rate") { return {name, RealRange{1e-6, 1, Scale::log}, {}, false, {}, {}}; }

/// Each kind of parameter once, a condition and a constraint.
Space whole_space() {
  Space space;
  space.parameters.push_back({"momentum",
                              RealRange{0.5, 0.999, Scale::one_minus_log},
                              Condition{"optimizer", {std::string("sgd")}},
                              false,
                              {},
                              {}});
  space.parameters.push_back({"optimizer", Choices{{std::string("sgd"), std::string("adam")}}, {}, false, {}, {}});
  space.parameters.push_back(rate());
  space.parameters.push_back({"dropout", RealRange{0, 0.5, Scale::linear, 0.05}, {}, false, {}, {}});
  space.parameters.push_back({"batch", IntegerRange{16, 512, Scale::log, 16}, {}, false, {}, {}});
  space.parameters.push_back({"minibatch", IntegerRange{16, 512, Scale::linear, 16}, {}, false, {0.5, 2}, 0.1});
  space.parameters.push_back({"layers", IntegerRange{1, 8}, {}, true, {}, {}});
  space.parameters.push_back(
      {"width", Choices{{std::int64_t{32}, std::int64_t{64}, std::int64_t{128}}, true}, {}, false, {}, {}});
  space.parameters.push_back({"version", Fixed{std::int64_t{3}}, {}, false, {}, {}});
  space.constraints.emplace_back("minibatch <= batch");
  return space;
}

TEST(Perturb, MovesEachHyperparameterByOneOfTheFactors) {
  const Space space{{rate("a"), rate("b")}, {}};
  std::map<std::pair<int, int>, int> counts;
  Random random{1};
  for (int i = 0; i < 4000; ++i) {
    const Hyperparameters values = perturb(space, {{"a", 1e-3}, {"b", 1e-2}}, {}, random);
    const double a = values.real("a") / 1e-3;
    const double b = values.real("b") / 1e-2;
    ++counts[{static_cast<int>(a * 100 + 0.5), static_cast<int>(b * 100 + 0.5)}];
  }
  ASSERT_EQ(counts.size(), 4u) << "only 0.8 and 1.25 occur, in all combinations";
  for (const auto& [factors, count] : counts) {
    EXPECT_TRUE(factors.first == 80 || factors.first == 125);
    EXPECT_NEAR(count, 1000, 120);
  }
}

TEST(Perturb, ResamplesEachHyperparameterWithItsProbability) {
  const Space space{{rate("a"), rate("b")}, {}};
  Random random{1};
  int both = 0, a_drawn = 0;
  for (int i = 0; i < 4000; ++i) {
    const Hyperparameters values = perturb(space, {{"a", 1e-3}, {"b", 1e-3}}, {{1.0}, 0.25}, random);
    const bool a = values.real("a") != 1e-3, b = values.real("b") != 1e-3;
    a_drawn += a ? 1 : 0;
    both += a && b ? 1 : 0;
  }
  EXPECT_NEAR(a_drawn, 1000, 120);
  EXPECT_NEAR(both, 250, 70);
}

TEST(Perturb, PutsAParametersOwnFactorsAndProbabilityFirst) {
  Space space{{rate()}, {}};
  space.parameters[0].factors = {2};
  space.parameters[0].resample_probability = 0;
  Random random{1};
  for (int i = 0; i < 100; ++i)
    EXPECT_DOUBLE_EQ(perturb(space, {{"rate", 1e-3}}, {{0.8}, 1}, random).real("rate"), 2e-3);
}

TEST(Perturb, ByDefaultResamplesAllParametersTogetherAsOftenAsRayTuneDoesEach) {
  Experiment experiment;
  experiment.space = {{rate("a"), rate("b"), rate("c"), rate("d"), rate("e")}, {}};
  experiment.space.parameters[4].structural = true;
  const auto explore = make_perturb(experiment, {{"factors", std::vector<double>{1}}});
  const Hyperparameters old{{"a", 1e-3}, {"b", 1e-3}, {"c", 1e-3}, {"d", 1e-3}, {"e", 1e-3}};
  Random random{1};
  int drawn = 0;
  for (int i = 0; i < 4000; ++i) {
    const Hyperparameters values = explore->explore(old, {}, 0, random);
    for (const auto& [name, value] : values) drawn += value != Value(1e-3) ? 1 : 0;
    EXPECT_EQ(values.real("e"), 1e-3) << "structural";
  }
  EXPECT_NEAR(drawn, 1000, 120) << "4 movable parameters, each with 0.25 / 4";
}

TEST(Resample, DrawsAnewOrLeavesAlone) {
  Experiment experiment;
  experiment.space = {{rate()}, {}};
  const auto explore = make_resample(experiment, {});
  Random random{1};
  int drawn = 0;
  for (int i = 0; i < 4000; ++i)
    drawn += explore->explore({{"rate", 1e-3}}, {}, 0, random).real("rate") != 1e-3 ? 1 : 0;
  EXPECT_NEAR(drawn, 1000, 120);
}

TEST(Explore, DrawsWhatAChangedConditionActivatesAndDropsWhatItEnds) {
  const Space space = whole_space();
  Random random{1};
  Hyperparameters values = sample(space, random);
  int changes = 0;
  for (int i = 0; i < 200; ++i) {
    const Hyperparameters next = perturb(space, values, {}, random);
    EXPECT_EQ(next.contains("momentum"), next.text("optimizer") == "sgd");
    changes += next.contains("momentum") != values.contains("momentum") ? 1 : 0;
    values = next;
  }
  EXPECT_GT(changes, 50);
}

TEST(Explore, KeepsOldValuesWhenNoChangeFulfilsTheConstraints) {
  const Space space{{rate()}, {Constraint("rate == 0.001")}};
  Random random{1};
  EXPECT_EQ(perturb(space, {{"rate", 1e-3}}, {}, random), (Hyperparameters{{"rate", 1e-3}}));
}

TEST(Explore, DrawsAnewWhenNeitherTheChangesNorTheOldValuesFulfilTheConstraints) {
  Space space{{rate(), {"layers", IntegerRange{1, 8}, {}, true, {}, {}}}, {Constraint("rate < 1e-4")}};
  Random random{1};
  const Hyperparameters values = perturb(space, {{"rate", 0.5}, {"layers", std::int64_t{3}}}, {{1}, 0}, random);
  EXPECT_LT(values.real("rate"), 1e-4);
  EXPECT_EQ(values.integer("layers"), 3);
}

TEST(Explore, RepairsOldValuesOfAnotherSpaceWhereNoChangeFulfilsTheConstraints) {
  Space space = whole_space();
  space.constraints.emplace_back("rate == 0.001");
  space.parameters[2] = {"rate", Choices{{1e-3, 1e-2}}, {}, false, {}, {}};
  const Hyperparameters good{{"optimizer", std::string("adam")},
                             {"rate", 1e-3},
                             {"dropout", 0.5},
                             {"batch", std::int64_t{32}},
                             {"minibatch", std::int64_t{16}},
                             {"layers", std::int64_t{2}},
                             {"width", std::int64_t{64}},
                             {"version", std::int64_t{3}}};
  const Change spoil = [](const Parameter& parameter, const Value& value, Random&) {
    return parameter.name == "rate" ? Value(1e-2) : value;
  };
  Random random{1};
  EXPECT_EQ(change_movable(space, good, spoil, random), good);
  const std::vector<std::pair<std::string, Value>> spoilt{
      {"rate", 0.5}, {"minibatch", std::int64_t{512}}, {"momentum", 0.9}, {"gone", 1.0}};
  for (const auto& [name, value] : spoilt) {
    Hyperparameters old = good;
    old.set(name, value);
    const Hyperparameters values = change_movable(space, old, spoil, random);
    EXPECT_NO_THROW(validate(space, values, name));
    EXPECT_EQ(values.integer("layers"), 2) << "structure travels with the weights";
  }
}

TEST(Resample, DrawsAnewWhatTheSpaceNoLongerHolds) {
  Experiment experiment;
  experiment.space.parameters.push_back(rate());
  const auto explore = make_resample(experiment, {{"resample_probability", 0.0}});
  Random random{1};
  EXPECT_EQ(explore->explore({{"rate", 1e-3}}, {}, 0, random).real("rate"), 1e-3);
  EXPECT_LE(explore->explore({{"rate", 5.0}}, {}, 0, random).real("rate"), 1);
}

TEST(Explore, LeavesNamesBehindThatTheSpaceDoesNotKnow) {
  Random random{1};
  EXPECT_EQ(perturb({{rate()}, {}}, {{"rate", 1e-3}, {"gone", 1.0}}, {}, random).size(), 1u);
}

[[maybe_unused]] const int kSeeded = setenv("RC_PARAMS", "seed=20171127", 0);

RC_GTEST_PROP(ExploreProperty, StaysInsideTheSpaceAndLeavesStructureAlone, (std::uint64_t seed, bool resamples)) {
  Experiment experiment;
  experiment.space = whole_space();
  const auto explore = resamples ? make_resample(experiment, {}) : make_perturb(experiment, {});
  Random random{seed};
  Hyperparameters values = sample(experiment.space, random);
  const std::int64_t layers = values.integer("layers");
  for (int i = 0; i < 50; ++i) {
    values = explore->explore(values, {}, 0, random);
    validate(experiment.space, values, "the explored values");
    RC_ASSERT(values.integer("layers") == layers);
    RC_ASSERT(values.integer("version") == 3);
  }
}

}  // namespace
}  // namespace pbt
