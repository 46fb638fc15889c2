// Population Based Training: Jaderberg et al. (2017), Algorithm 1, from "ready" on. The worker has trained and
// evaluated.
//   if exploit names a donor:  weights and hyperparameters are the donor's, and explore changes these hyperparameters
//   else:                      the member goes on as it is
// Where we differ: before `burn_in` steps nothing happens; `copy` can take the weights or the hyperparameters alone;
// exploit "none" explores at every ready (the paper never explores without a copy).
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <memory>

#include "algorithm/builtin.h"
#include "algorithm/candidates.h"
#include "algorithm/exploit_truncation.h"
#include "algorithm/lookup.h"
#include "algorithm/settings.h"

namespace pbt {
namespace {

enum class Copy { both, weights, hyperparameters };

struct PbtSettings {
  std::int64_t burn_in = 0;  ///< steps of the member's own
  Copy copy = Copy::both;
  Compare compare = Compare::latest;
  bool exploits = true;
  double replace_fraction = kTruncationFraction;  ///< from which top a member that failed for good is replaced
};

class Pbt final : public Algorithm {
 public:
  Pbt(const Experiment& experiment, PbtSettings settings, std::unique_ptr<Exploit> exploit,
      std::unique_ptr<Explore> explore)
      : experiment_(experiment), settings_(settings), exploit_(std::move(exploit)), explore_(std::move(explore)) {}

  int history_turns() const override { return copies_history() ? -1 : 0; }
  bool copies_history() const override { return settings_.compare == Compare::equal_steps; }

  Choice first(const Population&, int member, Random& random) const override {
    return first_from_space(experiment_, member, random);
  }

  Choice after_turn(const Population& population, int member, Random& random) const override {
    const Member& own = population.members.at(static_cast<std::size_t>(member));
    const Hyperparameters& values = own.last->hyperparameters;
    if (own.steps_done < settings_.burn_in) {
      return proceed_with(own, values, "burn-in until step " + std::to_string(settings_.burn_in));
    }
    if (!settings_.exploits) {
      return proceed_with(own, explore_->explore(values, population, member, random),
                          "explores at every turn: exploit is none");
    }
    std::string reason;
    const TurnPointer donor = exploit_->donor(population, member, random, reason);
    if (!donor) return proceed_with(own, values, std::move(reason));
    assert(!donor->partial && std::isfinite(donor->score));
    const TurnKey weights = settings_.copy == Copy::hyperparameters ? own.last->key : donor->key;
    const Hyperparameters& basis = settings_.copy == Copy::weights ? values : donor->hyperparameters;
    return {DecisionKind::copy, weights, donor->key, explore_->explore(basis, population, member, random),
            std::move(reason)};
  }

  /// Weights and hyperparameters both, whatever `copy` says: the member's own have failed.
  Choice replace(const Population& population, int member, Random& random) const override {
    std::vector<Candidate> good = peers(population, member, Compare::latest);
    if (good.empty()) {
      return start_with(sample(experiment_.space, random), "failed for good, and there is nobody to copy: starts anew");
    }
    const auto top = std::llround(settings_.replace_fraction * static_cast<double>(good.size()));
    const auto nth = good.begin() + random.integer(0, std::max<std::int64_t>(top, 1) - 1);
    std::nth_element(good.begin(), nth, good.end(), ranks_before);
    const Turn& donor = **nth->turn;
    return {DecisionKind::copy, donor.key, donor.key,
            explore_->explore(donor.hyperparameters, population, member, random),
            "failed for good: replaced by a copy of m" + std::to_string(donor.key.member)};
  }

 private:
  Experiment experiment_;
  PbtSettings settings_;
  std::unique_ptr<Exploit> exploit_;
  std::unique_ptr<Explore> explore_;
};

PbtSettings read_settings(const Experiment& experiment) {
  const AlgorithmSpec& algorithm = experiment.algorithm;
  SettingsReader reader(algorithm.settings, "[algorithm]");
  PbtSettings settings;
  settings.burn_in = reader.integer("burn_in", 0, 0, std::numeric_limits<std::int64_t>::max());
  settings.copy = static_cast<Copy>(reader.one_of("copy", {"both", "weights", "hyperparameters"}, 0));
  settings.compare = static_cast<Compare>(reader.one_of("compare", {"latest", "equal_steps"}, 0));
  settings.exploits = algorithm.exploit.name != "none";
  const auto& parameters = experiment.space.parameters;
  const auto structural =
      std::find_if(parameters.begin(), parameters.end(), [](const Parameter& p) { return p.structural; });
  if (settings.copy != Copy::both && structural != parameters.end()) {
    reader.fail("copy", "must be \"both\" while hyperparameters." + structural->name +
                            " is structural: weights fit only the values that they were made with");
  }
  reader.finish();
  if (algorithm.exploit.name == "truncation") {
    SettingsReader exploit(algorithm.exploit.settings, "[algorithm] exploit \"truncation\"");
    settings.replace_fraction = exploit.real("fraction", kTruncationFraction, 0, 0.5);
  }
  return settings;
}

}  // namespace

Choice start_with(Hyperparameters hyperparameters, std::string reason) {
  return {DecisionKind::start, std::nullopt, std::nullopt, std::move(hyperparameters), std::move(reason)};
}

Choice proceed_with(const Member& member, Hyperparameters hyperparameters, std::string reason) {
  return {DecisionKind::proceed, member.last->key, std::nullopt, std::move(hyperparameters), std::move(reason)};
}

Choice stop_with(const Member& member, std::string reason) {
  Choice choice{DecisionKind::stop, std::nullopt, std::nullopt, {}, std::move(reason)};
  if (member.broken) {
    if (member.standing) choice.weights = member.standing->key;
    choice.hyperparameters = member.next->hyperparameters;
  } else if (member.last) {
    choice.weights = member.last->key;
    choice.hyperparameters = member.last->hyperparameters;
  } else if (member.next) {
    choice.hyperparameters = member.next->hyperparameters;
  }
  return choice;
}

Choice first_from_space(const Experiment& experiment, int member, Random& random) {
  const auto row = static_cast<std::size_t>(member);
  if (row >= experiment.initial.size()) return start_with(sample(experiment.space, random), "drawn");
  return start_with(complete(experiment.space, experiment.initial[row].hyperparameters, random),
                    "[[initial]] row " + std::to_string(row + 1));
}

std::unique_ptr<Algorithm> make_pbt(const Experiment& experiment, const Strategies& strategies) {
  const AlgorithmSpec& spec = experiment.algorithm;
  PbtSettings settings = read_settings(experiment);
  const auto& make_exploit = lookup(strategies.exploits, spec.exploit.name, "[algorithm] exploit");
  const auto& make_explore = lookup(strategies.explores, spec.explore.name, "[algorithm] explore");
  return std::make_unique<Pbt>(experiment, settings, make_exploit(experiment, spec.exploit.settings),
                               make_explore(experiment, spec.explore.settings));
}

}  // namespace pbt
