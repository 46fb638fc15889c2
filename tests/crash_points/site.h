#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "pbt/files.h"
#include "pbt/worker.h"
#include "tests/crash_points/journal.h"

/// One experiment in a folder, as a process of pbt sees it.
namespace crash_points {

/// Deliberate faults of the engine's protocols, each of which the harness must find.
enum class Flaw {
  none,
  recorded_before_published,  ///< the rename comes after the commit
  acknowledged_before_committed,
  removed_before_marked,       ///< bytes go, then the record says so
  decided_in_a_second_commit,  ///< a turn and its decision are two transactions
  orphans_left,                ///< nobody removes what a crash left
  migrated_step_by_step,       ///< each statement of a migration by itself
  made_in_place,               ///< the database under its own name from the start
};

/// Time that moves when somebody waits, or says so. Who waits for an hour in all waits for ever.
class SiteClock final : public pbt::Clock {
 public:
  [[nodiscard]] std::int64_t now_ms() const override { return now_ms_; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return std::chrono::milliseconds(now_ms_); }
  void wait(std::chrono::milliseconds duration) override;
  void advance(std::chrono::milliseconds duration) { now_ms_ += duration.count(); }

 private:
  std::int64_t now_ms_ = 1'000'000;
  std::int64_t waited_ms_ = 0;
};

/// Layout: folder/toy/pbt.db, folder/toy/checkpoints (these are what is counted), folder/journal.
class Site {
 public:
  Site(const std::filesystem::path& folder, pbt::Experiment experiment, Flaw flaw = Flaw::none);

  /// Makes the experiment where it is not there, opens it, gives back the leases of the dead, removes what they left,
  /// resumes: what `pbt run` does before it trains.
  void take_up();
  /// A worker takes turns until `last` says of an event that it shall end, or there is nothing to do.
  pbt::WorkerEnd work(const std::function<bool(const pbt::Event&)>& last);
  pbt::WorkerEnd work_turns(int turns);
  /// What `pbt gc --keep-last 0` does.
  void collect_garbage();
  /// Opens and closes what `pbt run` holds open.
  pbt::Store& store();
  pbt::CheckpointStorage& storage();
  void close();

  [[nodiscard]] std::filesystem::path run() const { return folder_ / experiment.name; }
  [[nodiscard]] std::filesystem::path database() const { return run() / "pbt.db"; }
  [[nodiscard]] std::filesystem::path journal_file() const { return folder_ / "journal"; }
  [[nodiscard]] const Journal& journal() const { return journal_; }
  [[nodiscard]] Flaw flaw() const { return flaw_; }

  pbt::Experiment experiment;
  std::unique_ptr<pbt::Algorithm> algorithm;
  SiteClock clock;
  pbt::TrainFunction train;  ///< the toy, unless a scenario sets another

 private:
  std::filesystem::path folder_;
  Flaw flaw_;
  Journal journal_;
  std::unique_ptr<pbt::Files> files_;
  std::unique_ptr<pbt::CheckpointStorage> storage_;
  std::unique_ptr<pbt::Store> store_;
  int workers_ = 0;
};

/// The toy: one number, raised by the learning rate in every step; a second file lies in a folder of its own. The score
/// is the number.
[[nodiscard]] pbt::Report train_toy(const pbt::Assignment& turn, pbt::TurnControl& control);
/// The same in two parts, between which something may happen.
void save_first_half(const pbt::Assignment& turn);
[[nodiscard]] pbt::Report save_second_half(const pbt::Assignment& turn);

}  // namespace crash_points
