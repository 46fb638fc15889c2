#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "store/sqlite.h"

namespace pbt::sqlite {

/// Makes the database with the newest schema unless it is there; of two who make it at once, one does and both go on
/// with it.
void create_database(const std::filesystem::path& file);

/// Opens a store of ours, which `write` brings to the newest schema. Throws StoreError for anything else.
[[nodiscard]] std::unique_ptr<Connection> open_database(const std::filesystem::path& file, Open how);

}  // namespace pbt::sqlite
