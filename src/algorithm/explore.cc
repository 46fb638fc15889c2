#include "algorithm/explore.h"

#include <algorithm>

#include "core/space_rules.h"

namespace pbt {
namespace {

constexpr int kTries = 100;

Hyperparameters changed(const std::vector<const Parameter*>& order, const Hyperparameters& old, const Change& change,
                        Random& random) {
  Hyperparameters values;
  for (const Parameter* parameter : order) {
    if (!is_active(*parameter, values)) continue;
    const Value* before = old.find(parameter->name);
    if (before == nullptr) {
      values.set(parameter->name, sample(*parameter, random));
    } else {
      values.set(parameter->name, is_movable(*parameter) ? change(*parameter, *before, random) : *before);
    }
  }
  return values;
}

/// Inside the space as it is now, whatever it was when the values were chosen.
bool is_valid(const std::vector<const Parameter*>& order, const Space& space, const Hyperparameters& values) {
  std::size_t active = 0;
  for (const Parameter* parameter : order) {
    if (!is_active(*parameter, values)) continue;
    const Value* value = values.find(parameter->name);
    if (value == nullptr || !is_inside(*parameter, *value)) return false;
    ++active;
  }
  return active == values.size() && first_broken(space, values) == nullptr;
}

}  // namespace

int movable_count(const Space& space) {
  return static_cast<int>(std::count_if(space.parameters.begin(), space.parameters.end(), is_movable));
}

Hyperparameters change_movable(const Space& space, const Hyperparameters& old, const Change& change, Random& random) {
  const std::vector<const Parameter*> order = dependency_order(space);
  for (int i = 0; i < kTries; ++i) {
    Hyperparameters values = changed(order, old, change, random);
    if (first_broken(space, values) == nullptr) return values;
  }
  if (is_valid(order, space, old)) return old;
  Hyperparameters kept;
  for (const Parameter* parameter : order) {
    const Value* value = old.find(parameter->name);
    if (value != nullptr && !is_movable(*parameter)) kept.set(parameter->name, *value);
  }
  return complete(space, std::move(kept), random);
}

}  // namespace pbt
