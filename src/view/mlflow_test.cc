#include "view/mlflow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "view/record_fixture.h"

namespace pbt {
namespace {

using testing::HasSubstr;

struct Mlflow : testing::Test {
  FakeRecord record = small_record();
  std::map<std::string, std::string> files;

  void write() {
    files.clear();
    write_mlflow(small_experiment(), record, "/exported", [&](const std::string& path, const std::string& text) {
      EXPECT_TRUE(files.emplace(path, text).second) << path << " is written twice";
    });
  }
  /// The only file whose path ends so.
  std::string file(const std::string& end) {
    std::vector<std::string> found;
    for (const auto& [path, text] : files)
      if (path.ends_with(end)) found.push_back(text);
    EXPECT_EQ(found.size(), 1U) << end;
    return found.empty() ? "" : found.front();
  }
};

TEST(MlflowNames, AreNoPaths) {
  EXPECT_EQ(mlflow_name("loss/train"), "loss.train");
  EXPECT_EQ(mlflow_name("../../etc/passwd"), "_......etc.passwd");
  EXPECT_EQ(mlflow_name(""), "_");
  EXPECT_EQ(mlflow_name("größe \n"), "gr____e__");
}

TEST_F(Mlflow, HasAnExperimentAndARunForEachMember) {
  write();
  int runs = 0;
  for (const auto& [path, text] : files) runs += path.ends_with("/tags/mlflow.runName") ? 1 : 0;
  EXPECT_EQ(runs, 3);
  int named = 0;
  for (const auto& [path, text] : files) named += text.find("name: 'lander'\n") != text.npos ? 1 : 0;
  EXPECT_EQ(named, 1);
}

TEST_F(Mlflow, HasScoresAndValuesAlongTheLineage) {
  write();
  const auto end = record.population(0).members[1].standing;
  const std::string scores = file("0000000000000001/metrics/accuracy");
  EXPECT_THAT(scores, HasSubstr(std::to_string(end->ended_ms) + ' '));
  EXPECT_EQ(std::count(scores.begin(), scores.end(), '\n'), 2);
  EXPECT_THAT(file("0000000000000001/params/batch"), to_string(*end->hyperparameters.find("batch")));
}

TEST_F(Mlflow, ReplacesItselfWhenWrittenAgain) {
  write();
  const auto before = files;
  write();
  EXPECT_EQ(files, before);
}

TEST_F(Mlflow, TellsRecordsOfOneNameApart) {
  write();
  const auto before = files;
  record.status_now().created_ms += 1;
  write();
  for (const auto& [path, text] : files) EXPECT_EQ(before.contains(path), path.find('/') == path.rfind('/')) << path;
}

}  // namespace
}  // namespace pbt
