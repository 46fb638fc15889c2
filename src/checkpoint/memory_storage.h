#pragma once

#include <memory>

#include "pbt/checkpoint.h"

namespace pbt {

/// Checkpoints in this process's memory, for trainers in process and for tests.
[[nodiscard]] std::unique_ptr<CheckpointStorage> make_memory_storage();

}  // namespace pbt
