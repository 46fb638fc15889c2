// Bayesian optimisation: J. Snoek, H. Larochelle and R. P. Adams, "Practical Bayesian Optimization of Machine Learning
// Algorithms", NeurIPS 2012. Every member is a trial that trains its whole budget with the values of its start.
//   The first `initial_trials` are drawn. Then: a Gaussian process (gaussian_process.h) of the score of each finished
//   trial's last turn, standardised; the next trial is where expected improvement is highest, averaged over outcomes
//   drawn for the trials under way (expected_improvement.h).
// Where we differ: the kernel's parameters are the most probable ones instead of samples; the improvement is maximised
// over draws from the space and small moves of the best of them, which keeps constraints and conditions. A trial that
// diverged, or failed for good and stopped, counts as the worst score seen. The kernel is fitted to a part of very many
// trials.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "algorithm/builtin.h"
#include "algorithm/encoding.h"
#include "algorithm/expected_improvement.h"
#include "algorithm/settings.h"

namespace pbt {
namespace {

// Of the search for the most promising values.
constexpr std::size_t beginnings = 5;
constexpr int rounds = 8, moves = 16;
constexpr std::size_t fitted_most = 200;  ///< trials: fitting takes their number cubed, a hundred times over

struct Trial {
  Hyperparameters values;
  double score;  ///< -infinity: diverged or failed for good
};

/// What a trial to come can learn from.
struct Trials {
  std::vector<Trial> finished;
  std::vector<Hyperparameters> pending;
};

struct Point {
  Hyperparameters values;
  double improvement;
};

Trials trials_of(const Population& population, int asking, std::int64_t budget) {
  Trials trials;
  for (const Member& member : population.members) {
    if (!member.next || member.id == asking) continue;
    if (member.state == MemberState::stopped) {
      const bool went_all_the_way = member.standing && member.standing->to_step >= budget;
      trials.finished.push_back({member.next->hyperparameters, went_all_the_way ? member.score() : -HUGE_VAL});
    } else {
      trials.pending.push_back(member.next->hyperparameters);
    }
  }
  return trials;
}

/// Scores with mean 0 and variance 1; those that are not finite count as the lowest that is.
Eigen::VectorXd standardised(const std::vector<Trial>& trials) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const Trial& trial : trials)
    if (std::isfinite(trial.score)) lowest = std::min(lowest, trial.score);
  Eigen::VectorXd scores(static_cast<Eigen::Index>(trials.size()));
  for (std::size_t i = 0; i < trials.size(); ++i)
    scores(static_cast<Eigen::Index>(i)) = std::isfinite(trials[i].score) ? trials[i].score : lowest;
  if (!std::isfinite(lowest)) return Eigen::VectorXd::Zero(scores.size());
  scores.array() -= scores.mean();
  const double spread = std::sqrt(scores.squaredNorm() / static_cast<double>(scores.size()));
  return spread > 0 ? Eigen::VectorXd(scores / spread) : scores;
}

/// The kernel that fits best; of very many points, of some drawn at random.
Kernel fit_to_some(const Eigen::MatrixXd& points, const Eigen::VectorXd& scores, Random& random) {
  if (points.rows() <= static_cast<Eigen::Index>(fitted_most)) return fit_kernel(points, scores, random);
  std::vector<Eigen::Index> order(static_cast<std::size_t>(points.rows()));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = 0; i < fitted_most; ++i) std::swap(order[i], order[i + random.index(order.size() - i)]);
  order.resize(fitted_most);
  return fit_kernel(points(order, Eigen::all), scores(order), random);
}

class Bayesian final : public Algorithm {
 public:
  struct Settings {
    std::int64_t initial_trials;
    std::int64_t candidates;
    std::int64_t fantasies;
  };
  Bayesian(const Experiment& experiment, Settings settings) : experiment_(experiment), settings_(settings) {}

  Order order() const override { return Order::finish_started; }

  Choice first(const Population& population, int member, Random& random) const override {
    if (static_cast<std::size_t>(member) < experiment_.initial.size())
      return first_from_space(experiment_, member, random);
    return suggest(population, member, random);
  }

  Choice after_turn(const Population& population, int member, Random&) const override {
    const Member& own = population.members.at(static_cast<std::size_t>(member));
    return proceed_with(own, own.last->hyperparameters, "");
  }

