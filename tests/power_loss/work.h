#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pbt/checkpoint.h"
#include "pbt/clock.h"
#include "pbt/experiment.h"
#include "pbt/files.h"
#include "pbt/store.h"
#include "tests/power_loss/trace.h"

namespace pbt::power_loss {

/// Real work on one small experiment below a folder, laid out as `pbt run` does: runs/toy/pbt.db and
/// runs/toy/checkpoints.
struct Setting {
  std::filesystem::path root;  ///< stands for the folder in which `pbt run` was called
  Durability durability = Durability::power;
  std::filesystem::path pretrained;  ///< a checkpoint that member 0 starts from; empty: none
  int population = 3;
  std::int64_t turns = 3;  ///< of each member
  std::uint64_t seed = 1;
  bool synchronous = false;
  Files* files = nullptr;  ///< what checkpoints are flushed and moved with; must outlive all work

  [[nodiscard]] std::filesystem::path database() const { return root / "runs/toy/pbt.db"; }
  [[nodiscard]] std::filesystem::path checkpoints() const { return root / "runs/toy/checkpoints"; }
  /// With a budget of so many turns a member.
  [[nodiscard]] Experiment experiment(std::int64_t turns_a_member) const;
};

/// What `pbt run` does, until the experiment is done: makes or finds the record, gives back the leases of the dead,
/// removes leftovers, resumes, trains. Says to a Recorder what it was promised.
void go_on(const Setting& setting, std::int64_t turns_a_member);

/// What `pbt gc --keep-last 0` does.
void collect_all(const Setting& setting);

/// Every entry of the record as a line of JSON, in order; none when there is no experiment yet.
[[nodiscard]] std::vector<std::string> log_of(const RunReader& reader, const Experiment& experiment);

/// What was recorded of a piece of work.
struct Recorded {
  Trace trace;
  std::vector<std::string> log;  ///< as the work left it
};

/// Does `work` below setting.root, which holds `before` first.
[[nodiscard]] Recorded record(const Setting& setting, const Contents& before,
                              const std::function<void(const Setting&)>& work);

/// The work whose every moment is cut: the making of the folders and the record, import of a pretrained checkpoint,
/// turns, copies, collections, SQLite's checkpoints, an end, a larger budget, resumption, a last collection.
void whole_life(const Setting& setting);

/// Pages of the write-ahead log after which SQLite copies them into the database, in this process, from the next
/// opening on. pbt's own figure is reached in hundreds of turns.
extern int wal_limit_pages;

/// Replaces pbt's own "PRAGMA synchronous = FULL", to show that the checks notice; empty: leaves it.
extern std::string synchronous_instead;

}  // namespace pbt::power_loss
