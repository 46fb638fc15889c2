#include "trainer/evaluate_checkpoint.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "pbt/error.h"
#include "trainer/command_result.h"
#include "trainer/command_template.h"
#include "trainer/log.h"
#include "trainer/process.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

Command command_for(const Experiment& experiment, const fs::path& checkpoint, std::uint64_t seed) {
  const auto value = [&](const std::string& name) {
    return name == "checkpoint" ? checkpoint.string() : std::to_string(seed);
  };
  Command command{
      {}, experiment.trainer.environment, experiment.trainer.directory, "the evaluation's", "evaluation.command"};
  for (const std::string& argument : experiment.evaluation.command)
    command.arguments.push_back(substitute(argument, value));
  return command;
}

/// What the log holds from byte `from` on.
std::string written_since(const fs::path& log, std::uint64_t from) {
  std::ifstream file(log, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(from));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::string evaluation_metric(const Experiment& experiment) {
  return experiment.evaluation.metric.empty() ? experiment.objective.metric : experiment.evaluation.metric;
}

void check_evaluation(const Experiment& experiment) {
  const EvaluationSpec& evaluation = experiment.evaluation;
  if (evaluation.command.empty()) return;
  const std::vector<std::string> used = placeholders(evaluation.command);
  for (const std::string& name : used)
    if (name != "checkpoint" && name != "seed")
      throw UsageError("evaluation.command has the unknown placeholder {" + name +
                       "}; valid are {checkpoint} and {seed}");
  if (std::ranges::find(used, "checkpoint") == used.end())
    throw UsageError("evaluation.command has no {checkpoint}: it must be told the folder that it is to evaluate");
  check_program(command_for(experiment, "", 0));
}

double evaluate_checkpoint(const Experiment& experiment, const fs::path& checkpoint, std::uint64_t seed,
                           const fs::path& log) {
  check_evaluation(experiment);
  const std::uint64_t from = log_end(log);
  const Descriptor output = open_log(log);
  Process process = Process::start(command_for(experiment, checkpoint, seed), output.get(), output.get());
  const auto limit = std::chrono::milliseconds(static_cast<std::int64_t>(experiment.evaluation.timeout_s * 1000));
  const auto fail = [&](const std::string& what) -> Error {
    return Error("the evaluation of " + checkpoint.string() + ' ' + what + "; it printed:\n" + log_tail(log, from));
  };
  const auto ended = process.wait(limit);
  if (!ended) throw fail("took longer than evaluation.timeout allows");
  if (ended->status != 0) throw fail("ended with " + to_string(*ended));
  LastObject last;
  last.add(written_since(log, from));
  const auto object = last.take();
  if (!object) throw fail("printed no JSON object");
  const std::string metric = evaluation_metric(experiment);
  const Metrics metrics = read_command_result(*object, Assignment{}).report.metrics;
  const auto value = metrics.find(metric);
  if (value == metrics.end()) throw fail("reported no \"" + metric + '"');
  return experiment.objective.score(value->second);
}

}  // namespace pbt
