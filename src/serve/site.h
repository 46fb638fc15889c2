#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pbt/clock.h"
#include "pbt/experiment.h"
#include "pbt/store.h"
#include "view/overview.h"
#include "view/progressions.h"
#include "view/turn_digest.h"

namespace pbt::serve {

/// Of longer records the page gets a sample of so many turns.
inline constexpr int rows_max = 20'000;
/// Of more turns in a stretch of time it gets how busy the workers were.
inline constexpr int bars_max = 4'000;

/// An experiment's record, opened to be looked at.
struct OpenedRun {
  std::unique_ptr<Clock> clock;  ///< the reader's own, where it needs one
  std::unique_ptr<RunReader> reader;
  Experiment experiment;
  std::filesystem::path checkpoints;
  std::filesystem::path logs;
};

/// Which experiments there are, and how to open one. Both may throw Error.
struct Sources {
  std::function<std::vector<std::string>()> names;
  std::function<OpenedRun(const std::string& name)> open;
};

/// One experiment as it is followed: what was read of its record so far.
class FollowedRun {
 public:
  FollowedRun(OpenedRun run, Clock& clock);

  /// Reads on, up to `turns` more; whether there may be more to read at once. Throws StoreError.
  bool read_on(int turns);
  /// Reads on unless that was done less than a second ago.
  void catch_up();
  /// Whether somebody asked for more than its status.
  [[nodiscard]] bool is_followed() const { return read_ms_ > 0; }

  [[nodiscard]] const Experiment& experiment() const { return run_.experiment; }
  [[nodiscard]] const RunReader& reader() const { return *run_.reader; }
  [[nodiscard]] const OpenedRun& opened() const { return run_; }
  [[nodiscard]] const TurnDigest& digest() const { return digest_; }
  [[nodiscard]] std::int64_t failures() const { return failures_; }
  /// Of at most a second ago; longer where a look takes long.
  [[nodiscard]] const Overview& overview();
  /// What is tuned, where it stands, and how much of the record was read: docs/openapi.json, "Experiment".
  [[nodiscard]] std::string experiment_json();
  /// The failures after that sequence, a JSON array.
  [[nodiscard]] std::string failures_json(std::int64_t after, int limit) const;
  /// progress_document(), of at most a few seconds ago where the record is long.
  [[nodiscard]] const std::string& progress();

 private:
  OpenedRun run_;
  Clock& clock_;
  TurnDigest digest_;
  std::int64_t sequence_ = 0;  ///< of the last turn that was read
  std::int64_t failure_sequence_ = 0;
  std::int64_t failures_ = 0;
  std::int64_t read_ms_ = 0;
  MoveGains gains_;
  Diversity diversity_;
  std::string progress_;
  int progress_rows_ = -1;
  std::int64_t progress_ms_ = 0;
  Overview overview_;
  std::int64_t overview_ms_ = 0;
  std::int64_t overview_took_ms_ = 0;
};

/// The experiments of a store, each opened when it is first asked for. Single-threaded.
class Site {
 public:
  Site(Sources sources, Clock& clock) : sources_(std::move(sources)), clock_(clock) {}

  /// Sorted. Throws Error.
  [[nodiscard]] std::vector<std::string> names() const { return sources_.names(); }
  /// Null when there is no experiment of that name. Throws Error when its record cannot be read.
  [[nodiscard]] FollowedRun* find(const std::string& name);
  /// Reads on in followed records that are not read to their end, one page of each; whether there is more.
  bool read_on();
  [[nodiscard]] std::int64_t now_ms() const { return clock_.now_ms(); }

 private:
  Sources sources_;
  Clock& clock_;
  std::map<std::string, std::unique_ptr<FollowedRun>> runs_;
};

}  // namespace pbt::serve
