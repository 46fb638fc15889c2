#include "launch/kubernetes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pbt/error.h"

namespace pbt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

KubernetesJob lander() {
  KubernetesJob job;
  job.experiment = "lander";
  job.image = "registry.example.org/pbt:1";
  job.workers = 32;
  return job;
}

TEST(KubernetesJob, IsAnIndexedJobOfOnePodAWorker) {
  const json job = json::parse(kubernetes_json(lander()));
  EXPECT_EQ(job["metadata"]["name"], "pbt-lander");
  EXPECT_EQ(job["spec"]["completionMode"], "Indexed");
  EXPECT_EQ(job["spec"]["completions"], 32);
  EXPECT_EQ(job["spec"]["parallelism"], 32);
  EXPECT_EQ(job["spec"]["template"]["spec"]["containers"][0]["args"], json({"worker", "lander"}));
}

TEST(KubernetesJob, TakesTheStoresAddressFromASecretAlone) {
  KubernetesJob job = lander();
  job.secret = "database";
  const json written = json::parse(kubernetes_json(job));
  const json& variable = written["spec"]["template"]["spec"]["containers"][0]["env"][0];
  EXPECT_EQ(variable,
            (json{{"name", "PBT_STORE"}, {"valueFrom", {{"secretKeyRef", {{"name", "database"}, {"key", "url"}}}}}}));
}

TEST(KubernetesJob, StartsAPodAgainThatWasMovedOrToldToLeave) {
  const json rules = json::parse(kubernetes_json(lander()))["spec"]["podFailurePolicy"]["rules"];
  EXPECT_EQ(rules[0]["onPodConditions"][0]["type"], "DisruptionTarget");
  EXPECT_EQ(rules[1]["onExitCodes"]["values"], json({130, 143}));
  EXPECT_EQ(rules[2]["action"], "FailIndex");
}

TEST(KubernetesJob, AsksForWhatAWorkerNeeds) {
  KubernetesJob job = lander();
  job.gpus_per_worker = 2;
  job.cpus_per_worker = 8;
  job.memory_per_worker = "16Gi";
  job.claim = "experiments";
  const json pod = json::parse(kubernetes_json(job))["spec"]["template"]["spec"];
  EXPECT_EQ(pod["containers"][0]["resources"], (json{{"requests", {{"cpu", "8"}, {"memory", "16Gi"}}},
                                                     {"limits", {{"memory", "16Gi"}, {"nvidia.com/gpu", "2"}}}}));
  EXPECT_EQ(pod["containers"][0]["workingDir"], "/experiments");
  EXPECT_EQ(pod["volumes"][0]["persistentVolumeClaim"]["claimName"], "experiments");
}

TEST(KubernetesJob, IsWrittenAsBlocksOfYaml) {
  const std::string yaml = kubernetes_yaml(lander());
  EXPECT_THAT(yaml,
              testing::StartsWith("apiVersion: \"batch/v1\"\nkind: \"Job\"\nmetadata:\n  name: \"pbt-lander\"\n"));
  EXPECT_THAT(yaml, HasSubstr("    rules:\n      - action: \"Ignore\"\n        onPodConditions:\n"));
  EXPECT_THAT(yaml, HasSubstr("          values:\n            - 130\n            - 143\n"));
}

TEST(KubernetesJob, HasANameThatKubernetesAllows) {
  EXPECT_EQ(kubernetes_name("Lander_2.test"), "pbt-lander-2-test");
  EXPECT_EQ(kubernetes_name(std::string(80, 'x')).size(), 50u);
  EXPECT_EQ(kubernetes_name("x__"), "pbt-x");
}

TEST(KubernetesJob, NeedsAnImage) {
  KubernetesJob job = lander();
  job.image.clear();
  EXPECT_THROW((void)kubernetes_yaml(job), UsageError);
}

}  // namespace
}  // namespace pbt
