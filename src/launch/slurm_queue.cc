#include "launch/slurm_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <utility>

#include "core/printable.h"
#include "launch/program.h"
#include "pbt/error.h"

namespace pbt {
namespace {

constexpr const char* absent = "run this where Slurm's commands are (a login node of the cluster), or load its module";

// What Slurm says, and what somebody who reads it can do.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> advice{{
    {"artition", "`sinfo` lists the partitions: --partition NAME"},
    {"account", "`sacctmgr show associations user=$USER` lists your accounts: --account NAME"},
    {"QOS", "`sacctmgr show qos` lists what there is: --qos NAME"},
    {"qos", "`sacctmgr show qos` lists what there is: --qos NAME"},
    {"feature", "`sinfo -o %f` lists the features of nodes: --constraint FEATURE"},
    {"array", "the site allows fewer elements (`scontrol show config | grep MaxArraySize`): fewer --workers"},
    {"time limit", "`sinfo -o '%P %l'` shows the partitions' limits: a shorter --time"},
    {"processors", "no node has so many: fewer --cpus-per-worker"},
    {"node configuration", "no node has so much: fewer --gpus-per-worker, --cpus-per-worker or --memory-per-worker"},
    {"contact", "the controller does not answer: `scontrol ping`"},
}};

std::string advice_on(const std::string& said) {
  for (const auto& [word, text] : advice)
    if (said.find(word) != std::string::npos) return std::string(text);
  return "`pbt launch slurm ... --dry-run` prints the script that was submitted";
}

Ran run_slurm(const std::vector<std::string>& words) {
  Ran ran = run_program(words, absent);
  if (ran.status == 0) return ran;
  const std::string said = printable(ran.error.empty() ? ran.output : ran.error, 2000);
  throw Error(fmt::format("{} failed (exit status {}): {}\n{}", words.front(), ran.status, said, advice_on(said)));
}

}  // namespace

std::string submit_slurm(const std::filesystem::path& script) {
  return parse_job_number(run_slurm({"sbatch", "--parsable", script.string()}).output);
}

std::vector<SlurmElement> slurm_queue(const std::string& job_name) {
  return parse_slurm_queue(
      run_slurm({"squeue", "--me", "--array", "--noheader", "--name=" + job_name, "--format=%F|%K|%T|%M|%N|%r"})
          .output);
}

void cancel_slurm(const std::vector<std::string>& jobs) {
  const auto cancel = [&](std::vector<std::string> words) {
    words.insert(words.end(), jobs.begin(), jobs.end());
    (void)run_slurm(words);
  };
  cancel({"scancel", "--state=PENDING"});
  // A plain scancel signals the trainers too, and kills all after KillWait (30 s), whether or not it is saved.
  cancel({"scancel", "--state=RUNNING", "--batch", "--signal=TERM"});
}

std::string parse_job_number(const std::string& output) {
  const std::string number = output.substr(0, output.find_first_of(";\n"));
  const bool digits = std::ranges::all_of(number, [](unsigned char letter) { return std::isdigit(letter) != 0; });
  if (number.empty() || !digits)
    throw Error("sbatch printed no job number but \"" + printable(output, 200) +
                "\": look with `squeue --me` whether the job was submitted");
  return number;
}

std::vector<SlurmElement> parse_slurm_queue(const std::string& output) {
  std::vector<SlurmElement> elements;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields;
    std::istringstream text(line + "|");
    for (std::string field; std::getline(text, field, '|');) fields.push_back(printable(field, 200));
    if (fields.size() != 6) continue;
    if (fields[5] == "None") fields[5].clear();
    elements.push_back({fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]});
  }
  return elements;
}

}  // namespace pbt
