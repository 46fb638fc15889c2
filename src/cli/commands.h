#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pbt/algorithm.h"
#include "pbt/turn.h"

namespace pbt {

/// Which experiment a command is about, as the user named it (docs/formats.md, "EXPERIMENT").
struct Target {
  std::string experiment;  ///< a name or an experiment file; empty: the only one in sight
  std::string store;       ///< --store; empty: PBT_STORE, or sqlite:runs/<name>/pbt.db
};

/// Whose lineage: the best turn's unless a member is named; then its last turn's, or the named one's.
struct TurnChoice {
  std::optional<int> member;
  std::optional<int> turn;
};

struct StatusOptions {
  Target target;
  bool json = false;
};

struct WatchOptions {
  Target target;
  double every_s = 1;
};

struct BestOptions {
  Target target;
  bool json = false;
  std::string copy;  ///< a folder to copy the checkpoint to; empty: none
};

struct ScheduleOptions {
  Target target;
  TurnChoice choice;
  std::string format = "table";  ///< table, csv, json or ray
  bool plot = false;             ///< charts in place of the table
};

struct LineageOptions {
  Target target;
  bool json = false;
  bool all = false;  ///< also branches on which nobody stands any more
};

struct TurnsOptions {
  Target target;
  bool json = false;
  std::optional<int> member;
  int last = 0;  ///< 0: all
};

struct ExportOptions {
  Target target;
  std::string format = "csv";  ///< csv or json
  std::string output;          ///< a file; empty: standard output
};

struct FolderExportOptions {
  Target target;
  std::string folder;  ///< made when it is not there
};

struct PlotOptions {
  Target target;
  std::vector<std::string> pictures;  ///< curves, schedules, lineage; empty: all
  std::string format = "svg";         ///< svg or png
  std::string output;                 ///< a folder; empty: pictures/ in the run's folder
  bool json = false;
};

struct ServeOptions {
  std::string store;  ///< empty: PBT_STORE, or all below runs/
  std::string address = "127.0.0.1";
  int port = 8300;
  std::vector<std::string> allowed_hosts;  ///< beside the address and this machine's own names
  std::string token_file;                  ///< whose first line is the token; empty: PBT_TOKEN
  bool json = false;
};

struct ReportOptions {
  Target target;
  std::string output;  ///< a file; empty: report.html in the run's folder
  bool json = false;
};

struct InitOptions {
  std::string file = "experiment.toml";
  std::string name;
  std::string metric;
  std::string mode;  ///< max or min
  std::optional<int> population;
  std::optional<std::int64_t> steps;
  std::optional<std::int64_t> interval;
  std::optional<int> workers;
  std::vector<std::string> parameters;  ///< as -p takes them
  std::vector<std::string> command;
  bool yes = false;  ///< ask nothing
};

struct RunCommandOptions {
  Target target;  ///< an experiment file; or the name of an experiment that is recorded, or that `description` makes
  InitOptions description;
  std::optional<std::uint64_t> seed;
  bool synchronous = false;
  std::string warm_start;   ///< an experiment whose best members a new one begins with; empty: none
  std::optional<int> best;  ///< so many of them; none: as many as there are members
  bool json = false;
};

struct WorkerCommandOptions {
  std::string store;  ///< or the first experiment, where it is no address
  std::vector<std::string>
      experiments;    ///< whose members it trains, the first that has something to do first; none at all: any
  std::string drain;  ///< a worker of this machine that shall leave after its turns; empty: none
  std::vector<std::string> starter;  ///< before the trainer's command: ["srun", "--nodes=2"]
  std::optional<int> workers;
  bool exit_when_idle = false;
  bool json = false;
};

struct CheckCommandOptions {
  std::string file;        ///< an experiment file
  std::int64_t steps = 0;  ///< a turn; 0: a tenth of the interval
  double tolerance = 0;    ///< relative, up to which metrics are the same
  bool json = false;
};

struct ControlOptions {
  Target target;
  bool json = false;
};

struct DoctorOptions {
  Target target;  ///< without an experiment this machine is looked at
  bool json = false;
};

struct ReplayOptions {
  Target target;
  TurnChoice choice;
  std::uint64_t seed = 1;
  bool final_values = false;  ///< instead of the schedule: its last values from the beginning on
  bool json = false;
};

struct CompareOptions {
  std::vector<std::string> experiments;  ///< experiment files, run with several seeds; or names of recorded experiments
  int seeds = 5;                         ///< of each file
  std::string equal = "steps";           ///< steps or wall
  std::string output = "runs/compare";   ///< a folder
  bool json = false;
};

struct InjectOptions {
  Target target;
  int member = 0;
  std::vector<std::string> settings;  ///< "name=value"
  std::string checkpoint;             ///< a folder of weights; empty: the member keeps its own
  bool json = false;
};

struct GcOptions {
  Target target;
  std::optional<int> keep_last;    ///< absent: as the experiment says
  std::vector<std::string> pin;    ///< turns, "m3.t7"
  std::vector<std::string> unpin;  ///< the same
  bool json = false;
};

// Each runs one subcommand and returns the exit status (0 done, 1 the job failed, 130 interrupted). Wrong usage is a
// UsageError (2), every other failure of ours an Error (1).
[[nodiscard]] int command_status(const StatusOptions& options);
[[nodiscard]] int command_watch(const WatchOptions& options);
[[nodiscard]] int command_best(const BestOptions& options);
[[nodiscard]] int command_schedule(const ScheduleOptions& options);
[[nodiscard]] int command_lineage(const LineageOptions& options);
[[nodiscard]] int command_turns(const TurnsOptions& options);
[[nodiscard]] int command_export(const ExportOptions& options);
[[nodiscard]] int command_export_tensorboard(const FolderExportOptions& options);
[[nodiscard]] int command_export_mlflow(const FolderExportOptions& options);
[[nodiscard]] int command_plot(const PlotOptions& options);
[[nodiscard]] int command_serve(const ServeOptions& options);
[[nodiscard]] int command_report(const ReportOptions& options);
[[nodiscard]] int command_init(const InitOptions& options);
[[nodiscard]] int command_run(const RunCommandOptions& options, const Strategies& strategies);
[[nodiscard]] int command_worker(const WorkerCommandOptions& options, const Strategies& strategies);
[[nodiscard]] int command_check(const CheckCommandOptions& options);
[[nodiscard]] int command_pause(const ControlOptions& options);
[[nodiscard]] int command_unpause(const ControlOptions& options);
[[nodiscard]] int command_stop(const ControlOptions& options);
[[nodiscard]] int command_doctor(const DoctorOptions& options, const Strategies& strategies);
[[nodiscard]] int command_replay(const ReplayOptions& options, const Strategies& strategies);
[[nodiscard]] int command_compare(const CompareOptions& options, const Strategies& strategies);
[[nodiscard]] int command_inject(const InjectOptions& options);
[[nodiscard]] int command_gc(const GcOptions& options, const Strategies& strategies);

}  // namespace pbt
