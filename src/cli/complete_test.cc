#include "cli/complete.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "cli/command_line.h"
#include "cli/manual.h"
#include "tests/support/temporary_folder.h"

namespace pbt {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;

class Completions : public testing::Test {
 protected:
  Completions() { add_commands(app_, line_); }

  /// Without the meanings.
  [[nodiscard]] std::vector<std::string> after(const std::vector<std::string>& words) const {
    std::vector<std::string> found = completions(app_, words);
    for (std::string& line : found) line = line.substr(0, line.find('\t'));
    return found;
  }

  TemporaryFolder folder_;
  CommandLine line_;
  CLI::App app_;
};

TEST_F(Completions, AreTheCommandsAndWhatTheyMean) {
  EXPECT_THAT(completions(app_, {"le"}), IsEmpty());
  EXPECT_THAT(completions(app_, {"lin"}), ElementsAre("lineage\tShow who copied whom, as a tree"));
  EXPECT_THAT(after({"re"}), ElementsAre("report", "replay"));
  EXPECT_THAT(after({}), Contains("run"));
  EXPECT_THAT(after({"--plugin", "x.so", "lin"}), ElementsAre("lineage"));
}

TEST_F(Completions, AreACommandsOptionsAndThoseAroundIt) {
  EXPECT_THAT(after({"turns", "--"}), ElementsAre("--help", "--store", "--json", "--member", "--last", "--plugin"));
  EXPECT_THAT(after({"export", "tensorboard", "--st"}), ElementsAre("--store"));
}

TEST_F(Completions, AreTheValuesThatAnOptionTakes) {
  EXPECT_THAT(after({"schedule", "--format", ""}), ElementsAre("table", "csv", "json", "ray"));
  EXPECT_THAT(after({"schedule", "--format=c"}), ElementsAre("--format=csv"));
  EXPECT_THAT(after({"turns", "--last", ""}), IsEmpty());
  EXPECT_THAT(after({"turns", "--last", "3", "--js"}), ElementsAre("--json"));
}

TEST_F(Completions, LeaveFilesToTheShell) {
  EXPECT_THAT(after({"best", "--copy", ""}), ElementsAre(":folders"));
  EXPECT_THAT(after({"export", "-o", "a"}), ElementsAre(":files"));
  EXPECT_THAT(after({"--plugin", ""}), ElementsAre(":files .so"));
  EXPECT_THAT(after({"run", "x", "--", "pyth"}), ElementsAre(":files"));
}

TEST_F(Completions, AreTheExperimentsInSight) {
  for (const char* name : {"lander", "digits"}) {
    std::filesystem::create_directories(std::filesystem::path("runs") / name);
    std::ofstream(std::filesystem::path("runs") / name / "pbt.db") << "";
  }
  EXPECT_THAT(after({"best", ""}), ElementsAre("digits", "lander", ":files .toml"));
  EXPECT_THAT(after({"compare", "digits", "l"}), ElementsAre("lander", ":files .toml"));
  EXPECT_THAT(after({"best", "lander", ""}), Contains("--copy"));
  EXPECT_THAT(after({"worker", ""}), IsSupersetOf({"sqlite:runs/lander/pbt.db", "lander"}));
  EXPECT_THAT(after({"worker", "digits", "l"}), ElementsAre("lander", ":files .toml"));
  EXPECT_THAT(after({"best", "--store", "sqlite:runs/l"}), ElementsAre("sqlite:runs/lander/pbt.db"));
}

TEST_F(Completions, AskNoServerAndMindNoBrokenStore) {
  EXPECT_THAT(after({"worker", "postgresql://nobody.invalid/x", ""}), ElementsAre(":files .toml"));
  EXPECT_THAT(after({"best", "--store", "sqlite:nowhere.db", ""}), ElementsAre(":files .toml"));
  EXPECT_THAT(after({"nonsense", "--nonsense=", "--nonsense", "-"}), Contains("--plugin"));
}

TEST_F(Completions, ListNothingThatIsNotForPeople) {
  EXPECT_THAT(after({""}), Not(Contains("complete")));
  EXPECT_THAT(after({""}), Not(Contains("guard")));
}

TEST_F(Completions, AndTheManualComeFromTheSameCommandLine) {
  write_manual(app_, ".", "2024-01-31");
  EXPECT_TRUE(std::filesystem::exists("pbt.1"));
  EXPECT_TRUE(std::filesystem::exists("pbt-export-mlflow.1"));
  const std::string page = manual_page(*app_.get_subcommand("turns"), "2024-01-31");
  EXPECT_THAT(page, StartsWith(".TH \"pbt\\-turns\" 1 2024-01-31 "));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-last\\fP \\fICOUNT\\fP\nThe last so many\n"));
  EXPECT_THAT(page, HasSubstr(".SH EXAMPLES\n.nf\npbt turns \\-\\-last 20\n"));
}

}  // namespace
}  // namespace pbt
