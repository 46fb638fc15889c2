// Hand-set values: the baseline to beat. Every member trains its whole budget with the values of an [[initial]] row
// (the rows serve in turn) or, without rows, of a space that has fixed values only; members of one row differ by their
// seed alone. A member that failed for good starts again with its values. Those under [algorithm.schedule] change along
// a schedule made by hand (hand_schedule.h): a turn has the value of its middle, so that a warm-up is no turn of 0.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "algorithm/builtin.h"
#include "algorithm/hand_schedule.h"
#include "algorithm/settings.h"
#include "core/space_rules.h"

namespace pbt {
namespace {

/// The row with what is fixed in the space beside it. Nothing is drawn.
Hyperparameters all_values(const Space& space, Hyperparameters values, const std::string& what,
                           const SettingsReader& reader) {
  for (const Parameter* parameter : dependency_order(space)) {
    if (!is_active(*parameter, values) || values.contains(parameter->name)) continue;
    const auto* fixed = std::get_if<Fixed>(&parameter->domain);
    if (fixed == nullptr) {
      reader.fail("hyperparameters." + parameter->name,
                  "has no fixed value in " + what +
                      "; give one in every [[initial]] row, or write value = ... instead of a range");
    }
    values.set(parameter->name, fixed->value);
  }
  validate(space, values, what);
  return values;
}

class FixedValues final : public Algorithm {
 public:
  FixedValues(const Experiment& experiment, std::vector<Hyperparameters> rows,
              std::map<std::string, HandSchedule> schedules)
      : space_(experiment.space),
        interval_(experiment.interval),
        rows_(std::move(rows)),
        schedules_(std::move(schedules)) {}

  Order order() const override { return Order::finish_started; }

  Choice first(const Population&, int member, Random&) const override {
    return start_with(values_at(rows_[static_cast<std::size_t>(member) % rows_.size()], 0), "set by hand");
  }

  Choice after_turn(const Population& population, int member, Random&) const override {
    const Member& own = population.members.at(static_cast<std::size_t>(member));
    return proceed_with(own, values_at(own.last->hyperparameters, own.last->to_step),
                        schedules_.empty() ? "" : "by the schedule");
  }

  /// The values of the turn that begins at `step`.
  [[nodiscard]] Hyperparameters values_at(Hyperparameters values, std::int64_t step) const {
    for (const auto& [name, schedule] : schedules_) {
      const double value = schedule.at(static_cast<double>(step) + static_cast<double>(interval_) / 2);
      const Parameter& parameter = *space_.find(name);
      if (std::holds_alternative<IntegerRange>(parameter.domain))
        values.set(name, static_cast<std::int64_t>(std::llround(value)));
      else
        values.set(name, value);
    }
    return values;
  }

 private:
  Space space_;
  std::int64_t interval_;
  std::vector<Hyperparameters> rows_;
  std::map<std::string, HandSchedule> schedules_;
};

void check_scheduled(const Experiment& experiment, const std::map<std::string, HandSchedule>& schedules,
                     const SettingsReader& reader) {
  for (const auto& [name, unused] : schedules) {
    const std::string key = "schedule." + name;
    const Parameter* parameter = experiment.space.find(name);
    if (parameter == nullptr) reader.fail(key, "is for no hyperparameter of this experiment");
    const bool is_number =
        std::holds_alternative<RealRange>(parameter->domain) || std::holds_alternative<IntegerRange>(parameter->domain);
    if (!is_number) reader.fail(key, "needs a range, { low = ..., high = ... }, that holds all of its values");
    if (parameter->structural || parameter->when)
      reader.fail(key, "cannot change: the hyperparameter is structural, or exists only sometimes");
  }
}

}  // namespace

std::unique_ptr<Algorithm> make_fixed(const Experiment& experiment, const Strategies&) {
  Settings plain = experiment.algorithm.settings;
  std::erase_if(plain, [](const auto& setting) { return setting.first.starts_with("schedule."); });
  SettingsReader reader(plain, "[algorithm] type \"fixed\"");
  reader.finish();
  auto schedules = read_hand_schedules(experiment.algorithm.settings);
  check_scheduled(experiment, schedules, reader);
  std::vector<Hyperparameters> rows;
  const FixedValues by_schedule(experiment, {}, schedules);
  for (const InitialMember& row : experiment.initial) {
    const std::string what = "[[initial]] row " + std::to_string(rows.size() + 1);
    rows.push_back(all_values(experiment.space, by_schedule.values_at(row.hyperparameters, 0), what, reader));
  }
  if (rows.empty())
    rows.push_back(all_values(experiment.space, by_schedule.values_at({}, 0), "[hyperparameters]", reader));
  // All turns to come, before the first: a value outside of its range would otherwise end a run in its middle.
  for (const Hyperparameters& row : rows)
    for (std::int64_t step = 0; !schedules.empty() && step < experiment.budget.steps; step += experiment.interval)
      validate(experiment.space, by_schedule.values_at(row, step),
               "[algorithm.schedule] in the turn from step " + std::to_string(step));
  return std::make_unique<FixedValues>(experiment, std::move(rows), std::move(schedules));
}

}  // namespace pbt
