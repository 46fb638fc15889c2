// Random search: J. Bergstra and Y. Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13 (2012).
//   Every member trains its whole budget with the hyperparameters that it drew (or was given) at the start.
// A member that failed for good is drawn anew, with fresh weights.
#include <memory>

#include "algorithm/builtin.h"
#include "algorithm/settings.h"

namespace pbt {
namespace {

class RandomSearch final : public Algorithm {
 public:
  explicit RandomSearch(const Experiment& experiment) : experiment_(experiment) {}

  Order order() const override { return Order::finish_started; }

  Choice first(const Population&, int member, Random& random) const override {
    return first_from_space(experiment_, member, random);
  }

  Choice after_turn(const Population& population, int member, Random&) const override {
    const Member& own = population.members.at(static_cast<std::size_t>(member));
    return proceed_with(own, own.last->hyperparameters, "");
  }

  Choice replace(const Population&, int, Random& random) const override {
    return start_with(sample(experiment_.space, random), "failed for good: drawn anew");
  }

 private:
  Experiment experiment_;
};

}  // namespace

std::unique_ptr<Algorithm> make_random(const Experiment& experiment, const Strategies&) {
  SettingsReader(experiment.algorithm.settings, "[algorithm] type \"random\"").finish();
  return std::make_unique<RandomSearch>(experiment);
}

}  // namespace pbt
