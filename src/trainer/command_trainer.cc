#include "trainer/command_trainer.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "core/nearest.h"
#include "pbt/error.h"
#include "trainer/command_result.h"
#include "trainer/left_over.h"
#include "trainer/log.h"
#include "trainer/process.h"
#include "trainer/seconds.h"
#include "trainer/verify.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

const std::vector<std::string> own_placeholders{"load", "save",   "steps",  "from_step",
                                                "seed", "result", "member", "index"};

void check_command(const CommandOptions& options) {
  for (const std::string& name : options.hyperparameters) {
    if (std::count(own_placeholders.begin(), own_placeholders.end(), name) == 0) continue;
    throw UsageError("the hyperparameter \"" + name +
                     "\" has the name of a placeholder of pbt's own: call it something else");
  }
  std::vector<std::string> valid = own_placeholders;
  valid.insert(valid.end(), options.hyperparameters.begin(), options.hyperparameters.end());
  std::string listed;
  for (const std::string& name : valid) listed.append(listed.empty() ? "{" : ", {").append(name).append("}");
  const std::vector<std::string> used = placeholders(options.trainer.command);
  for (const std::string& name : used) {
    if (std::count(valid.begin(), valid.end(), name) != 0) continue;
    throw UsageError("trainer.command has the unknown placeholder {" + name + "}" + did_you_mean(name, valid) +
                     " Valid are " + listed + "; the text {" + name + "} itself is written {{" + name + "}}");
  }
  if (std::count(used.begin(), used.end(), "save") == 0) {
    throw UsageError(
        "trainer.command has no {save}: the trainer must be told the folder into which it writes its checkpoint");
  }
}

// A folder for result files, removed with what is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() = default;
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_ = make_temporary_folder();
};

// One turn's process, until it ends.
struct Run {
  Process process;
  Descriptor standard_output;
  Descriptor log;
  LastObject last_object;
  Stop asked = Stop::no;
  Clock::time_point deadline = Clock::time_point::max();

  // Passes on what the command has printed.
  void drain() {
    char chunk[65536];
    while (true) {
      const ssize_t got = ::read(standard_output.get(), chunk, sizeof chunk);
      if (got <= 0) return;
      append(log.get(), chunk, static_cast<std::size_t>(got));
      last_object.add({chunk, static_cast<std::size_t>(got)});
    }
  }
};

class CommandTrainer final : public Trainer {
 public:
  explicit CommandTrainer(CommandOptions options) : options_(std::move(options)) { check_command(options_); }

  std::vector<Outcome> train(const std::vector<Assignment>& turns, TurnControl& control) override {
    std::vector<Outcome> outcomes;
    for (const Assignment& turn : turns) {
      const fs::path log = member_log(options_.logs, turn.member);
      const std::uint64_t from = log_end(log);
      Outcome outcome = train_one(turn, control);
      if (auto* failure = std::get_if<TrainerFailure>(&outcome)) failure->log_tail = log_tail(log, from);
      outcomes.push_back(std::move(outcome));
    }
    return outcomes;
  }

 private:
  Outcome train_one(const Assignment& turn, TurnControl& control);
  Command command_for(const Assignment& turn, const fs::path& result) const;
  Run start(const Command& command, const Assignment& turn) const;
  std::optional<TrainerFailure> wait(Run& run, TurnControl& control) const;
  Outcome read_outcome(const Assignment& turn, const fs::path& result, Run& run) const;

  CommandOptions options_;
};

TrainerFailure failure(FailureKind kind, std::string message) { return {kind, std::move(message), {}, 0}; }

Outcome CommandTrainer::train_one(const Assignment& turn, TurnControl& control) {
  if (turn.save.path() == nullptr || (turn.load.exists() && turn.load.path() == nullptr)) {
    return failure(FailureKind::checkpoint,
                   "a trainer that is a process of its own needs checkpoints on disk, and these are in memory");
  }
  if (control.stop_requested() != Stop::no)
    return failure(FailureKind::abandoned, "asked to stop before the turn began");
  try {
    const TemporaryFolder folder;
    const fs::path result = folder.path() / "result.json";
    Run run = start(command_for(turn, result), turn);
    if (auto failed = wait(run, control)) return *failed;
    return read_outcome(turn, result, run);
  } catch (const Error& error) {
    return failure(FailureKind::crash, error.what());
  }
}

