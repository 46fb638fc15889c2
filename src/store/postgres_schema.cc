#include "store/postgres_schema.h"

#include <fmt/format.h>

#include "store/postgres_schema_files.h"

namespace pbt::postgres {
namespace {

/// Any number that no other program takes: "pbt" and the purpose.
constexpr std::int64_t migration_lock = 0x706274'01;

/// The version of the tables; none: there are no tables.
std::optional<std::int64_t> version_of(Connection& connection) {
  auto there = connection.query("SELECT 1 WHERE to_regclass('pbt.schema_version') IS NOT NULL");
  if (!there.next()) return std::nullopt;
  auto row = connection.query("SELECT version FROM pbt.schema_version");
  return row.next() ? row.integer(0) : 0;
}

void refuse_newer(const Connection& connection, std::int64_t version, Schema schema) {
  if (version > static_cast<std::int64_t>(schema.size()))
    throw StoreError(
        fmt::format("{}: written by a newer pbt (schema {}, this one knows up to {}): use that pbt or a newer one",
                    connection.name(), version, schema.size()));
}

}  // namespace

Schema newest_schema() { return schema_files; }

void upgrade(Connection& connection, Schema schema) {
  const auto newest = static_cast<std::int64_t>(schema.size());
  if (const auto version = version_of(connection)) {
    refuse_newer(connection, *version, schema);
    if (version == newest) return;
  }
  connection.script("BEGIN");
  // Before anything is looked at: whoever comes second finds it done.
  (void)connection.query("SELECT pg_advisory_xact_lock(?)", migration_lock);
  std::int64_t version = version_of(connection).value_or(0);
  refuse_newer(connection, version, schema);
  connection.script("CREATE SCHEMA IF NOT EXISTS pbt");
  connection.script("SET LOCAL search_path = pbt");
  if (version == 0) connection.script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)");
  for (const char* text : schema.subspan(static_cast<std::size_t>(version))) connection.script(text);
  connection.script("DELETE FROM schema_version");
  connection.execute("INSERT INTO schema_version VALUES (?)", newest);
  connection.script("COMMIT");
  connection.sync();
}

bool has_store(Connection& connection, Schema schema) {
  const auto version = version_of(connection);
  if (!version) return false;
  refuse_newer(connection, *version, schema);
  if (*version < static_cast<std::int64_t>(schema.size()))
    throw StoreError(fmt::format(
        "{}: written by an older pbt (schema {}, this one reads {}): `pbt run` or `pbt worker` brings it up",
        connection.name(), *version, schema.size()));
  return true;
}

}  // namespace pbt::postgres
