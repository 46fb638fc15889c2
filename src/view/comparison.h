#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/store.h"
#include "view/statistics.h"

namespace pbt {

/// How good the best turn so far was when so much had been spent.
struct CurvePoint {
  double spent = 0;  ///< total steps of all members, failed attempts included; or seconds of training
  double score = 0;  ///< higher is better, as in the record
};

/// What the runs are compared at equal amounts of.
enum class Equal { steps, wall };

/// The best score so far of a run against what it had spent: a point at each turn that was better than all before. What
/// began after `budget` had been spent is left out; turns that were under way then end on it, in steps.
[[nodiscard]] std::vector<CurvePoint> best_so_far(const RunReader& run, Equal equal, double budget);
/// What it has spent in all.
[[nodiscard]] double spent_by(const RunReader& run, Equal equal);
/// The best score when `spent` had been spent; -infinity before the first.
[[nodiscard]] double score_at(const std::vector<CurvePoint>& curve, double spent);

/// One run of a method.
struct ComparedRun {
  std::string name;
  std::uint64_t seed = 0;
  double spent = 0;
  std::vector<CurvePoint> curve;
  /// The best turn's score when it was evaluated again, on seeds or data that tuning never saw; -infinity where no turn
  /// had a score; none: it was not evaluated.
  std::optional<double> evaluated;
  bool best_came_later = false;  ///< the run's best turn lies beyond the budget, and its best until then was not kept
};

/// A method, by the experiment file that it came from.
struct Method {
  std::string name;
  std::string type;  ///< of its algorithm
  std::vector<ComparedRun> runs;
};

struct Comparison {
  std::string metric;
  Mode mode = Mode::maximize;
  Equal equal = Equal::steps;
  double budget = 0;            ///< up to which all are compared
  std::vector<Method> methods;  ///< the first is the one that the others are held against
};

/// What a comparison says of one method.
struct MethodVerdict {
  std::vector<double> finals;  ///< one a run: evaluated again where all runs were, else the best score at the budget
  bool evaluated = false;
  double final_mean = 0;  ///< interquartile mean
  Interval final_interval;
  double tuned_mean = 0;  ///< of the best scores that tuning saw, the same
  /// Against the first method, with an interval that holds for all such comparisons together (Bonferroni).
  double better = 0;
  Interval better_interval;
  /// What the mean curve of the first method had spent when it reached this method's; none: it never did.
  std::optional<double> first_reached_it_at;
};

[[nodiscard]] std::vector<MethodVerdict> verdicts(const Comparison& comparison);

/// A method's curve: the interquartile mean over its runs, with 95 % intervals.
struct MeanCurve {
  std::vector<double> spent;
  std::vector<double> mean;
  std::vector<Interval> interval;
};
[[nodiscard]] MeanCurve mean_curve(const Comparison& comparison, const Method& method, int points = 120);

// What is shown of it. Scores are the metric's values, in the user's own sign.
[[nodiscard]] std::string comparison_text(const Comparison& comparison, const std::vector<MethodVerdict>& verdicts);
[[nodiscard]] std::string comparison_json(const Comparison& comparison, const std::vector<MethodVerdict>& verdicts);
/// method, seed, spent, best_so_far: a line for every step of every run's curve.
[[nodiscard]] std::string comparison_csv(const Comparison& comparison);
[[nodiscard]] std::string comparison_picture(const Comparison& comparison, const std::vector<MethodVerdict>& verdicts);

}  // namespace pbt
