#include "tests/contract/store_contract.h"

#include "tests/contract/stores.h"

namespace pbt::contract {

INSTANTIATE_TEST_SUITE_P(Memory, StoreContract, testing::Values([] { return memory_under_test(); }));
INSTANTIATE_TEST_SUITE_P(SqliteProcess, StoreContract,
                         testing::Values([] { return sqlite_under_test(Durability::process); }));
INSTANTIATE_TEST_SUITE_P(SqlitePower, StoreContract,
                         testing::Values([] { return sqlite_under_test(Durability::power); }));

}  // namespace pbt::contract
