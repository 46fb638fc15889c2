// Resample: Jaderberg et al. (2017), section 4.1.2.
//   Each hyperparameter by itself is drawn anew from its distribution with resample_probability, else it stays.
// The paper does not name the probability; Ray Tune's 0.25 is the default.
#include <memory>

#include "algorithm/builtin.h"
#include "algorithm/explore.h"
#include "algorithm/settings.h"
#include "core/space_rules.h"

namespace pbt {
namespace {

class Resample final : public Explore {
 public:
  Resample(Space space, double probability) : space_(std::move(space)), probability_(probability) {}

  Hyperparameters explore(const Hyperparameters& values, const Population&, int, Random& random) const override {
    const auto change = [&](const Parameter& parameter, const Value& value, Random& stream) {
      const double probability = parameter.resample_probability.value_or(probability_);
      const bool draw = stream.bernoulli(probability) || !is_inside(parameter, value);  // the space was narrowed since
      return draw ? sample(parameter, stream) : value;
    };
    return change_movable(space_, values, change, random);
  }

 private:
  Space space_;
  double probability_;
};

}  // namespace

std::unique_ptr<Explore> make_resample(const Experiment& experiment, const Settings& settings) {
  SettingsReader reader(settings, "[algorithm] explore \"resample\"");
  const double probability = reader.real("resample_probability", 0.25, 0, 1);
  reader.finish();
  return std::make_unique<Resample>(experiment.space, probability);
}

}  // namespace pbt
