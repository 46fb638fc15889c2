#include "core/nearest.h"

#include <gtest/gtest.h>

#include "core/ray_names.h"

namespace pbt {
namespace {

const std::vector<std::string> kKeys{"population", "interval", "steps", "seed", "name"};

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("abc", "abc"), 0);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("populaiton", "population"), 1);
}

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("populaton", kKeys), "population");
  EXPECT_EQ(nearest("step", kKeys), "steps");
  EXPECT_EQ(nearest("intervall", kKeys), "interval");
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("quantile_fraction", kKeys), "");
  EXPECT_EQ(nearest("x", kKeys), "");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(Nearest, TakesTheEarliestAmongEquals) { EXPECT_EQ(nearest("seen", {"seed", "seem"}), "seed"); }

TEST(DidYouMean, EndsAMessage) {
  EXPECT_EQ(did_you_mean("sead", kKeys), "; did you mean \"seed\"?");
  EXPECT_EQ(did_you_mean("zzz", kKeys), "");
  EXPECT_EQ(did_you_mean("b", {"a"}), "") << "all of it would have to change";
}

TEST(RayTuneName, IsAnsweredWithOurs) {
  EXPECT_EQ(ray_tune_name("perturbation_interval"),
            "; Ray Tune's \"perturbation_interval\" is interval here: the steps of a turn, at the top of the file");
  for (const char* name : {"quantile_fraction", "resample_probability", "perturbation_factors", "hyperparam_mutations",
                           "time_attr", "metric", "mode"}) {
    EXPECT_NE(ray_tune_name(name), "") << name;
  }
  EXPECT_EQ(ray_tune_name("populaton"), "");
}

}  // namespace
}  // namespace pbt