Command CommandTrainer::command_for(const Assignment& turn, const fs::path& result) const {
  const auto value = [&](const std::string& name) -> std::string {
    if (name == "load") return turn.load.exists() ? turn.load.path()->string() : "";
    if (name == "save") return turn.save.path()->string();
    if (name == "steps") return std::to_string(turn.steps);
    if (name == "from_step") return std::to_string(turn.from_step);
    if (name == "seed") return std::to_string(turn.seed);
    if (name == "result") return result.string();
    if (name == "member") return std::to_string(turn.member);
    if (name == "index") return std::to_string(turn.index);
    const Value* hyperparameter = turn.hyperparameters.find(name);
    return hyperparameter != nullptr ? to_string(*hyperparameter) : "";
  };
  Command command{{}, options_.trainer.environment, options_.trainer.directory};
  for (const std::string& argument : options_.trainer.command) command.arguments.push_back(substitute(argument, value));
  command.environment["PBT_EXPERIMENT"] = options_.experiment;
  command.environment["PBT_RECORD"] = options_.record;
  command.environment["PBT_MEMBER"] = std::to_string(turn.member);
  command.environment["PBT_RUN_ID"] = options_.record + "-member-" + std::to_string(turn.member);
  command.environment["PBT_WORKER"] = options_.worker;
  return command;
}

Run CommandTrainer::start(const Command& command, const Assignment& turn) const {
  Descriptor log = open_log(member_log(options_.logs, turn.member));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(std::string("cannot make a pipe: ") + std::strerror(errno));
  Descriptor output(ends[0]);
  const Descriptor input(ends[1]);
  ::fcntl(output.get(), F_SETFL, O_NONBLOCK);
  Run run{Process::start(command, input.get(), log.get()), std::move(output), std::move(log), {}};
  const double limit_s = options_.turn_timeout_s ? options_.turn_timeout_s() : options_.trainer.turn_timeout_s;
  if (limit_s > 0) run.deadline = Clock::now() + milliseconds(limit_s);
  return run;
}

// Until the process ends. What is returned is why it was killed.
std::optional<TrainerFailure> CommandTrainer::wait(Run& run, TurnControl& control) const {
  bool output_open = true;
  while (!run.process.wait(std::chrono::milliseconds(0))) {
    const Stop stop = control.stop_requested();
    if (stop == Stop::abandon) {
      run.process.kill_whole();
      return failure(FailureKind::abandoned, "abandoned");
    }
    if (stop == Stop::save && run.asked == Stop::no) {
      run.asked = stop;
      run.process.terminate();
      run.deadline = Clock::now() + milliseconds(options_.trainer.cancel_timeout_s);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(run.deadline - Clock::now());
    if (left.count() < 0) {
      run.process.kill_whole();
      if (run.asked != Stop::no)
        return failure(FailureKind::abandoned, "the trainer did not end at SIGTERM and was killed");
      return failure(FailureKind::timeout,
                     "the trainer did not end in time and was killed with all its processes. If turns may take "
                     "that long, set trainer.turn_timeout");
    }
    pollfd waits[] = {{run.process.fd(), POLLIN, 0}, {output_open ? run.standard_output.get() : -1, POLLIN, 0}};
    ::poll(waits, 2, static_cast<int>(std::min(left + std::chrono::milliseconds(1), stop_tick).count()));
    run.drain();
    if ((waits[1].revents & POLLHUP) != 0) output_open = false;
  }
  run.drain();
  return std::nullopt;
}

Outcome CommandTrainer::read_outcome(const Assignment& turn, const fs::path& result, Run& run) const {
  const ExitStatus ended = *run.process.wait(std::chrono::milliseconds(0));
  const bool stopping = run.asked != Stop::no;
  if (ended.status != 0) {
    if (stopping) return failure(FailureKind::abandoned, "the trainer ended at SIGTERM: " + to_string(ended));
    const std::string hint = ended.status == 127 ? " (the program, or one that it runs, was not found)" : "";
    return failure(FailureKind::crash, "the trainer ended with " + to_string(ended) + hint);
  }
  std::stringstream text;
  text << std::ifstream(result, std::ios::binary).rdbuf();
  std::string json = text.str();
  if (json.empty()) json = run.last_object.take().value_or("");
  if (json.empty()) {
    if (stopping) return failure(FailureKind::abandoned, "the trainer ended at SIGTERM without a result");
    return failure(FailureKind::no_metric,
                   "the trainer ended well, but reported nothing: write a JSON object with its metrics into the "
                   "file {result}, or print it as the last line of standard output");
  }
  try {
    CommandResult said = read_command_result(json, turn);
    // Ended early, a turn without a step may be anything.
    if (stopping && !said.says_step)
      return failure(FailureKind::abandoned, "the trainer ended at SIGTERM without saying its step");
    said.report.partial = stopping && said.report.step < turn.target_step();
    if (auto wrong = verify_steps(turn, said.report)) return *wrong;
    return said.report;
  } catch (const Error& error) {
    return failure(FailureKind::protocol, std::string("the trainer's result cannot be read: ") + error.what());
  }
}

}  // namespace

std::unique_ptr<Trainer> make_command_trainer(CommandOptions options) {
  return std::make_unique<CommandTrainer>(std::move(options));
}

}  // namespace pbt
