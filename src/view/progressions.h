#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "view/turn_digest.h"

namespace pbt {

// What a population does as a whole, from a digest.

/// How a value is spread over the population around one step.
struct Band {
  double step = 0;  ///< the middle of the stretch
  int turns = 0;
  std::array<double, 5> quantiles{};  ///< lowest, 10 %, median, 90 %, highest
};

/// Bands over equal stretches of steps; stretches in which no turn ended are left out, and so are values that are not
/// finite. Of a stretch with many turns some 2,000 are looked at, evenly: beside the extremes, what one sees is the
/// same.
[[nodiscard]] std::vector<Band> bands(const TurnDigest& digest, const std::function<double(int row)>& value,
                                      int stretches);

/// What one kind of move was worth: the score of the turn after it, less that of the turn whose weights it began from.
struct MoveGain {
  std::int64_t turns = 0;
  std::int64_t better = 0;
  double sum = 0;
  double squares = 0;  ///< sum of squares

  void add(double gain);
  [[nodiscard]] double mean() const { return turns == 0 ? 0 : sum / static_cast<double>(turns); }
  /// Standard error of the mean; 0 for fewer than two turns.
  [[nodiscard]] double error() const;
};

/// Gains by hyperparameter and move. Numbers: "×0.8", "×1.25" where the value moved by one of explore's factors on its
/// own scale, else "higher" or "lower"; choices: "other"; both: "same". Updated along a growing digest.
class MoveGains {
 public:
  explicit MoveGains(const Experiment& experiment);
  void update(const TurnDigest& digest);
  [[nodiscard]] const std::map<std::string, std::map<std::string, MoveGain>>& by_parameter() const { return gains_; }

 private:
  [[nodiscard]] std::string move_of(const Parameter& parameter, double from, double to) const;

  const Space space_;
  const std::vector<double> factors_;
  int seen_ = 0;
  std::map<std::string, std::map<std::string, MoveGain>> gains_;
};

/// How various the population was at one moment.
struct Variety {
  int turns = 0;                 ///< recorded until then
  std::int64_t total_steps = 0;  ///< trained until then by all members
  int ancestors = 0;             ///< distinct first turns from which the members' last turns descend
  /// For each column of hyperparameters, 0 to 1: the middle half of the members' values, as a share of the search range
  /// on its own scale; of choices, the share that has not the commonest one.
  std::vector<double> spread;
};

/// Samples of a population's variety: at most 400, evenly over the record. Updated along a growing digest.
class Diversity {
 public:
  explicit Diversity(const Experiment& experiment);
  void update(const TurnDigest& digest);
  [[nodiscard]] const std::vector<Variety>& samples() const { return samples_; }

 private:
  [[nodiscard]] Variety look(const TurnDigest& digest) const;

  const Space space_;
  int seen_ = 0;
  int every_ = 1;
  std::int64_t total_steps_ = 0;
  std::vector<int> last_;  ///< by member: the row of its last turn so far; -1: none
  std::vector<Variety> samples_;
};

}  // namespace pbt
