#include "launch/slurm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pbt/error.h"

namespace pbt {
namespace {

using testing::HasSubstr;
using testing::Not;

SlurmJob lander_job() {
  SlurmJob job;
  job.experiment = "lander";
  job.program = "/opt/pbt/bin/pbt";
  job.directory = "/project";
  job.logs = "/project/runs/lander/logs";
  job.workers = 32;
  return job;
}

TEST(SlurmScript, IsAJobArrayOfOneElementAWorker) {
  const std::string script = slurm_script(lander_job());
  EXPECT_THAT(script, testing::StartsWith("#!/bin/bash\n#SBATCH --job-name=pbt-lander\n#SBATCH --array=0-31\n"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --output=/project/runs/lander/logs/slurm-%A_%a.log\n"));
  EXPECT_THAT(script, HasSubstr("#SBATCH --requeue\n#SBATCH --signal=B:USR1@120\n"));
  EXPECT_THAT(script, HasSubstr("\n/opt/pbt/bin/pbt worker lander &\n"));
}

TEST(SlurmScript, RequeuesItsOwnElementAlone) {
  EXPECT_THAT(slurm_script(lander_job()), HasSubstr("scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\""));
}

TEST(SlurmScript, AsksForNothingThatNobodyNamed) {
  const std::string script = slurm_script(lander_job());
  for (const char* option :
       {"--gpus", "--cpus", "--mem", "--time", "--partition", "--account", "--qos", "--constraint"})
    EXPECT_THAT(script, Not(HasSubstr(std::string("#SBATCH ") + option)));
  EXPECT_THAT(script, Not(HasSubstr("PBT_STORE")));
}

TEST(SlurmScript, PassesTheSitesOptionsOn) {
  SlurmJob job = lander_job();
  job.gpus_per_worker = 1;
  job.cpus_per_worker = 8;
  job.memory_per_worker = "16G";
  job.time_s = 43'200;
  job.partition = "gpu";
  job.account = "physics";
  job.qos = "long";
  job.constraint = "a100&ib";
  job.options = {"--reservation=winter"};
  job.modules = {"cuda/12.1"};
  job.store = "postgresql://ann@db/pbt";
  job.exit_when_idle = true;
  EXPECT_THAT(slurm_script(job),
              HasSubstr("#SBATCH --gpus-per-node=1\n#SBATCH --cpus-per-task=8\n#SBATCH --mem=16G\n#SBATCH "
                        "--time=12:00:00\n#SBATCH --partition=gpu\n#SBATCH --account=physics\n#SBATCH --qos=long\n"
                        "#SBATCH --constraint=a100&ib\n#SBATCH --reservation=winter\n"));
  EXPECT_THAT(slurm_script(job), HasSubstr("\nmodule load cuda/12.1\nexport PBT_STORE=postgresql://ann@db/pbt\n"));
  EXPECT_THAT(slurm_script(job), HasSubstr(" worker lander --exit-when-idle &\n"));
}

TEST(SlurmScript, StartsTrainersOnAllNodesOfAMember) {
  SlurmJob job = lander_job();
  job.nodes_per_member = 2;
  job.gpus_per_worker = 8;
  EXPECT_THAT(slurm_script(job),
              HasSubstr("#SBATCH --nodes=2\n#SBATCH --ntasks-per-node=1\n#SBATCH --gpus-per-node=4\n"));
  EXPECT_THAT(
      slurm_script(job),
      HasSubstr("\n/opt/pbt/bin/pbt worker lander -- srun --nodes=2 --ntasks-per-node=1 --kill-on-bad-exit=1 &\n"));
  job.gpus_per_worker = 3;
  EXPECT_THROW((void)slurm_script(job), UsageError);
}

TEST(SlurmScript, PutsTheContainerBeforeWhatTrains) {
  SlurmJob job = lander_job();
  job.container = "apptainer exec --nv \"$HOME/pbt.sif\"";
  EXPECT_THAT(slurm_script(job),
              HasSubstr("\napptainer exec --nv \"$HOME/pbt.sif\" /opt/pbt/bin/pbt worker lander &\n"));
  job.nodes_per_member = 2;  // srun is the host's
  EXPECT_THAT(slurm_script(job), HasSubstr("\n/opt/pbt/bin/pbt worker lander -- srun"));
  EXPECT_THAT(slurm_script(job), HasSubstr("--kill-on-bad-exit=1 apptainer exec --nv \"$HOME/pbt.sif\" &\n"));
}

TEST(SlurmScript, FillsASitesOwnForm) {
  const std::string script = slurm_script(lander_job(), "#!/bin/bash\n@options@\nulimit -n 4096\n@setup@\n@worker@\n");
  EXPECT_THAT(script, HasSubstr("slurm-%A_%a.log\n"));
  EXPECT_THAT(script, HasSubstr("\nulimit -n 4096\n# Workers of experiment lander"));
  EXPECT_THAT(script, HasSubstr("exit \"$status\"\n"));
  EXPECT_THROW((void)slurm_script(lander_job(), "#!/bin/bash\n@options@\n@setup@\npbt worker lander\n"), UsageError);
}

TEST(SlurmScript, QuotesWhatAShellOrSbatchWouldTakeApart) {
  SlurmJob job = lander_job();
  job.directory = "/my project";
  job.logs = "/my project/100%/logs";
  job.program = "/it's/pbt";
  EXPECT_THAT(slurm_script(job), HasSubstr("#SBATCH --chdir=\"/my project\"\n"));
  EXPECT_THAT(slurm_script(job), HasSubstr("#SBATCH --output=\"/my project/100%%/logs/slurm-%A_%a.log\"\n"));
  EXPECT_THAT(slurm_script(job), HasSubstr("\n'/it'\\''s/pbt' worker lander &\n"));
  job.partition = "two\nlines";
  EXPECT_THROW((void)slurm_script(job), UsageError);
}

TEST(SlurmScript, RefusesALimitThatLeavesNoTimeForATurn) {
  SlurmJob job = lander_job();
  job.time_s = 180;
  EXPECT_THROW((void)slurm_script(job), UsageError);
  job.time_s = 181;
  EXPECT_NO_THROW((void)slurm_script(job));
}

}  // namespace
}  // namespace pbt
