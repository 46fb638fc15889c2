#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "view/record_fixture.h"
#include "view/text_views.h"

namespace pbt {
namespace {

using testing::HasSubstr;

std::vector<ScheduleRow> rows() {
  return {{0, 100, {0, 1}, {0, 1}, 0, 0.5, small_values(0.0001, 32)},
          {100, 200, {0, 2}, {0, 2}, 1, 0.5, small_values(0.001, 32)},
          {200, 300, {0, 3}, {0, 3}, 2, 0.5, small_values(0.01, 64)}};
}

TEST(SchedulePlot, DrawsEachSearchedHyperparameterOnItsOwnScale) {
  EXPECT_EQ(schedule_plot(small_experiment(), rows(), {.width = 24}),
            "batch\n"
            "         64         ████\n"
            "                    ████\n"
            "                    ████\n"
            "                    ████\n"
            "                    ████\n"
            "         32 ▁▁▁▁▁▁▁▁████\n"
            "optimizer.lr\n"
            "       0.01         ████\n"
            "                    ████\n"
            "                    ████\n"
            "                ████████\n"
            "                ████████\n"
            "     0.0001 ▁▁▁▁████████\n"
            "       step 0        300\n");
}

TEST(SchedulePlot, FitsTheTerminal) {
  for (const int width : {0, 30, 80, 300}) {
    std::string text = schedule_plot(small_experiment(), rows(), {.width = width});
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      EXPECT_LE(display_width(text.substr(at, text.find('\n', at) - at)), width == 0 ? 112 : width);
  }
}

TEST(SchedulePlot, NamesChoices) {
  Experiment experiment = small_experiment();
  experiment.space.parameters = {
      {"activation", Choices{{std::string("relu"), std::string("tanh")}, false}, {}, false, {}, {}}};
  std::vector<ScheduleRow> two = {{0, 100, {0, 1}, {0, 1}, 0, 0.5, {{"activation", std::string("relu")}}},
                                  {100, 1200, {0, 2}, {0, 2}, 1, 0.5, {{"activation", std::string("tanh")}}}};
  EXPECT_THAT(schedule_plot(experiment, two, {.width = 40}), HasSubstr("tanh from step 100\n"));
}

TEST(SchedulePlot, OfNothingIsNothing) { EXPECT_EQ(schedule_plot(small_experiment(), {}, {}), ""); }

}  // namespace
}  // namespace pbt
