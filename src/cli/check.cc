#include "check/check.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "check/findings.h"
#include "checkpoint/directory_storage.h"
#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "worker/make_trainer.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

/// Seconds for a turn where [trainer] turn_timeout does not say: a trainer that hangs must not hang the check for a
/// day.
constexpr double turn_timeout_s = 600;

/// What is going on, in one line on the terminal's error output that the next one overwrites.
class ProgressLine {
 public:
  ProgressLine() : visible_(::isatty(STDERR_FILENO) == 1) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { clear(); }

  void show(const std::string& text) const {
    if (visible_) std::fprintf(stderr, "\r\033[K      %s", text.c_str());
  }
  void clear() const {
    if (visible_) std::fputs("\r\033[K", stderr);
  }

 private:
  bool visible_;
};

}  // namespace

int command_check(const CheckCommandOptions& options) {
  const Experiment experiment = read_experiment_file(options.file);
  const fs::path folder = place_of(experiment.name, "").folder / "check";
  SystemFiles files;
  files.remove(folder);  // of an earlier check
  const auto scratch = make_directory_storage(folder / "scratch", Durability::process, files);
  const TurnTimes times(experiment.trainer.turn_timeout_s > 0 ? experiment.trainer.turn_timeout_s : turn_timeout_s);
  const TrainerFactory factory = trainer_factory(experiment, experiment.name + "-check", folder / "logs", granted(),
                                                 experiment.workers.count, times);

  const ProgressLine line;
  CheckOptions how{.steps = options.steps, .tolerance = options.tolerance};
  how.progress = [&](const std::string& finding, const std::string& where) { line.show(finding + ": " + where); };
  how.listener = [&](const Finding& finding) {
    line.clear();
    if (!options.json) print(text_of(finding));
  };
  const auto findings = check_trainer(experiment, [&] { return factory(/*index=*/0, "check"); }, *scratch, how);
  line.clear();
  files.remove(folder / "scratch");
  print((options.json ? json_of(findings) : summary_of(findings)) + "\n");
  if (!any_failed(findings)) return 0;
  if (!options.json) print("The trainer's logs are in " + (folder / "logs").string() + "\n");
  return 1;
}

}  // namespace pbt
