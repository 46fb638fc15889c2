#pragma once

/// What every Store promises, for ours and for plug-ins. Implement StoreUnderTest, include this header in one test
/// program, and write
///   INSTANTIATE_TEST_SUITE_P(Mine, StoreContract, testing::Values([] { return std::unique_ptr<StoreUnderTest>(new
///   Mine); }));
#include "tests/contract/store_contract_collect.h"
#include "tests/contract/store_contract_commit.h"
#include "tests/contract/store_contract_decide.h"
#include "tests/contract/store_contract_lease.h"
#include "tests/contract/store_contract_misuse.h"
#include "tests/contract/store_contract_read.h"
