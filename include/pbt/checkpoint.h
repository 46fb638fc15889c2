#pragma once

#include <string>
#include <vector>

#include "pbt/folder.h"
#include "pbt/turn.h"

namespace pbt {

/// Where published bytes live. Names are turn_ids (or "initial-..."), so no two leases ever share one: plain file
/// names. Thread-safe for different names. Errors: StorageError; CheckpointLost from open().
class CheckpointStorage {
 public:
  virtual ~CheckpointStorage() = default;
  /// An empty folder for the trainer to write into, belonging to `name` alone. What an earlier attempt left under that
  /// name, staged or published, is removed: it was never recorded (a power cut may hand out a fence twice).
  [[nodiscard]] virtual Folder stage(const std::string& name) = 0;
  /// Makes what was staged under `name` immutable and visible; with durability `power` it is on the disk when this
  /// returns. Refuses (StorageError) links, special files and an empty folder. Publishing a name twice with the same
  /// bytes returns the same reference.
  [[nodiscard]] virtual Checkpoint publish(const std::string& name) = 0;
  /// The published files, read only, verified against size and checksum. Throws CheckpointLost when absent or
  /// different.
  [[nodiscard]] virtual Folder open(const Checkpoint& checkpoint) = 0;
  /// Removes the staged and the published bytes of `name`. No error when there are none.
  virtual void remove(const std::string& name) = 0;
  /// Whatever was published before, by anybody, is safe from a power cut when this returns, also with durability
  /// `process`. For storages that need no more than publish() this does nothing.
  virtual void flush() {}
  /// All names that have bytes here, staged or published, sorted.
  [[nodiscard]] virtual std::vector<std::string> list() = 0;
};

}  // namespace pbt
