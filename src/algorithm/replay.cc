// A discovered schedule, trained again from scratch: what a run of PBT found is a schedule of hyperparameters, and this
// shows what it is worth without the population (Jaderberg et al., 2017, section 4.4, "the schedule matters"). Values
// change at the ends of turns: at the first one that reaches the step from which they hold. Members differ by their
// seed alone.
#include "algorithm/replay.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "algorithm/builtin.h"
#include "algorithm/settings.h"
#include "core/json.h"
#include "pbt/error.h"

namespace pbt {
namespace {

class ReplaySchedule final : public Algorithm {
 public:
  explicit ReplaySchedule(std::vector<ScheduledValues> schedule) : schedule_(std::move(schedule)) {}

  Order order() const override { return Order::finish_started; }

  Choice first(const Population&, int, Random&) const override { return start_with(values_at(0), "by the schedule"); }

  Choice after_turn(const Population& population, int member, Random&) const override {
    const Member& own = population.members.at(static_cast<std::size_t>(member));
    return proceed_with(own, values_at(own.last->to_step), "by the schedule");
  }

 private:
  [[nodiscard]] const Hyperparameters& values_at(std::int64_t step) const {
    const auto next = std::ranges::upper_bound(schedule_, step, {}, &ScheduledValues::from_step);
    return std::prev(next)->hyperparameters;  // the first one holds from step 0
  }

  std::vector<ScheduledValues> schedule_;
};

}  // namespace

std::string schedule_setting(const std::vector<ScheduledValues>& schedule) {
  nlohmann::json list = nlohmann::json::array();
  for (const ScheduledValues& row : schedule)
    list.push_back({{"from_step", row.from_step}, {"hyperparameters", to_json(row.hyperparameters)}});
  return dump(list);
}

std::vector<ScheduledValues> read_schedule_setting(const std::string& text) {
  const std::string what = "[algorithm] schedule";
  std::vector<ScheduledValues> schedule;
  try {
    const nlohmann::json list = parse_json(text, what);
    for (const nlohmann::json& row : list)
      schedule.push_back(
          {row.at("from_step").get<std::int64_t>(), hyperparameters_from_json(row.at("hyperparameters"))});
  } catch (const nlohmann::json::exception&) {
    throw UsageError(
        what +
        R"(: expected a JSON array of {"from_step": 0, "hyperparameters": {...}}, as `pbt schedule --json` shows them)");
  } catch (const Error& error) {
    throw UsageError(what + ": " + error.what());
  }
  const auto disordered =
      std::ranges::adjacent_find(schedule, std::ranges::greater_equal{}, &ScheduledValues::from_step);
  if (schedule.empty() || schedule.front().from_step != 0 || disordered != schedule.end())
    throw UsageError(what + ": expected rows in order of from_step, the first from step 0");
  return schedule;
}

std::unique_ptr<Algorithm> make_replay(const Experiment& experiment, const Strategies&) {
  const Settings& settings = experiment.algorithm.settings;
  const auto text = settings.find("schedule");
  SettingsReader reader(settings, "[algorithm] type \"replay\"");
  if (text == settings.end() || !std::holds_alternative<std::string>(text->second))
    reader.fail("schedule", "is needed, as a text: `pbt replay` writes it");
  for (const auto& [name, setting] : settings)
    if (name != "schedule" && name != "turn") reader.fail(name, "is no setting of it; its settings are schedule, turn");
  std::vector<ScheduledValues> schedule = read_schedule_setting(std::get<std::string>(text->second));
  for (const ScheduledValues& row : schedule)
    validate(experiment.space, row.hyperparameters, "[algorithm] schedule from step " + std::to_string(row.from_step));
  return std::make_unique<ReplaySchedule>(std::move(schedule));
}

}  // namespace pbt
