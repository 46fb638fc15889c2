// Hand-set values: the baseline to beat. Every member trains its whole budget with the values of an [[initial]] row
// (the rows serve in turn) or, without rows, of a space that has fixed values only; members of one row differ by their
// seed alone. A member that failed for good starts again with its values.
#include <algorithm>
#include <memory>
#include <vector>

#include "algorithm/builtin.h"
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
  explicit FixedValues(std::vector<Hyperparameters> rows) : rows_(std::move(rows)) {}

  Order order() const override { return Order::finish_started; }

  Choice first(const Population&, int member, Random&) const override {
    return start_with(rows_[static_cast<std::size_t>(member) % rows_.size()], "set by hand");
  }

  Choice after_turn(const Population& population, int member, Random&) const override {
    const Member& own = population.members.at(static_cast<std::size_t>(member));
    return proceed_with(own, own.last->hyperparameters, "");
  }

 private:
  std::vector<Hyperparameters> rows_;
};

}  // namespace

std::unique_ptr<Algorithm> make_fixed(const Experiment& experiment, const Strategies&) {
  SettingsReader reader(experiment.algorithm.settings, "[algorithm] type \"fixed\"");
  reader.finish();
  std::vector<Hyperparameters> rows;
  for (const InitialMember& row : experiment.initial) {
    const std::string what = "[[initial]] row " + std::to_string(rows.size() + 1);
    rows.push_back(all_values(experiment.space, row.hyperparameters, what, reader));
  }
  if (rows.empty()) rows.push_back(all_values(experiment.space, {}, "[hyperparameters]", reader));
  return std::make_unique<FixedValues>(std::move(rows));
}

}  // namespace pbt
