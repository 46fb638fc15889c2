#pragma once

#include <filesystem>
#include <memory>

#include "pbt/checkpoint.h"
#include "pbt/files.h"
#include "store/sqlite_schema.h"
#include "tests/crash_points/journal.h"
#include "tests/crash_points/site.h"

/// The engine's protocols done wrongly, to see that the harness notices.
namespace crash_points {

/// The machine's files; late in renaming where that is the flaw.
[[nodiscard]] std::unique_ptr<pbt::Files> make_files(Flaw flaw);
/// The store, wrong in the order of what it does where that is the flaw.
[[nodiscard]] std::unique_ptr<pbt::Store> flawed(std::unique_ptr<pbt::Store> store, Flaw flaw,
                                                 pbt::CheckpointStorage& storage);
/// Makes a database without giving it its name at the end only.
void make_in_place(const std::filesystem::path& file);
/// Brings a database up without a transaction around it.
void upgrade_step_by_step(pbt::sqlite::Connection& connection, pbt::sqlite::Schema schema);

}  // namespace crash_points
