#include "serve/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "serve/serve_fixture.h"

namespace pbt::serve {
namespace {

using testing::HasSubstr;
using testing::Not;

nlohmann::json data_of(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"pbt-data\">";
  const std::size_t from = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

struct Report : testing::Test {
  void SetUp() override {
    if (asset("/report.html").data.empty()) GTEST_SKIP() << "built without the dashboard";
  }
  SmallSite small;
};

TEST_F(Report, HoldsAllThatTheDashboardAsksFor) {
  const nlohmann::json data = data_of(report_page(*small.site.find("lander")));
  EXPECT_EQ(data["experiment"]["read"], 5);
  EXPECT_EQ(data["turns"]["row"].size(), 5U);
  EXPECT_EQ(data["progress"]["total"], 5);
  EXPECT_EQ(data["timeline"]["bars"].size(), 5U);
  EXPECT_TRUE(data["details"].contains("m0.t1")) << "the best turn descends from it";
  EXPECT_TRUE(data["failures"].empty());
}

TEST_F(Report, CannotBeBrokenOutOfByWhatATrainerWrote) {
  small.record.fail({{0, 3}, 9, "</script><script>alert(1)</script><!--", {}, 0, 0, 0});
  const std::string page = report_page(*small.site.find("lander"));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_EQ(data_of(page)["failures"][0]["worker"], "</script><script>alert(1)</script><!--");
}

TEST_F(Report, AsksNoNetworkForAnything) {
  const std::string page = report_page(*small.site.find("lander"));
  EXPECT_THAT(page, Not(HasSubstr("src=\"http")));
  EXPECT_THAT(page, Not(HasSubstr("href=\"http")));
}

TEST(ReportWithoutADashboard, SaysWhatIsMissing) {
  if (!asset("/report.html").data.empty()) GTEST_SKIP() << "built with the dashboard";
  SmallSite small;
  EXPECT_THROW((void)report_page(*small.site.find("lander")), Error);
}

}  // namespace
}  // namespace pbt::serve
