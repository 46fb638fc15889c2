#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "store/sqlite.h"

namespace pbt::sqlite {

/// SQL texts: text k brings a database from version k to k + 1.
using Schema = std::span<const char* const>;

/// The one that this pbt knows.
[[nodiscard]] Schema newest_schema();

/// Makes the database with all of the schema unless it is there; of two who make it at once, one does and both go on
/// with it.
void create_database(const std::filesystem::path& file, Schema schema = newest_schema());

/// Opens a store of ours, which `write` brings to the end of the schema. Throws StoreError for anything else.
[[nodiscard]] std::unique_ptr<Connection> open_database(const std::filesystem::path& file, Open how,
                                                        Schema schema = newest_schema());

/// Runs those texts that the database has not seen: all of them, or none where one fails or the process dies. Throws
/// StoreError when the database is beyond the schema.
void upgrade(Connection& connection, Schema schema);

}  // namespace pbt::sqlite
