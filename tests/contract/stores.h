#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "tests/contract/store_contract_fixture.h"
#include "tests/support/scratch_folder.h"

/// Our own stores, for the contract.
namespace pbt::contract {

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
    ScratchFolder folder;
    Durability durability;
  };
  return std::make_unique<Sqlite>(level);
}

}  // namespace pbt::contract
