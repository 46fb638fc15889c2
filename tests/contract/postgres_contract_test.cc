#include "checkpoint/database_bytes.h"
#include "store/postgres_schema.h"
#include "store/postgres_store.h"
#include "tests/contract/storage_contract.h"
#include "tests/contract/store_contract.h"
#include "tests/support/postgres_server.h"

namespace pbt::contract {
namespace {

/// One server for all tests of this program.
const std::string& server_url() {
  // What a crash would lose does not matter here.
  static const PostgresServer server({"fsync = off"});
  return server.url();
}

std::unique_ptr<StoreUnderTest> postgres_under_test(Durability level) {
  struct Postgres final : StoreUnderTest {
    explicit Postgres(Durability of) : durability(of) {}
    void create(int population, const Clock& given) override {
      postgres::Connection connection(server_url(), {}, clock);
      connection.script("DROP SCHEMA IF EXISTS pbt CASCADE");
      connection.sync();
      create_postgres_experiment(server_url(), "another", "", 2, given);
      create_postgres_experiment(server_url(), "story", "text", population, given);
    }
    std::unique_ptr<Store> open(const Clock& given) override {
      return open_postgres_store(server_url(), "story", clock, {.durability = durability, .lease_clock = &given});
    }
    Durability durability;
    FakeClock clock;  // no test here waits
  };
  return std::make_unique<Postgres>(level);
}

struct InDatabase {
  InDatabase() { create_postgres_experiment(server_url(), "story", "text", 1, clock_); }
  CheckpointStorage& storage() { return *storage_; }
  FakeClock clock_;
  ScratchFolder folder_;
  SystemFiles files_;
  // Each test its own experiment.
  std::unique_ptr<CheckpointStorage> storage_ = make_remote_storage(
      database_bytes(server_url(), folder_.path().string(), clock_), {.scratch = folder_.path() / "scratch"}, files_);
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Database, StorageContract, InDatabase);
INSTANTIATE_TEST_SUITE_P(PostgresPower, StoreContract,
                         testing::Values([] { return postgres_under_test(Durability::power); }));
INSTANTIATE_TEST_SUITE_P(PostgresProcess, StoreContract,
                         testing::Values([] { return postgres_under_test(Durability::process); }));

}  // namespace pbt::contract
