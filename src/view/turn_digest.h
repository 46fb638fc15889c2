#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/turn.h"

namespace pbt {

/// A number for each row, by name; a text is its position in `labels`. NaN where a turn has none.
struct DigestColumn {
  std::string name;
  std::deque<float> values{};         ///< single precision: made to be looked at
  std::vector<std::string> labels{};  ///< texts and booleans, in order of appearance
};

/// One turn, its values apart.
struct DigestRow {
  std::int64_t from_step = 0;
  std::int64_t to_step = 0;
  std::int64_t total_steps = 0;  ///< trained in the whole population, up to and with this turn
  std::int64_t started_ms = 0;
  double score = 0;  ///< higher is better; -infinity: diverged
  std::int32_t duration_ms = 0;
  std::int32_t member = 0;
  std::int32_t index = 0;
  std::int32_t parent = -1;  ///< row; -1: it started afresh
  std::int32_t root = 0;     ///< row of its lineage's first turn
  std::uint16_t worker = 0;  ///< position in workers()
  bool partial = false;
};

/// The turns of a record as columns, to be looked at as a whole: some 80 bytes a turn where a Turn takes a kilobyte.
/// Rows are turns in order of sequence and never change. Not thread-safe.
class TurnDigest {
 public:
  /// Rows are numbered by 32 bits; workers beyond 65,535 share the last one's name.
  explicit TurnDigest(int members) : rows_of_(static_cast<std::size_t>(members)) {}

  /// The next turn in order of sequence.
  void add(const Turn& turn);

  [[nodiscard]] int size() const { return static_cast<int>(rows_.size()); }
  [[nodiscard]] const DigestRow& row(int at) const { return rows_[static_cast<std::size_t>(at)]; }
  /// -1 when there is no such turn.
  [[nodiscard]] int find(TurnKey key) const;
  /// The row of each member's last turn; -1 before its first.
  [[nodiscard]] std::vector<int> last_rows() const;
  /// The row of the best complete turn, as Population has it; -1: none yet.
  [[nodiscard]] int best() const { return best_; }

  [[nodiscard]] const std::vector<DigestColumn>& hyperparameters() const { return hyperparameters_; }
  [[nodiscard]] const std::vector<DigestColumn>& metrics() const { return metrics_; }
  [[nodiscard]] const std::vector<std::string>& workers() const { return workers_; }

 private:
  std::deque<DigestRow> rows_;                      ///< as the columns: grows without a copy of it all
  std::vector<std::vector<std::int32_t>> rows_of_;  ///< by member, then index - 1
  std::vector<DigestColumn> hyperparameters_;
  std::vector<DigestColumn> metrics_;
  std::vector<std::string> workers_;
  std::map<std::string, std::uint16_t> worker_places_;
  int best_ = -1;
};

/// The rows behind `end`, the root first, `end` last.
[[nodiscard]] std::vector<int> lineage(const TurnDigest& digest, int end);

/// At most `limit` rows, ascending, that show what the whole would: all when they fit; else the best turn's lineage,
/// where members stand, and as many others as there is room for, evenly.
[[nodiscard]] std::vector<int> rows_to_show(const TurnDigest& digest, int limit);

}  // namespace pbt
