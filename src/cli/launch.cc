#include "cli/launch.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/locate.h"
#include "cli/terminal.h"
#include "cli/work.h"
#include "cli/write_file.h"
#include "launch/slurm_queue.h"
#include "pbt/error.h"
#include "store/postgres_address.h"
#include "trainer/guard.h"
#include "view/text_table.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Where the experiment is, or will be.
Location place_named(const Target& target) { return unopened_place(name_of(target.experiment), target.store); }

/// The address as a script may hold it. Empty where it has a password: then PBT_STORE had it, and goes from one
/// environment to the next.
std::string address_in_script(const Location& location) {
  if (location.store == private_store) return location.store;
  if (location.address.is_file()) return "sqlite:" + location.address.file.string();
  return postgres::has_password(location.address.url) ? "" : location.address.url;
}

std::string read_form(const std::string& file) {
  if (file.empty()) return "";
  std::ifstream stream(file);
  if (!stream) throw UsageError("--template " + file + ": there is no such file");
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// One number a line: the jobs that were submitted for the experiment.
fs::path jobs_file(const Location& location) { return location.folder / "slurm-jobs"; }

void remember_job(const Location& location, const std::string& job) {
  std::ofstream file(jobs_file(location), std::ios::app);
  file << job << std::endl;
  if (!file)
    throw Error("job " + job + " is submitted, but " + jobs_file(location).string() +
                " cannot be written: `pbt launch status` and `stop` will not find it; use squeue and scancel");
}

/// Where a submitted experiment is: the store itself need not be asked where the experiment has a name.
Location submitted_place(const Target& target) {
  return target.experiment.empty() ? locate(target) : place_named(target);
}

/// What is in the queue of the jobs that were submitted for the experiment: others of its name, in another folder, are
/// left alone.
std::vector<SlurmElement> elements_of(const Location& location) {
  std::ifstream file(jobs_file(location));
  const std::vector<std::string> jobs{std::istream_iterator<std::string>(file), {}};
  if (jobs.empty())
    throw UsageError("experiment " + location.experiment + " has no job of Slurm in " + jobs_file(location).string() +
                     ": submit one with `pbt launch slurm`");
  std::vector<SlurmElement> elements = slurm_queue(slurm_job_name(location.experiment));
  std::erase_if(elements,
                [&](const SlurmElement& element) { return std::ranges::find(jobs, element.job) == jobs.end(); });
  return elements;
}

Json json_of(const std::string& experiment, const std::vector<SlurmElement>& elements) {
  Json list = Json::array();
  for (const SlurmElement& element : elements)
    list.push_back({{"job", element.job},
                    {"element", element.element},
                    {"state", element.state},
                    {"elapsed", element.elapsed},
                    {"nodes", element.nodes},
                    {"reason", element.reason}});
  return {{"experiment", experiment}, {"elements", list}};
}

std::string table_of(const std::vector<SlurmElement>& elements) {
  TextTable table{
      {{"job", Align::right}, {"element", Align::right}, {"state"}, {"elapsed", Align::right}, {"nodes"}, {"reason"}},
      {}};
  for (const SlurmElement& element : elements)
    table.rows.push_back(
        {{element.job, element.element, element.state, element.elapsed, element.nodes, element.reason}});
  return render(table, output_style());
}

}  // namespace

int command_launch_slurm(const LaunchSlurmOptions& options, const Strategies& strategies) {
  SlurmJob job = options.job;
  const std::string form = read_form(options.form);
  job.directory = fs::current_path();
  if (job.program.empty()) job.program = find_guard_program();
  const auto script_at = [&](const Location& location) {
    job.experiment = location.experiment;
    job.store = address_in_script(location);
    job.logs = location.logs();
    return slurm_script(job, form);
  };
  std::string script = script_at(place_named(options.target));
  if (options.dry_run) {
    print(script);
    return 0;
  }
  // What `pbt run` says of changes would stand between the lines of a program's JSON.
  const Location location = recorded({.target = options.target, .json = options.json}, strategies).location;
  fs::create_directories(job.logs);  // sbatch opens files there, and makes no folders
  const fs::path file = location.folder / "slurm.sh";
  write_file(file, script);
  const std::string number = submit_slurm(file);
  remember_job(location, number);
  if (options.json) {
    print(Json{{"experiment", location.experiment},
               {"job", number},
               {"workers", job.workers},
               {"script", file.string()},
               {"logs", job.logs.string()}}
              .dump() +
          "\n");
    return 0;
  }
  print("job " + number + ": " + std::to_string(job.workers) + " workers of experiment " + location.experiment +
        "; their logs: " + job.logs.string() + "/slurm-" + number + "_*.log\n");
  return 0;
}

int command_launch_kubernetes(const LaunchKubernetesOptions& options, const Strategies& strategies) {
  KubernetesJob job = options.job;
  const Location place = place_named(options.target);
  job.experiment = place.experiment;
  const std::string text = options.json ? kubernetes_json(job) : kubernetes_yaml(job);
  if (!options.dry_run) {
    if (place.address.is_file())
      throw UsageError(
          "workers of a cluster keep their record in PostgreSQL: name it with --store or PBT_STORE, so that the "
          "experiment is created there; or only print the manifest with --dry-run");
    (void)recorded({.target = options.target, .json = true}, strategies);  // standard output is the manifest's
  }
  print(text);
  return 0;
}

int command_launch_status(const ControlOptions& options) {
  const Location location = submitted_place(options.target);
  const std::vector<SlurmElement> elements = elements_of(location);
  if (options.json)
    print(json_of(location.experiment, elements).dump() + "\n");
  else if (elements.empty())
    print("no worker of experiment " + location.experiment + " is in Slurm's queue\n");
  else
    print(table_of(elements));
  return 0;
}

int command_launch_stop(const ControlOptions& options) {
  const Location location = submitted_place(options.target);
  const std::vector<SlurmElement> elements = elements_of(location);
  std::vector<std::string> jobs;
  for (const SlurmElement& element : elements)
    if (std::ranges::find(jobs, element.job) == jobs.end()) jobs.push_back(element.job);
  if (!jobs.empty()) cancel_slurm(jobs);
  if (options.json)
    print(json_of(location.experiment, elements).dump() + "\n");
  else
    print(std::to_string(elements.size()) + " workers of experiment " + location.experiment +
          " are told to save and leave; `pbt launch slurm` goes on\n");
  return 0;
}

}  // namespace pbt
