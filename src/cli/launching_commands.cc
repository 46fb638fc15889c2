#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.h"
#include "cli/launch.h"
#include "cli/plugins.h"
#include "cli/quantities.h"
#include "launch/slurm_time.h"
#include "pbt/error.h"

namespace pbt {
namespace {

/// "12:00:00" as Slurm has it, or "12h" as we do. A bare number is minutes to one and seconds to the other.
double time_s(const std::string& name, const std::string& text) {
  auto seconds = parse_slurm_time_s(text);
  if (!seconds && text.find_first_not_of("0123456789") != std::string::npos) seconds = parse_duration_s(text);
  if (!seconds || *seconds <= 0)
    throw UsageError(name + " " + text + ": expected a duration such as 12h, 90m, 12:00:00 or 1-12:00:00");
  return *seconds;
}

void add_time(CLI::App* sub, const char* name, double* seconds, const std::string& description) {
  sub->add_option_function<std::string>(
         name, [name, seconds](const std::string& text) { *seconds = time_s(name, text); }, description)
      ->option_text("DURATION");
}

/// What both kinds of cluster are asked for.
template <class Options>
void add_workers(CLI::App* sub, const std::shared_ptr<Options>& options, const std::string& memory) {
  add_target(*sub, options->target);
  sub->get_option("experiment")->required()->description("An experiment file, or the name of a recorded experiment");
  auto& job = options->job;
  sub->add_option("--workers", job.workers, "Members trained at the same time: elements of the array, or pods")
      ->required()
      ->check(CLI::PositiveNumber)
      ->option_text("COUNT");
  sub->add_option("--gpus-per-worker", job.gpus_per_worker, "GPUs of a worker")
      ->check(CLI::NonNegativeNumber)
      ->option_text("COUNT");
  sub->add_option("--cpus-per-worker", job.cpus_per_worker, "Cores of a worker")
      ->check(CLI::PositiveNumber)
      ->option_text("COUNT");
  sub->add_option("--memory-per-worker", job.memory_per_worker, "Memory of a worker")->option_text(memory);
  sub->add_flag("--exit-when-idle", job.exit_when_idle,
                "Workers leave when there is nothing to do at the moment, and free what they hold");
}

void add_slurm(CLI::App& launch, CommandLine& line) {
  auto options = std::make_shared<LaunchSlurmOptions>();
  CLI::App* sub = launch.add_subcommand("slurm", "Submit workers as a job array: one element a worker");
  sub->footer(
      "Examples:\n"
      "  pbt launch slurm experiment.toml --workers 32 --gpus-per-worker 1 --time 12h --partition gpu\n"
      "  pbt launch slurm experiment.toml --workers 4 --dry-run\n"
      "Before its time limit each worker saves what it trains, and its element queues again until the experiment is "
      "over.");
  sub->callback([&line, options] {
    line.command = [&line, options] { return command_launch_slurm(*options, load_strategies(line.plugins)); };
  });
  add_workers(sub, options, "SIZE, as 16G");
  sub->get_option("--store")->description(
      "Where the record is: postgresql://USER@HOST/DATABASE, or auto: a PostgreSQL of your own in runs/postgres, which "
      "the workers keep alive (default: PBT_STORE, else sqlite:runs/NAME/pbt.db)");
  SlurmJob& job = options->job;
  sub->add_option("--nodes-per-member", job.nodes_per_member, "Nodes of one member; srun starts its trainer on all")
      ->check(CLI::PositiveNumber)
      ->option_text("COUNT [1]");
  add_time(sub, "--time", &job.time_s, "The limit of one element (default: the partition's)");
  add_time(sub, "--warning", &job.warning_s, "How long before the limit workers save and leave (default: 2m)");
  sub->add_option("--partition", job.partition, "As sbatch has it")->option_text("NAME");
  sub->add_option("--account", job.account, "As sbatch has it")->option_text("NAME");
  sub->add_option("--qos", job.qos, "As sbatch has it")->option_text("NAME");
  sub->add_option("--constraint", job.constraint, "As sbatch has it")->option_text("FEATURES");
  sub->add_option("--sbatch", job.options, "Another option of sbatch: --sbatch=--reservation=x; may be repeated")
      ->allow_extra_args(false)
      ->option_text("OPTION");
  sub->add_option("--module", job.modules, "To load before the worker starts; may be repeated")
      ->allow_extra_args(false)
      ->option_text("NAME");
  sub->add_option("--container", job.container, "What stands before the worker: \"apptainer exec --nv image.sif\"")
      ->option_text("WORDS");
  sub->add_option("--program", job.program, "pbt as the nodes find it (default: this one)")->option_text("PATH");
  sub->add_option("--template", options->form, "A script of the site's own, with @options@, @setup@ and @worker@ in it")
      ->option_text("FILE");
  sub->add_flag("--dry-run", options->dry_run, "Print the script; create and submit nothing");
  sub->add_flag("--json", options->json, "One JSON object: the job's number, its script and logs");
}

void add_kubernetes(CLI::App& launch, CommandLine& line) {
  auto options = std::make_shared<LaunchKubernetesOptions>();
  CLI::App* sub = launch.add_subcommand("kubernetes", "Print workers as an Indexed Job, for `kubectl apply -f -`");
  sub->footer(
      "Examples:\n"
      "  pbt launch kubernetes experiment.toml --workers 32 --gpus-per-worker 1 --image registry/pbt:1 | kubectl apply "
      "-f -\n"
      "  pbt launch kubernetes experiment.toml --workers 4 --image pbt --dry-run\n"
      "The store's address is the key `url` of a secret: kubectl create secret generic pbt-store "
      "--from-literal=url=...");
  sub->callback([&line, options] {
    line.command = [&line, options] { return command_launch_kubernetes(*options, load_strategies(line.plugins)); };
  });
  add_workers(sub, options, "SIZE, as 16Gi");
  KubernetesJob& job = options->job;
  sub->add_option("--image", job.image, "With pbt and the trainer in it")->required()->option_text("IMAGE");
  sub->add_option("--namespace", job.name_space, "Default: kubectl's")->option_text("NAME");
  sub->add_option("--secret", job.secret, "Whose key `url` is the store's address")->option_text("NAME [pbt-store]");
  sub->add_option("--claim", job.claim, "A PersistentVolumeClaim that all pods share: where they run")
      ->option_text("NAME");
  sub->add_option("--mount", job.mount, "Where the claim appears in the pods")->option_text("PATH [/experiments]");
  sub->add_option("--grace", job.grace_s, "Seconds in which a worker saves and leaves")
      ->check(CLI::PositiveNumber)
      ->option_text("SECONDS [120]");
  sub->add_flag("--dry-run", options->dry_run, "Do not create the experiment in its store");
  sub->add_flag("--json", options->json, "The manifest as JSON");
}

/// Nobody's but our own: private_postgres.h.
void add_keep(CLI::App& launch, CommandLine& line) {
  auto folder = std::make_shared<std::string>();
  CLI::App* sub = launch.add_subcommand("keep", "Keep the PostgreSQL of --store auto alive")->group("");
  sub->callback([&line, folder] { line.command = [folder] { return command_launch_keep(*folder); }; });
  sub->add_option("folder", *folder, "Its folder")->required()->option_text("FOLDER");
}

}  // namespace

void add_launching_commands(CLI::App& app, CommandLine& line) {
  CLI::App* launch = app.add_subcommand("launch", "Workers on a cluster: Slurm, Kubernetes");
  launch->footer("Examples:\n  pbt launch slurm --help\n  pbt launch kubernetes --help\n  pbt launch status");
  launch->require_subcommand(1);
  add_slurm(*launch, line);
  add_kubernetes(*launch, line);
  add_control(*launch, line, "status", "The workers in Slurm's queue", "One JSON object with the elements",
              command_launch_status);
  add_keep(*launch, line);
  add_control(*launch, line, "stop", "Workers save and leave Slurm; the experiment can go on later",
              "One JSON object with the elements", command_launch_stop);
}

}  // namespace pbt
