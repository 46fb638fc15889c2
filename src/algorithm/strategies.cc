#include <memory>

#include "algorithm/builtin.h"
#include "algorithm/lookup.h"
#include "algorithm/replay.h"
#include "algorithm/settings.h"

namespace pbt {
namespace {

/// Nobody copies anybody.
class NoExploit final : public Exploit {
 public:
  TurnPointer donor(const Population&, int, Random&, std::string&) const override { return nullptr; }
};

/// Hyperparameters stay as they are: the ablation that shows what copying alone is worth.
class NoExplore final : public Explore {
 public:
  Hyperparameters explore(const Hyperparameters& values, const Population&, int, Random&) const override {
    return values;
  }
};

}  // namespace

Strategies builtin_strategies() {
  Strategies strategies;
  strategies.exploits = {{"truncation", make_truncation},
                         {"t_test", make_t_test},
                         {"binary_tournament", make_binary_tournament},
                         {"none", [](const Experiment&, const Settings& settings) -> std::unique_ptr<Exploit> {
                            SettingsReader(settings, "[algorithm] exploit \"none\"").finish();
                            return std::make_unique<NoExploit>();
                          }}};
  strategies.explores = {{"perturb", make_perturb},
                         {"resample", make_resample},
                         {"none", [](const Experiment&, const Settings& settings) -> std::unique_ptr<Explore> {
                            SettingsReader(settings, "[algorithm] explore \"none\"").finish();
                            return std::make_unique<NoExplore>();
                          }}};
  strategies.algorithms = {{"pbt", make_pbt},         {"random", make_random}, {"bayesian", make_bayesian},
                           {"halving", make_halving}, {"fixed", make_fixed},   {"replay", make_replay}};
  return strategies;
}

std::unique_ptr<Algorithm> make_algorithm(const Experiment& experiment, const Strategies& strategies) {
  return lookup(strategies.algorithms, experiment.algorithm.type, "[algorithm] type")(experiment, strategies);
}

}  // namespace pbt
