#include "tests/contract/storage_contract.h"

#include <filesystem>

#include "checkpoint/directory_storage.h"
#include "checkpoint/memory_storage.h"

namespace pbt::contract {
namespace {

struct InMemory {
  CheckpointStorage& storage() { return *storage_; }
  std::unique_ptr<CheckpointStorage> storage_ = make_memory_storage();
};

template <Durability durability>
struct InDirectory {
  InDirectory() { std::filesystem::remove_all(root_); }
  CheckpointStorage& storage() {
    if (!storage_) storage_ = make_directory_storage(root_, durability, files_);
    return *storage_;
  }
  std::filesystem::path root_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("storage_contract_") + testing::UnitTest::GetInstance()->current_test_info()->name() +
       (durability == Durability::power ? "_power" : "_process"));
  SystemFiles files_;
  std::unique_ptr<CheckpointStorage> storage_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StorageContract, InMemory);
INSTANTIATE_TYPED_TEST_SUITE_P(DirectoryPower, StorageContract, InDirectory<Durability::power>);
INSTANTIATE_TYPED_TEST_SUITE_P(DirectoryProcess, StorageContract, InDirectory<Durability::process>);

}  // namespace
}  // namespace pbt::contract
