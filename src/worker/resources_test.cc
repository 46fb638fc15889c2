#include "worker/resources.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "pbt/error.h"

namespace pbt {
namespace {

TEST(ResourcesTest, KnowWhatThisProcessWasGranted) {
  ASSERT_EQ(setenv("CUDA_VISIBLE_DEVICES", "0,,2", 1), 0);
  const Granted some = granted();
  EXPECT_GE(some.cores, 1);
  EXPECT_EQ(some.environment.at("CUDA_VISIBLE_DEVICES"), "0,,2");
  EXPECT_EQ(some.gpus, (std::vector<std::string>{"0", "2"}));
  ASSERT_EQ(setenv("CUDA_VISIBLE_DEVICES", "", 1), 0);
  EXPECT_TRUE(granted().gpus.empty());
  ASSERT_EQ(unsetenv("CUDA_VISIBLE_DEVICES"), 0);
  EXPECT_EQ(granted().gpus.empty(), !std::filesystem::exists("/dev/nvidia0")) << "all of the machine";
}

TEST(ResourcesTest, SharesTheCoresAmongTheWorkers) {
  const Environment environment = worker_environment({}, {.cores = 8}, 0, 4);
  EXPECT_EQ(environment.at("OMP_NUM_THREADS"), "2");
  EXPECT_EQ(environment.at("OPENBLAS_NUM_THREADS"), "2");
  EXPECT_FALSE(environment.contains("CUDA_VISIBLE_DEVICES"));
  EXPECT_EQ(worker_environment({}, {.cores = 2}, 0, 8).at("OMP_NUM_THREADS"), "1");
}

TEST(ResourcesTest, LeavesAloneWhatTheUserSet) {
  const Granted granted{.cores = 8, .environment = {{"OMP_NUM_THREADS", "5"}}};
  EXPECT_FALSE(worker_environment({}, granted, 0, 4).contains("OMP_NUM_THREADS"));
  Experiment experiment;
  experiment.workers.environment = {{"MKL_NUM_THREADS", "7"}};
  EXPECT_EQ(worker_environment(experiment, granted, 0, 4).at("MKL_NUM_THREADS"), "7");
}

TEST(ResourcesTest, TrainsWithOneThreadWhenTheRunMustRepeat) {
  Experiment experiment;
  experiment.synchronous = true;
  EXPECT_EQ(worker_environment(experiment, {.cores = 8}, 0, 2).at("OMP_NUM_THREADS"), "1");
  experiment.workers.threads_per_worker = 3;
  EXPECT_EQ(worker_environment(experiment, {.cores = 8}, 0, 2).at("OMP_NUM_THREADS"), "3");
}

TEST(ResourcesTest, SpreadsSeveralWorkersOverEachGpu) {
  Experiment experiment;
  experiment.workers.gpus_per_member = 1;
  experiment.workers.workers_per_gpu = 2;
  const Granted granted{.cores = 4, .gpus = {"3", "5"}};
  std::string seen;
  for (int i = 0; i < 4; ++i) seen += worker_environment(experiment, granted, i, 4).at("CUDA_VISIBLE_DEVICES");
  EXPECT_EQ(seen, "3535");
  EXPECT_THROW((void)worker_environment(experiment, granted, 0, 5), UsageError);
}

TEST(ResourcesTest, GivesAMemberSeveralGpusOfItsOwn) {
  Experiment experiment;
  experiment.workers.gpus_per_member = 2;
  const Granted granted{.cores = 4, .gpus = {"0", "1", "2", "3"}};
  EXPECT_EQ(worker_environment(experiment, granted, 0, 2).at("CUDA_VISIBLE_DEVICES"), "0,1");
  EXPECT_EQ(worker_environment(experiment, granted, 1, 2).at("CUDA_VISIBLE_DEVICES"), "2,3");
}

TEST(ResourcesTest, HandsOutOnlyTheGpusThatTheExperimentNames) {
  Experiment experiment;
  experiment.workers.gpus = {"2", "0"};
  experiment.workers.gpus_per_member = 1;
  const Granted granted{.cores = 1, .gpus = {"0", "1", "2"}};
  EXPECT_EQ(worker_environment(experiment, granted, 0, 2).at("CUDA_VISIBLE_DEVICES"), "2");
  EXPECT_EQ(worker_environment(experiment, granted, 1, 2).at("CUDA_VISIBLE_DEVICES"), "0");
}

TEST(ResourcesTest, RefusesAGpuThatWasNotGranted) {
  Experiment experiment;
  experiment.workers.gpus = {"7"};
  EXPECT_THROW((void)worker_environment(experiment, {.cores = 1, .gpus = {"0"}}, 0, 1), UsageError);
}

}  // namespace
}  // namespace pbt
