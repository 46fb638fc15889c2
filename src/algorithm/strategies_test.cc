#include <gtest/gtest.h>

#include <limits>

#include "pbt/algorithm.h"
#include "pbt/error.h"

namespace pbt {
namespace {

template <class Change>
std::string error_after(Change change) {
  Experiment experiment;
  experiment.space.parameters.push_back({"x", RealRange{0.01, 1, Scale::log}, {}, false, {}, {}});
  change(experiment.algorithm);
  try {
    (void)make_algorithm(experiment, builtin_strategies());
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Strategies, AreAllMadeByName) {
  for (const char* exploit : {"truncation", "t_test", "binary_tournament", "none"}) {
    for (const char* explore : {"perturb", "resample", "none"}) {
      EXPECT_EQ(error_after([&](AlgorithmSpec& spec) {
                  spec.exploit.name = exploit;
                  spec.explore.name = explore;
                }),
                "no error");
    }
  }
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.type = "random"; }), "no error");
}

TEST(Strategies, AnswerAnUnknownNameWithTheNearest) {
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.type = "ptb"; }),
            "[algorithm] type: there is no \"ptb\"; did you mean \"pbt\"?");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.exploit.name = "truncate"; }),
            "[algorithm] exploit: there is no \"truncate\"; did you mean \"truncation\"?");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.explore.name = "bayes"; }),
            "[algorithm] explore: there is no \"bayes\"; there are: none, perturb, resample");
}

TEST(Strategies, RefuseUnknownSettings) {
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.exploit.settings = {{"fractoin", 0.2}}; }),
            "[algorithm] exploit \"truncation\": fractoin is no setting of it; did you mean \"fraction\"?");
  EXPECT_EQ(
      error_after([](AlgorithmSpec& spec) { spec.explore.settings = {{"sigma", 0.2}}; }),
      "[algorithm] explore \"perturb\": sigma is no setting of it; its settings are factors, resample_probability");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) {
              spec.exploit.name = "none";
              spec.exploit.settings = {{"fraction", 0.2}};
            }),
            "[algorithm] exploit \"none\": fraction is no setting of it; it has no settings");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.settings = {{"burnin", std::int64_t{5}}}; }),
            "[algorithm]: burnin is no setting of it; did you mean \"burn_in\"?");
}

TEST(Strategies, AnswerRayTunesNamesWithOurs) {
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.settings = {{"quantile_fraction", 0.25}}; }),
            "[algorithm]: quantile_fraction is no setting of it; Ray Tune's \"quantile_fraction\" is fraction here: "
            "[algorithm] "
            "exploit = { strategy = \"truncation\", fraction = 0.25 }");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) {
              spec.explore.settings = {{"perturbation_factors", std::vector<double>{2}}};
            }),
            "[algorithm] explore \"perturb\": perturbation_factors is no setting of it; Ray Tune's "
            "\"perturbation_factors\" is "
            "factors here: [algorithm] explore = { strategy = \"perturb\", factors = [0.8, 1.25] }");
}

TEST(Strategies, RefuseSettingsOfAnotherTypeOrOutOfRange) {
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.exploit.settings = {{"fraction", 0.6}}; }),
            "[algorithm] exploit \"truncation\": fraction must be a number from 0 to 0.5, not 0.6");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.exploit.settings = {{"fraction", std::string("0.2")}}; }),
            "[algorithm] exploit \"truncation\": fraction must be a number from 0 to 0.5, not \"0.2\"");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.explore.settings = {{"factors", 0.8}}; }),
            "[algorithm] explore \"perturb\": factors must be a list of numbers, not 0.8");
  EXPECT_EQ(
      error_after([](AlgorithmSpec& spec) { spec.explore.settings = {{"factors", std::vector<double>{0.8, -1}}}; }),
      "[algorithm] explore \"perturb\": factors must all be greater than 0, e.g. [0.8, 1.25]");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.settings = {{"burn_in", 1.5}}; }),
            "[algorithm]: burn_in must be an integer from 0 to 9223372036854775807, not 1.5");
  EXPECT_EQ(
      error_after([](AlgorithmSpec& spec) { spec.settings = {{"copy", std::string("weight")}}; }),
      "[algorithm]: copy must be one of both, weights, hyperparameters, not \"weight\"; did you mean \"weights\"?");
}

TEST(Strategies, ShowTheSettingThatTheyRefuseAsItWasWritten) {
  const auto refused = [](const Setting& setting) {
    const std::string message =
        error_after([&](AlgorithmSpec& spec) { spec.exploit.settings = {{"fraction", setting}}; });
    return message.substr(message.find("not "));
  };
  EXPECT_EQ(refused(true), "not true");
  EXPECT_EQ(refused(false), "not false");
  EXPECT_EQ(refused(std::int64_t{3}), "not 3");
  EXPECT_EQ(refused(-0.5), "not -0.5");
  EXPECT_EQ(refused(std::vector<double>{0.1, 0.2}), "not [0.1, 0.2]");
}

TEST(Strategies, RefuseIntegersChoicesAndListsOfAnotherType) {
  for (const Setting& burn_in : {Setting(std::int64_t{-1}), Setting(std::string("5")), Setting(true)})
    EXPECT_NE(error_after([&](AlgorithmSpec& spec) { spec.settings = {{"burn_in", burn_in}}; }), "no error");
  EXPECT_NE(error_after([](AlgorithmSpec& spec) { spec.exploit = {"t_test", {{"window", std::int64_t{1'000'001}}}}; }),
            "no error");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.settings = {{"compare", std::int64_t{1}}}; }),
            "[algorithm]: compare must be one of latest, equal_steps, not 1");
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.explore.settings = {{"factors", std::vector<double>{}}}; }),
            "[algorithm] explore \"perturb\": factors must be a list of numbers, not []");
  EXPECT_NE(error_after([](AlgorithmSpec& spec) {
              spec.explore.settings = {{"factors", std::vector<double>{0.8, std::numeric_limits<double>::infinity()}}};
            }),
            "no error");
}

TEST(Strategies, TakeAWholeNumberForAReal) {
  EXPECT_EQ(error_after([](AlgorithmSpec& spec) { spec.exploit.settings = {{"fraction", std::int64_t{0}}}; }),
            "no error");
}

TEST(Strategies, CanBeAddedByTheCompositionRoot) {
  Strategies strategies = builtin_strategies();
  strategies.exploits["mine"] = strategies.exploits["truncation"];
  Experiment experiment;
  experiment.algorithm.exploit.name = "mine";
  EXPECT_NE(make_algorithm(experiment, strategies), nullptr);
}

}  // namespace
}  // namespace pbt