  /// What is left of its budget would make no trial; the next member begins one.
  Choice replace(const Population& population, int member, Random&) const override {
    return stop_with(population.members.at(static_cast<std::size_t>(member)), "failed for good");
  }

 private:
  [[nodiscard]] Choice suggest(const Population& population, int member, Random& random) const;
  [[nodiscard]] Point most_promising(const FantasisedImprovement& improvement, const std::vector<Trial>& known,
                                     Random& random) const;

  Experiment experiment_;
  Settings settings_;
};

Choice Bayesian::suggest(const Population& population, int member, Random& random) const {
  const Trials trials = trials_of(population, member, experiment_.budget.steps);
  const auto finished = static_cast<Eigen::Index>(trials.finished.size());
  if (finished < std::max<Eigen::Index>(settings_.initial_trials, 2))
    return start_with(sample(experiment_.space, random), "drawn: few trials are finished");
  const Space& space = experiment_.space;
  const Eigen::Index dimensions = encode(space, trials.finished.front().values).size();
  Eigen::MatrixXd points(finished, dimensions);
  for (Eigen::Index i = 0; i < finished; ++i)
    points.row(i) = encode(space, trials.finished[static_cast<std::size_t>(i)].values);
  Eigen::MatrixXd pending(static_cast<Eigen::Index>(trials.pending.size()), dimensions);
  for (Eigen::Index i = 0; i < pending.rows(); ++i)
    pending.row(i) = encode(space, trials.pending[static_cast<std::size_t>(i)]);
  const Eigen::VectorXd scores = standardised(trials.finished);
  const GaussianProcess process(points, scores, fit_to_some(points, scores, random));
  const FantasisedImprovement improvement(process, scores, pending, static_cast<int>(settings_.fantasies), random);
  Point best = most_promising(improvement, trials.finished, random);
  return start_with(std::move(best.values), "expected to improve, after " + std::to_string(finished) +
                                                " finished trials beside " + std::to_string(pending.rows()) +
                                                " under way");
}

/// The best of many draws, then uphill from the best few of them and from the best trials, by ever smaller moves.
Point Bayesian::most_promising(const FantasisedImprovement& improvement, const std::vector<Trial>& known,
                               Random& random) const {
  const Space& space = experiment_.space;
  const auto judged = [&](Hyperparameters values) {
    const double value = improvement(encode(space, values));
    return Point{std::move(values), value};
  };
  const auto keep_best = [](std::vector<Point>& candidates) {
    std::ranges::stable_sort(candidates, std::ranges::greater{}, &Point::improvement);
    candidates.resize(std::min(candidates.size(), beginnings));
  };
  std::vector<Point> candidates;
  for (std::int64_t i = 0; i < settings_.candidates; ++i) candidates.push_back(judged(sample(space, random)));
  keep_best(candidates);
  std::vector<Trial> trials = known;
  std::ranges::stable_sort(trials, std::ranges::greater{}, &Trial::score);
  for (std::size_t i = 0; i < std::min(trials.size(), beginnings); ++i) candidates.push_back(judged(trials[i].values));
  double width = 0.2;
  for (int round = 0; round < rounds; ++round, width *= 0.6) {
    for (Point& candidate : candidates) {
      for (int move = 0; move < moves; ++move) {
        auto values = nudged(space, candidate.values, width, random);
        if (!values) continue;
        Point other = judged(std::move(*values));
        if (other.improvement > candidate.improvement) candidate = std::move(other);
      }
    }
  }
  keep_best(candidates);
  return candidates.front();
}

}  // namespace

std::unique_ptr<Algorithm> make_bayesian(const Experiment& experiment, const Strategies&) {
  SettingsReader reader(experiment.algorithm.settings, "[algorithm] type \"bayesian\"");
  const auto parameters = static_cast<std::int64_t>(experiment.space.parameters.size());
  Bayesian::Settings settings{};
  settings.initial_trials = reader.integer("initial_trials", std::max<std::int64_t>(4, parameters + 1), 1, 1'000'000);
  settings.candidates = reader.integer("candidates", 1000, 1, 1'000'000);
  settings.fantasies = reader.integer("fantasies", 8, 1, 1000);
  reader.finish();
  if (experiment.synchronous)
    reader.fail("synchronous",
                "must be false: all its members would begin in the first round, with nothing to learn from");
  return std::make_unique<Bayesian>(experiment, settings);
}

}  // namespace pbt
