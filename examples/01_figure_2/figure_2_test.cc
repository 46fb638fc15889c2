#include <gtest/gtest.h>

#include "toy.h"

namespace figure_2 {
namespace {

double best_q(Method method, std::uint64_t seed) { return pbt::run(experiment(method, seed), train).best().score; }

class Figure2 : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Figure2, FixedNeverPassesWhatOneDirectionGives) { EXPECT_LE(best_q(Method::fixed, GetParam()), 0.39); }

TEST_P(Figure2, PbtComesNearTheOptimum) { EXPECT_GT(best_q(Method::pbt, GetParam()), 1.15); }

INSTANTIATE_TEST_SUITE_P(TwentySeeds, Figure2, testing::Range(std::uint64_t{1}, std::uint64_t{21}));

}  // namespace
}  // namespace figure_2
