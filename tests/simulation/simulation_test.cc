#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

#include "pbt/error.h"

namespace pbt::simulation {
namespace {

constexpr std::uint64_t short_form = 1500;

Verdict judge(std::uint64_t seed, Mutation mutation = Mutation::none) {
  const Scenario scenario = draw_swarm(seed);
  return repeats(scenario) ? simulate_twice(scenario, mutation) : simulate(scenario, mutation);
}

TEST(Simulation, KeepsEveryPromiseWhateverGoesWrong) {
  std::array<std::int64_t, static_cast<std::size_t>(Happened::count)> happened{};
  for (std::uint64_t seed = 1; seed <= short_form; ++seed) {
    const Verdict verdict = judge(seed);
    EXPECT_FALSE(verdict.violation) << *verdict.violation << "\n  " << describe(draw_swarm(seed))
                                    << "\n  replay: pbt_simulate --seed " << seed;
    for (std::size_t i = 0; i < happened.size(); ++i) happened[i] += verdict.happened[i];
  }
  // What never happens has not been tried. No algorithm of today waits.
  for (std::size_t i = 0; i < happened.size(); ++i) {
    if (static_cast<Happened>(i) == Happened::wait) continue;
    EXPECT_GT(happened[i], 0) << name_of(static_cast<Happened>(i));
  }
}

TEST(Simulation, KeepsItsPromisesForAHundredWorkersAndTenMinuteTurns) {
  const Verdict verdict = simulate(draw_years(1, /*days=*/2));
  EXPECT_FALSE(verdict.violation) << *verdict.violation;
  EXPECT_GT(verdict.turns, 10'000);
}

TEST(Simulation, IsAFunctionOfItsSeed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Verdict once = judge(seed), again = judge(seed);
    EXPECT_EQ(once.record, again.record);
    EXPECT_EQ(once.tasks_run, again.tasks_run);
    EXPECT_EQ(once.happened, again.happened);
  }
}

/// Seeds that found something, and what.
struct FoundBySeed {
  std::uint64_t seed;
  const char* what;
};

class SeedsThatFoundSomething : public testing::TestWithParam<FoundBySeed> {};

TEST_P(SeedsThatFoundSomething, FindItNoMore) {
  const Verdict verdict = judge(GetParam().seed);
  EXPECT_FALSE(verdict.violation) << *verdict.violation;
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, SeedsThatFoundSomething,
    testing::Values(FoundBySeed{62, "an_experiment_stays_running_when_its_last_worker_dies_before_saying_done"},
                    FoundBySeed{60, "bytes_under_a_lease_that_was_given_back_stay"},
                    FoundBySeed{824, "an_experiment_that_reached_its_target_runs_again"},
                    FoundBySeed{656, "the_first_round_depends_on_who_reaches_the_target_first"},
                    FoundBySeed{4223, "a_member_that_failed_after_a_copy_needs_bytes_that_are_gone"},
                    FoundBySeed{11834, "a_round_is_never_decided_when_a_donors_bytes_are_gone"},
                    FoundBySeed{17404, "a_round_depends_on_when_bytes_were_collected"},
                    FoundBySeed{39558, "what_failed_with_its_target_reached_is_never_tried_again"},
                    FoundBySeed{8697, "what_others_finished_after_one_gave_up_stays_failed"}),
    [](const auto& found) { return std::string(found.param.what); });

class EveryMutation : public testing::TestWithParam<MutationName> {};

TEST_P(EveryMutation, IsFound) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const Verdict verdict = judge(seed, GetParam().mutation);
    if (verdict.violation && verdict.violation->find(GetParam().found_by) != std::string::npos) return;
  }
  FAIL() << "no seed up to 300 says \"" << GetParam().found_by << '"';
}

INSTANTIATE_TEST_SUITE_P(Simulation, EveryMutation, testing::ValuesIn(mutations().begin(), mutations().end()),
                         [](const auto& named) { return std::string(named.param.name); });

TEST(Faults, AreDataThatCanBeWrittenAndReadBack) {
  Random random{7};
  const Faults faults = draw_faults(random, 60);
  Faults read;
  read_json(to_json(faults), read);
  EXPECT_EQ(to_json(read), to_json(faults));
}

TEST(Faults, RefusesANameThatIsNoneAndSaysTheNearest) {
  Faults faults;
  try {
    read_json(R"({"store_crush": 0.1})", faults);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("store_crash"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace pbt::simulation
