#include "tests/contract/storage_contract.h"

#include "checkpoint/directory_bytes.h"
#include "checkpoint/directory_storage.h"
#include "checkpoint/memory_storage.h"
#include "checkpoint/remote_storage.h"
#include "tests/support/scratch_folder.h"

namespace pbt::contract {
namespace {

struct InMemory {
  CheckpointStorage& storage() { return *storage_; }
  std::unique_ptr<CheckpointStorage> storage_ = make_memory_storage();
};

template <Durability durability>
struct InDirectory {
  CheckpointStorage& storage() { return *storage_; }
  ScratchFolder folder_;
  SystemFiles files_;
  std::unique_ptr<CheckpointStorage> storage_ =
      make_directory_storage(folder_.path() / "checkpoints", durability, files_);
};

struct InDirectoryByScratch {
  CheckpointStorage& storage() { return *storage_; }
  ScratchFolder folder_;
  SystemFiles files_;
  std::unique_ptr<CheckpointStorage> storage_ = make_remote_storage(directory_bytes(folder_.path() / "shared", files_),
                                                                    {.scratch = folder_.path() / "scratch"}, files_);
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StorageContract, InMemory);
INSTANTIATE_TYPED_TEST_SUITE_P(DirectoryPower, StorageContract, InDirectory<Durability::power>);
INSTANTIATE_TYPED_TEST_SUITE_P(DirectoryProcess, StorageContract, InDirectory<Durability::process>);
INSTANTIATE_TYPED_TEST_SUITE_P(DirectoryByScratch, StorageContract, InDirectoryByScratch);

}  // namespace
}  // namespace pbt::contract
