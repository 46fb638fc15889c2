#include "view/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "view/lineage.h"

namespace pbt {
namespace {

constexpr double nothing = -std::numeric_limits<double>::infinity();

/// Something that was paid for: a turn, or a failed attempt at one.
struct Expense {
  std::int64_t sequence = 0;
  std::int64_t steps = 0;
  std::int64_t ended_ms = 0;
  TurnPointer turn;  ///< null: a failure
};

std::vector<Expense> expenses_of(const RunReader& run) {
  std::vector<Expense> expenses;
  for (const TurnPointer& turn : all_turns(run))
    expenses.push_back({turn->sequence, turn->steps(), turn->ended_ms, turn});
  for (const Failure& failure : all_failures(run))
    expenses.push_back({failure.sequence, failure.steps_lost, failure.time_ms, nullptr});
  std::ranges::sort(expenses, {}, &Expense::sequence);
  return expenses;
}

/// How long at least one turn was being trained, as turns end one after another.
class TrainingTime {
 public:
  /// Seconds until the end of this turn, too.
  double with(const Turn& turn) {
    const std::int64_t from = std::max(turn.started_ms, until_ms_);
    if (turn.ended_ms > from) total_ms_ += turn.ended_ms - from;
    until_ms_ = std::max(until_ms_, turn.ended_ms);
    return static_cast<double>(total_ms_) / 1000;
  }

 private:
  std::int64_t until_ms_ = 0;
  std::int64_t total_ms_ = 0;
};

/// Calls `visit(spent, expense)` after each expense.
template <class Visit>
void follow(const RunReader& run, Equal equal, const Visit& visit) {
  TrainingTime time;
  double steps = 0, seconds = 0;
  for (const Expense& expense : expenses_of(run)) {
    steps += static_cast<double>(expense.steps);
    if (expense.turn) seconds = time.with(*expense.turn);
    visit(equal == Equal::steps ? steps : seconds, expense);
  }
}

std::vector<double> scores_at(const Method& method, double spent) {
  std::vector<double> scores;
  for (const ComparedRun& run : method.runs) scores.push_back(score_at(run.curve, spent));
  return scores;
}

bool all_evaluated(const Comparison& comparison) {
  return std::ranges::all_of(comparison.methods, [](const Method& method) {
    return std::ranges::all_of(method.runs, [](const ComparedRun& run) { return run.evaluated.has_value(); });
  });
}

std::vector<double> finals_of(const Comparison& comparison, const Method& method, bool evaluated) {
  if (!evaluated) return scores_at(method, comparison.budget);
  std::vector<double> finals;
  for (const ComparedRun& run : method.runs) finals.push_back(*run.evaluated);
  return finals;
}

}  // namespace

std::vector<CurvePoint> best_so_far(const RunReader& run, Equal equal, double budget) {
  std::vector<CurvePoint> curve;
  std::optional<std::int64_t> reached_ms;  // the budget
  follow(run, equal, [&](double spent, const Expense& expense) {
    const TurnPointer& turn = expense.turn;
    if (spent > budget) {
      const bool under_way = equal == Equal::steps && (!reached_ms || (turn && turn->started_ms < *reached_ms));
      if (!reached_ms) reached_ms = expense.ended_ms;
      if (!under_way) return;
      spent = budget;
    } else if (spent == budget) {
      reached_ms = expense.ended_ms;
    }
    if (!turn || turn->partial || !std::isfinite(turn->score)) return;
    if (curve.empty() || turn->score > curve.back().score) curve.push_back({spent, turn->score});
  });
  return curve;
}

double spent_by(const RunReader& run, Equal equal) {
  double last = 0;
  follow(run, equal, [&](double spent, const Expense&) { last = spent; });
  return last;
}

double score_at(const std::vector<CurvePoint>& curve, double spent) {
  const auto next = std::ranges::upper_bound(curve, spent, {}, &CurvePoint::spent);
  return next == curve.begin() ? nothing : std::prev(next)->score;
}

MeanCurve mean_curve(const Comparison& comparison, const Method& method, int points) {
  MeanCurve curve;
  const Bootstrap quick{.confidence = 0.95, .resamples = 500, .seed = 1};
  for (int i = 1; i <= points; ++i) {
    const double spent = comparison.budget * i / points;
    const std::vector<double> scores = scores_at(method, spent);
    const double mean = interquartile_mean(scores);
    if (!std::isfinite(mean)) continue;
    curve.spent.push_back(spent);
    curve.mean.push_back(mean);
    curve.interval.push_back(interquartile_mean_interval(scores, quick));
  }
  return curve;
}

std::vector<MethodVerdict> verdicts(const Comparison& comparison) {
  const bool evaluated = all_evaluated(comparison);
  const auto others = static_cast<double>(std::max<std::size_t>(comparison.methods.size(), 2) - 1);
  const Bootstrap own, together{.confidence = 1 - 0.05 / others};
  const Method& first = comparison.methods.front();
  const std::vector<double> first_finals = finals_of(comparison, first, evaluated);
  const MeanCurve first_curve = mean_curve(comparison, first, 400);
  std::vector<MethodVerdict> all;
  for (const Method& method : comparison.methods) {
    MethodVerdict verdict;
    verdict.evaluated = evaluated;
    verdict.finals = finals_of(comparison, method, evaluated);
    verdict.final_mean = interquartile_mean(verdict.finals);
    verdict.final_interval = interquartile_mean_interval(verdict.finals, own);
    verdict.tuned_mean = interquartile_mean(scores_at(method, comparison.budget));
    verdict.better = probability_of_improvement(verdict.finals, first_finals);
    verdict.better_interval = probability_of_improvement_interval(verdict.finals, first_finals, together);
    for (std::size_t i = 0; i < first_curve.mean.size() && !verdict.first_reached_it_at; ++i)
      if (std::isfinite(verdict.tuned_mean) && first_curve.mean[i] >= verdict.tuned_mean)
        verdict.first_reached_it_at = first_curve.spent[i];
    all.push_back(std::move(verdict));
  }
  return all;
}

}  // namespace pbt
