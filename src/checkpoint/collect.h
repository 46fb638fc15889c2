#pragma once

#include <cstdint>

#include "pbt/algorithm.h"
#include "pbt/checkpoint.h"
#include "pbt/experiment.h"
#include "pbt/store.h"

namespace pbt {

struct Collected {
  int checkpoints = 0;           ///< whose bytes went
  std::uint64_t bytes = 0;       ///< of those
  std::uint64_t bytes_left = 0;  ///< of the checkpoints that stand; 0 when no quota asks for it
  std::int64_t files_left = 0;   ///< the same
};

/// Removes checkpoints that nothing needs: marked in the record first, their bytes after; with durability `process`
/// what stands is flushed before, so that a power cut leaves every member something to fall back to. When more than a
/// quota is left, those that `keep_last` spared go too; when that is not enough the experiment is paused and says so.
/// Never removes what is needed; with durability `process` nothing at all while a member that goes on has lost the
/// bytes that it stands at in a power cut.
Collected collect_garbage(Store& store, CheckpointStorage& storage, const CheckpointSpec& spec);

/// `spec`, with `keep_last` raised to what may still be copied where the algorithm looks at history: a donor at equal
/// steps can be older than its member's last turn by as much as the members' ages differ. Reads that history.
[[nodiscard]] CheckpointSpec with_donors(CheckpointSpec spec, const Algorithm& algorithm, const RunReader& reader);

/// Removes bytes that no record names and none ever will: left by a crash between publishing and recording, or between
/// marking and removing. Returns how many names went. Slow (lists the storage): for start-up and `pbt gc`.
int remove_orphans(const RunReader& reader, CheckpointStorage& storage);

}  // namespace pbt
