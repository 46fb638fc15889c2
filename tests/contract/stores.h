#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "tests/contract/store_contract_fixture.h"

/// Our own stores, for the contract.
namespace pbt::contract {

/// A folder of its own, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "pbt-store-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw StoreError("no temporary folder for a test");
    path_ = path;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<StoreUnderTest> memory_under_test() {
  struct Memory final : StoreUnderTest {
    void create(int population, const Clock& clock) override {
      record = make_memory_record("story", "text", population, clock.now_ms());
    }
    std::unique_ptr<Store> open(const Clock& clock) override { return open_memory_store(record, clock); }
    std::shared_ptr<MemoryRecord> record;
  };
  return std::make_unique<Memory>();
}

inline std::unique_ptr<StoreUnderTest> sqlite_under_test(Durability level) {
  struct Sqlite final : StoreUnderTest {
    explicit Sqlite(Durability of) : durability(of) {}
    void create(int population, const Clock& clock) override {
      create_experiment(folder.path() / "pbt.db", "another", "", 2, clock);
      create_experiment(folder.path() / "pbt.db", "story", "text", population, clock);
    }
    std::unique_ptr<Store> open(const Clock& clock) override {
      return open_sqlite_store(folder.path() / "pbt.db", "story", durability, clock);
    }
    TemporaryFolder folder;
    Durability durability;
  };
  return std::make_unique<Sqlite>(level);
}

}  // namespace pbt::contract
