#include "worker/make_trainer.h"

#include <algorithm>

#include "pbt/error.h"
#include "trainer/command_trainer.h"
#include "trainer/session_trainer.h"

namespace pbt {
namespace {

constexpr std::size_t turns_remembered = 101;
constexpr double least_s = 600, before_any_s = 86'400;

}  // namespace

void TurnTimes::add(double seconds) {
  const std::lock_guard lock(mutex_);
  seconds_.push_back(seconds);
  if (seconds_.size() > turns_remembered) seconds_.erase(seconds_.begin());
}

double TurnTimes::limit_s() const {
  if (fixed_s_ > 0) return fixed_s_;
  std::vector<double> sorted;
  {
    const std::lock_guard lock(mutex_);
    sorted = seconds_;
  }
  if (sorted.size() < 3) return before_any_s;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return std::max(least_s, 20 * *middle);
}

TrainerFactory trainer_factory(const Experiment& experiment, const std::string& record,
                               const std::filesystem::path& logs, const Granted& granted, int workers,
                               const TurnTimes& times) {
  if (experiment.trainer.command.empty())
    throw UsageError("experiment " + experiment.name + " has no [trainer] command: say what to run");
  return [experiment, record, logs, granted, workers, &times](int index,
                                                              const std::string& worker) -> std::unique_ptr<Trainer> {
    TrainerSpec spec = experiment.trainer;
    for (const auto& [name, value] : worker_environment(experiment, granted, index, workers))
      spec.environment.try_emplace(name, value);
    const auto limit_s = [&times] { return times.limit_s(); };
    const bool is_command =
        spec.kind == TrainerKind::command || (spec.kind == TrainerKind::automatic && has_placeholder(spec.command));
    if (!is_command)
      return make_session_trainer({spec, experiment.name, record, worker, experiment.objective, logs, limit_s});
    std::vector<std::string> names;
    for (const Parameter& parameter : experiment.space.parameters) names.push_back(parameter.name);
    return make_command_trainer({spec, names, experiment.name, record, worker, logs, limit_s});
  };
}

}  // namespace pbt
