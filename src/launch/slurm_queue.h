#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pbt {

/// One element of a job array, as the queue shows it.
struct SlurmElement {
  std::string job;      ///< the array's number
  std::string element;  ///< from 0
  std::string state;    ///< Slurm's word: "RUNNING", "PENDING"
  std::string elapsed;  ///< "1-02:03:04"
  std::string nodes;    ///< empty while it waits
  std::string reason;   ///< why it waits; empty where there is none
};

/// Submits a script; returns the job's number. Throws Error that repeats what Slurm said and says what to look at.
[[nodiscard]] std::string submit_slurm(const std::filesystem::path& script);
/// What stands in the queue of the caller's jobs of this name.
[[nodiscard]] std::vector<SlurmElement> slurm_queue(const std::string& job_name);
/// Ends jobs: what waits leaves the queue; the scripts of what runs are told, and let their workers save first.
void cancel_slurm(const std::vector<std::string>& jobs);

/// Of `sbatch --parsable`: "4711" or "4711;cluster". Throws Error.
[[nodiscard]] std::string parse_job_number(const std::string& output);
/// Of squeue in our format; lines that are none of it are left out.
[[nodiscard]] std::vector<SlurmElement> parse_slurm_queue(const std::string& output);

}  // namespace pbt
