#include "pbt/experiment.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <type_traits>

#include "core/json.h"
#include "core/nearest.h"
#include "core/printable.h"
#include "core/space_rules.h"
#include "pbt/error.h"

namespace pbt {
namespace {

void require(bool holds, const std::string& message) {
  if (!holds) throw UsageError(message);
}

std::string text(double x) { return to_string(Value(x)); }
std::string text(std::int64_t x) { return std::to_string(x); }

/// `x` must be at least `low`; `key` as the experiment file has it.
template <class Number>
void at_least(const std::string& key, Number x, std::type_identity_t<Number> low, const std::string& what = "") {
  const auto shown = [](Number n) {
    return std::is_integral_v<Number> ? text(static_cast<std::int64_t>(n)) : text(static_cast<double>(n));
  };
  const bool finite = std::isfinite(static_cast<double>(x));
  require(finite && x >= low, key + " must be at least " + shown(low) + what + ", not " + shown(x));
}

/// Longer than anybody lives, and still milliseconds that 64 bits hold.
void duration(const std::string& key, double seconds) {
  require(seconds <= 1e9, key + " must be at most 1e9 seconds (30 years), not " + text(seconds));
}

void positive(const std::string& key, double x) {
  require(x > 0 && std::isfinite(x), key + " must be more than 0, not " + text(x));
}

void validate_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  const bool good = !name.empty() && name.front() != '.' && name.front() != '-' && name.size() <= 100 &&
                    std::all_of(name.begin(), name.end(), allowed);
  require(good, "name: \"" + printable(name, 100) +
                    "\" cannot name an experiment; expected letters, digits, '.', '_' and '-', not beginning "
                    "with '.' or '-', at most 100 of them");
}

/// What an experiment file cannot hold, or a trainer cannot be given.
void portable(const std::string& key, const std::string& text) {
  require(is_portable(text), key + ": a text must be UTF-8 without NUL bytes, not \"" + printable(text, 50) + '"');
}

void portable(const std::string& key, const std::map<std::string, std::string>& environment) {
  for (const auto& [name, value] : environment) {
    portable(key, name);
    portable(key, value);
  }
}

void portable(const std::string& key, const std::string& name, const Settings& settings) {
  portable(key, name);
  for (const auto& [option, setting] : settings) {
    portable(key, option);
    if (const auto* word = std::get_if<std::string>(&setting)) portable(key, *word);
  }
}

void validate_texts(const Experiment& experiment) {
  portable("[objective] metric", experiment.objective.metric);
  for (const std::string& argument : experiment.trainer.command) portable("[trainer] command", argument);
  portable("[trainer] directory", experiment.trainer.directory);
  portable("[trainer] environment", experiment.trainer.environment);
  portable("[workers] environment", experiment.workers.environment);
  for (const std::string& id : experiment.workers.gpus) portable("[workers] gpus", id);
  const AlgorithmSpec& algorithm = experiment.algorithm;
  portable("[algorithm]", algorithm.type, algorithm.settings);
  portable("[algorithm] exploit", algorithm.exploit.name, algorithm.exploit.settings);
  portable("[algorithm] explore", algorithm.explore.name, algorithm.explore.settings);
  for (const InitialMember& row : experiment.initial) portable("[[initial]] checkpoint", row.checkpoint);
}

void validate_steps(const Experiment& experiment) {
  const std::int64_t steps = experiment.budget.steps;
  const std::int64_t interval = experiment.interval;
  require(steps > 0, "steps must be more than 0, not " + text(steps) + "; it is each member's budget");
  require(steps <= json_integer_max, "steps must be at most 2^53, not " + text(steps));
  require(interval > 0, "interval must be more than 0, not " + text(interval) + "; it is the steps of one turn");
  require(interval <= steps, "interval (" + text(interval) + ") is larger than steps (" + text(steps) +
                                 "); a member would be done before it ever compares itself. Take steps / 50 or so");
  at_least("[budget] total_steps", experiment.budget.total_steps, 0, " (no limit)");
  at_least("[budget] wall_clock", experiment.budget.wall_clock_s, 0, " (no limit)");
  if (const auto target = experiment.budget.target) {
    require(std::isfinite(*target), "[budget] target must be a finite value of the metric, not " + text(*target));
  }
}

void validate_population(const Experiment& experiment) {
  at_least("population", experiment.population, 1);
  const bool alone = experiment.population == 1 && experiment.algorithm.type == "pbt";
  require(!alone || experiment.algorithm.exploit.name == "none",
          "population is 1, but exploit \"" + experiment.algorithm.exploit.name +
              "\" copies from others; expected at least 2 members, or [algorithm] exploit = { strategy = \"none\" }");
  const bool nothing_to_explore = experiment.space.parameters.empty() && experiment.algorithm.type == "pbt";
  require(
      !nothing_to_explore || experiment.algorithm.explore.name == "none",
      "[hyperparameters] is empty, so there is nothing to explore; expected at least one, e.g. learning_rate = { low = "
      "1e-5, high = 1e-2, scale = \"log\" }, or [algorithm] explore = { strategy = \"none\" }");
}

/// Names that a command's placeholders already mean.
void validate_placeholders(const Experiment& experiment) {
  if (experiment.trainer.command.empty() || experiment.trainer.kind == TrainerKind::session) return;
  for (const char* name : {"load", "save", "steps", "from_step", "seed", "result"}) {
    require(experiment.space.find(name) == nullptr, "hyperparameters." + std::string(name) + ": {" + name +
                                                        "} in a command means something else; choose another name");
  }
}

void validate_initial(const Experiment& experiment) {
  const auto& rows = experiment.initial;
  require(rows.size() <= static_cast<std::size_t>(experiment.population),
          "[[initial]] has " + std::to_string(rows.size()) + " rows, but population is " +
              std::to_string(experiment.population) + "; expected at most one row a member");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string what = "[[initial]] row " + std::to_string(i + 1);
    const std::string& checkpoint = rows[i].checkpoint;
    require(checkpoint.empty() || std::filesystem::path(checkpoint).is_absolute(),
            what + ": checkpoint must be the absolute path of a folder, not \"" + checkpoint + "\"");
    for (const auto& [name, value] : rows[i].hyperparameters) {
      const Parameter* parameter = experiment.space.find(name);
      if (parameter == nullptr)
        throw UsageError(what + ": there is no hyperparameter \"" + name + "\"" +
                         did_you_mean(name, parameter_names(experiment.space)));
      require(is_inside(*parameter, value), what + ": " + name + " = " + to_string(value) +
                                                " is outside its range; expected " + accepted_values(*parameter));
    }
    try {
      Random random{0};
      validate(experiment.space, complete(experiment.space, rows[i].hyperparameters, random), what);
    } catch (const UsageError& error) {
      const std::string message = error.what();
      throw UsageError(message.rfind(what, 0) == 0 ? message : what + ": " + message);
    }
  }
}

