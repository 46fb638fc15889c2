#include "launch/slurm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "launch/slurm_time.h"
#include "pbt/error.h"

namespace pbt {
namespace {

constexpr std::string_view our_form = R"(#!/bin/bash
@options@

@setup@

@worker@
)";

// Slurm looks at its clock twice a minute, and may warn a minute early: an element must outlive that.
constexpr double early_s = 60;

void check(const SlurmJob& job) {
  if (job.time_s > 0 && job.time_s <= job.warning_s + early_s)
    throw UsageError(fmt::format(
        "--time {}: Slurm warns {} before the limit and up to a minute early, so no turn would get done; give each "
        "element more than {}, or a shorter --warning",
        slurm_time(job.time_s), slurm_time(job.warning_s), slurm_time(job.warning_s + early_s)));
  if (job.gpus_per_worker % job.nodes_per_member != 0)
    throw UsageError(fmt::format("--gpus-per-worker {} on --nodes-per-member {}: each node needs the same number",
                                 job.gpus_per_worker, job.nodes_per_member));
  for (const std::string& option : job.options)
    if (!option.starts_with('-'))
      throw UsageError(
          fmt::format("--sbatch \"{}\": expected an option of sbatch, for example --sbatch=--reservation=x", option));
}

/// A value in a line of #SBATCH: in quotes where sbatch would end it.
std::string value(const std::string& text) {
  if (text.find_first_of("\n\"\\") != std::string::npos)
    throw UsageError("\"" + text + "\": no line of #SBATCH can hold quotes, backslashes or line ends");
  return text.find_first_of(" \t#'") == std::string::npos ? text : '"' + text + '"';
}

/// In a file name of sbatch, % begins a placeholder.
std::string literal(const std::string& path) {
  std::string text;
  for (const char letter : path) text += letter == '%' ? "%%" : std::string(1, letter);
  return text;
}

std::string options(const SlurmJob& job) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) lines.push_back("--" + name + "=" + value(text));
  };
  const auto count = [](int number) { return number > 0 ? std::to_string(number) : std::string(); };
  add("job-name", slurm_job_name(job.experiment));
  add("array", fmt::format("0-{}", job.workers - 1));
  add("chdir", job.directory);
  add("output", literal(job.logs) + "/slurm-%A_%a.log");
  lines.emplace_back("--open-mode=append");
  lines.emplace_back("--export=ALL");
  lines.emplace_back("--requeue");
  add("signal", fmt::format("B:USR1@{:.0f}", job.warning_s));
  add("nodes", std::to_string(job.nodes_per_member));
  lines.emplace_back("--ntasks-per-node=1");
  add("gpus-per-node", count(job.gpus_per_worker / job.nodes_per_member));
  add("cpus-per-task", count(job.cpus_per_worker));
  add("mem", job.memory_per_worker);
  if (job.time_s > 0) add("time", slurm_time(job.time_s));
  add("partition", job.partition);
  add("account", job.account);
  add("qos", job.qos);
  add("constraint", job.constraint);
  for (const std::string& option : job.options) lines.push_back(option);
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "#SBATCH " : "\n#SBATCH ") + line;
  return text;
}

std::string setup(const SlurmJob& job) {
  std::string text = fmt::format("# Workers of experiment {}: written by `pbt launch slurm`.", job.experiment);
  for (const std::string& module : job.modules) text += "\nmodule load " + shell_word(module);
  if (!job.store.empty()) text += "\nexport PBT_STORE=" + shell_word(job.store);
  return text;
}

/// `pbt worker EXPERIMENT`, which finds its store in PBT_STORE: what stands on a command line, everybody can read.
std::string command(const SlurmJob& job) {
  const bool several = job.nodes_per_member > 1;
  std::string text = several || job.container.empty() ? "" : job.container + " ";
  text += shell_word(job.program) + " worker " + shell_word(job.experiment);
  if (job.exit_when_idle) text += " --exit-when-idle";
  if (!several) return text;
  text += fmt::format(" -- srun --nodes={} --ntasks-per-node=1 --kill-on-bad-exit=1", job.nodes_per_member);
  if (job.cpus_per_worker > 0) text += fmt::format(" --cpus-per-task={}", job.cpus_per_worker);
  return job.container.empty() ? text : text + " " + job.container;
}

constexpr std::string_view worker_part =
    R"(# Before the time limit Slurm signals this script: the worker saves its turn and leaves, and the element queues again.
warned=no signals=0 worker=
hand_on() {{ signals=$((signals + 1)); [ -z "$worker" ] || kill "-$1" "$worker" 2>/dev/null; }}
trap 'warned=yes; hand_on USR1' USR1
trap 'hand_on TERM' TERM
{} &
worker=$!
[ "$warned" = no ] || kill -USR1 "$worker"
seen=
until [ "$seen" = "$signals" ]; do # a signal cuts a wait short
  seen=$signals
  wait "$worker"
  status=$?
done
# From 128 on a signal ended the worker, or made it save and leave (130); else the experiment is over, or it failed.
if [ "$warned" = yes ] && [ "$status" -ge 128 ]; then
  exec scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID" # one element's SLURM_JOB_ID is the whole array's
fi
exit "$status")";

std::string filled(std::string text, const std::string& placeholder, const std::string& part) {
  const std::size_t at = text.find(placeholder);
  if (at == std::string::npos)
    throw UsageError("--template: it has no " + placeholder +
                     "; a template is a script with @options@, @setup@ and @worker@ where those lines belong");
  return text.replace(at, placeholder.size(), part);
}

}  // namespace

std::string slurm_job_name(const std::string& experiment) { return "pbt-" + experiment; }

std::string shell_word(const std::string& text) {
  const auto plain = [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("_-./:=@%+,").find(static_cast<char>(letter)) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, plain)) return text;
  std::string word = "'";
  for (const char letter : text) word += letter == '\'' ? "'\\''" : std::string(1, letter);
  return word + "'";
}

std::string slurm_script(const SlurmJob& job, const std::string& form) {
  check(job);
  std::string text = filled(form.empty() ? std::string(our_form) : form, "@options@", options(job));
  text = filled(text, "@setup@", setup(job));
  return filled(text, "@worker@", fmt::format(worker_part, command(job)));
}

}  // namespace pbt
