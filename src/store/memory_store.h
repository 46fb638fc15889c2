#pragma once

#include <memory>
#include <string>

#include "pbt/clock.h"
#include "pbt/store.h"

namespace pbt {

/// A record in memory: for simulations, tests and runs whose record nobody keeps. Lives as long as one of its stores.
struct MemoryRecord;

[[nodiscard]] std::shared_ptr<MemoryRecord> make_memory_record(const std::string& experiment,
                                                               const std::string& specification, int population,
                                                               std::int64_t created_ms);

/// One of any number of stores over the same record. `clock` must outlive it.
[[nodiscard]] std::unique_ptr<Store> open_memory_store(std::shared_ptr<MemoryRecord> record, const Clock& clock);

/// A record of its own, with one store.
[[nodiscard]] std::unique_ptr<Store> make_memory_store(const std::string& experiment, const std::string& specification,
                                                       int population, const Clock& clock);

}  // namespace pbt