void validate_trainer(const TrainerSpec& trainer) {
  require(trainer.command.empty() || !trainer.command.front().empty(),
          "[trainer] command: the program's name is empty");
  positive("[trainer] hello_timeout", trainer.hello_timeout_s);
  at_least("[trainer] turn_timeout", trainer.turn_timeout_s, 0, " (20 times the median)");
  positive("[trainer] cancel_timeout", trainer.cancel_timeout_s);
}

void validate_durations(const Experiment& experiment) {
  duration("[trainer] hello_timeout", experiment.trainer.hello_timeout_s);
  duration("[trainer] turn_timeout", experiment.trainer.turn_timeout_s);
  duration("[trainer] cancel_timeout", experiment.trainer.cancel_timeout_s);
  duration("[failures] backoff", experiment.failures.backoff_s);
  duration("[failures] backoff_max", experiment.failures.backoff_max_s);
  duration("[workers] lease", experiment.workers.lease_s);
}

void validate_limits(const Experiment& experiment) {
  const FailureLimits& failures = experiment.failures;
  at_least("[failures] max_failures", failures.max_failures, 1);
  at_least("[failures] backoff", failures.backoff_s, 0);
  at_least("[failures] backoff_max", failures.backoff_max_s, 0);
  at_least("[checkpoints] keep_last", experiment.checkpoints.keep_last, 0);
}

void validate_workers(const WorkersSpec& workers) {
  at_least("[workers] count", workers.count, 1);
  positive("[workers] lease", workers.lease_s);
  at_least("[workers] threads_per_worker", workers.threads_per_worker, 0, " (cores / workers)");
  at_least("[workers] workers_per_gpu", workers.workers_per_gpu, 1);
  at_least("[workers] gpus_per_member", workers.gpus_per_member, 0, " (GPUs are not handed out)");
  const int gpus = static_cast<int>(workers.gpus.size());
  require(gpus == 0 || workers.gpus_per_member <= gpus,
          "[workers] gpus_per_member (" + std::to_string(workers.gpus_per_member) + ") is more than the " +
              std::to_string(gpus) + " gpus listed; a member's GPUs are on one machine");
}

}  // namespace

double Objective::score(double metric_value) const {
  if (!std::isfinite(metric_value)) return -std::numeric_limits<double>::infinity();
  return mode == Mode::maximize ? metric_value : -metric_value;
}

void validate(const Experiment& experiment) {
  validate_name(experiment.name);
  validate_texts(experiment);
  validate_population(experiment);
  validate_steps(experiment);
  require(!experiment.objective.metric.empty(),
          "[objective] metric is missing; expected the name of what the trainer reports, e.g. metric = \"accuracy\"");
  validate(experiment.space);
  validate_placeholders(experiment);
  validate_initial(experiment);
  validate_trainer(experiment.trainer);
  validate_limits(experiment);
  validate_durations(experiment);
  validate_workers(experiment.workers);
}

}  // namespace pbt
