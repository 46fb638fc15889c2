#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pbt {

/// Workers as a job array of Slurm: one element a worker. 0 and empty texts: as the site has it.
struct SlurmJob {
  std::string experiment;
  std::string program;              ///< pbt, as the nodes find it
  std::string store;                ///< its address, without a password; empty: PBT_STORE of who submits, untouched
  std::filesystem::path directory;  ///< where the workers run; absolute
  std::filesystem::path logs;       ///< the folder of the elements' output; absolute
  int workers = 1;
  int nodes_per_member = 1;       ///< more than one: trainers are started on all of them by srun
  int gpus_per_worker = 0;        ///< over all its nodes
  int cpus_per_worker = 0;        ///< on each of its nodes
  std::string memory_per_worker;  ///< on each of its nodes; "16G"
  double time_s = 0;              ///< the limit of one element, which then queues again
  double warning_s = 120;         ///< before the limit, in which a worker saves its turn and leaves
  std::string partition, account, qos, constraint;
  std::vector<std::string> options;  ///< more of sbatch's own: "--reservation=winter"
  std::vector<std::string> modules;  ///< of `module load`
  std::string container;             ///< shell words before the program: "apptainer exec --nv image.sif"
  bool exit_when_idle = false;
};

/// The name under which its elements stand in the queue.
[[nodiscard]] std::string slurm_job_name(const std::string& experiment);

/// The script that sbatch takes. `form`: a site's own, in which @options@, @setup@ and @worker@ stand for the lines of
/// #SBATCH, the modules, and the worker; empty: ours. Throws UsageError when the job or the form cannot be right.
[[nodiscard]] std::string slurm_script(const SlurmJob& job, const std::string& form = "");

/// A text as one word of a shell, whatever is in it.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace pbt
