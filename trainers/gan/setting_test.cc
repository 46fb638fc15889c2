#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gan/gan_trainer.h"
#include "gan/made_data.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

using testing::HasSubstr;

/// What is said of a setting that differs from a good one by `change`.
std::string refusal(const std::filesystem::path& folder, const std::function<void(GanOptions&)>& change) {
  GanOptions options;
  options.data = options.classifier = folder;
  options.device = "cpu";
  options.score_samples = 40;
  change(options);
  return what_is_said<std::exception>([&] { (void)gan::make_setting(options); });
}

TEST(GanSetting, RefusesWhatItCannotUseBeforeItTrains) {
  const ScratchFolder scratch;
  const auto& folder = scratch.path();
  gan::make_fashion_mnist(folder, 20);
  gan::make_classifier(folder);
  using Options = GanOptions&;
  EXPECT_EQ(refusal(folder, [](Options) {}), "nothing");
  EXPECT_THAT(refusal(folder, [](Options it) { it.data = ""; }), HasSubstr("no data are named"));
  EXPECT_THAT(refusal(folder, [](Options it) { it.data += "/nowhere"; }), HasSubstr("there is no folder"));
  EXPECT_THAT(refusal(folder, [](Options it) { it.classifier = ""; }), HasSubstr("no classifier is named"));
  EXPECT_THAT(refusal(folder, [](Options it) { it.classifier += "/nowhere"; }), HasSubstr("there is no classifier"));
  EXPECT_THAT(refusal(folder, [](Options it) { it.data_set = "cifar10"; }), HasSubstr("was trained on fashion-mnist"));
  EXPECT_THAT(refusal(folder, [](Options it) { it.data_set = "cifar"; }),
              HasSubstr("expected cifar10 or fashion-mnist"));
  EXPECT_THAT(refusal(folder, [](Options it) { it.device = "cuda:99"; }), HasSubstr("\"cuda:99\" is not there"));
  EXPECT_THAT(refusal(folder, [](Options it) { it.width = 0; }), HasSubstr("--width is 0, expected 1"));
  EXPECT_THAT(refusal(folder, [](Options it) { it.score_samples = 9; }),
              HasSubstr("--score-samples is 9, expected 10"));
}

}  // namespace
}  // namespace pbt
