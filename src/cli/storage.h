#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/locate.h"
#include "pbt/checkpoint.h"
#include "pbt/files.h"

namespace pbt {

/// Whether `storage` ([checkpoints] storage) is a folder, and not the database or an object store.
[[nodiscard]] bool is_folder_storage(const std::string& storage);

/// The folder of an experiment's checkpoints, where they lie in one: as PBT_CHECKPOINTS says on a machine that has it
/// elsewhere, or [checkpoints] storage, or in the run folder.
[[nodiscard]] std::filesystem::path storage_folder(const Location& location, const Experiment& experiment);

/// The storage of an experiment's checkpoints. `at_once`: members that this process trains at the same time. `files`
/// and `clock` must outlive it. Throws UsageError when it can be no storage of this record.
[[nodiscard]] std::unique_ptr<CheckpointStorage> open_storage(const Location& location, const Experiment& experiment,
                                                              int at_once, Files& files, Clock& clock);

/// Throws StorageError or UsageError where [checkpoints] storage is a bucket that cannot be used from here.
void require_bucket(const Location& location, const Experiment& experiment);

/// Marks the folder of a new experiment's checkpoints, so that workers of other machines can tell whether they see the
/// same. Nothing where one machine has them for itself, or they lie in no folder.
void mark_storage(const Location& location, const Experiment& experiment, const std::string& record, Files& files);

/// Throws StorageError where the record is in a database, and this machine does not see the folder that was marked.
void require_same_storage(const Location& location, const Experiment& experiment, const std::string& record);

/// Where people find a checkpoint: its folder, or its name in another storage.
[[nodiscard]] std::string checkpoint_place(const Location& location, const Experiment& experiment,
                                           const Checkpoint& checkpoint);

/// A checkpoint's files on this machine.
class CheckpointAtHand {
 public:
  /// Fetches them where they are elsewhere. Throws CheckpointLost when they are gone.
  CheckpointAtHand(const OpenRun& run, const Checkpoint& checkpoint);
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  SystemFiles files_;
  std::unique_ptr<CheckpointStorage> storage_;  ///< null: they are where they always lie
  std::filesystem::path folder_;
};

}  // namespace pbt
