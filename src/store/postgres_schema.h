#pragma once

#include <memory>
#include <span>
#include <string>

#include "store/postgres.h"

/// Our tables lie in a schema (PostgreSQL's word for a folder of tables) of their own, "pbt", so that they may share a
/// database with others.
namespace pbt::postgres {

/// SQL texts: text k brings the tables from version k to k + 1.
using Schema = std::span<const char* const>;

/// The one that this pbt knows.
[[nodiscard]] Schema newest_schema();

/// Makes the tables, or brings them to the end of the schema: all of it, or nothing where one text fails or somebody
/// dies. Of several who do this at once the others wait. Throws StoreError when they are beyond it.
void upgrade(Connection& connection, Schema schema = newest_schema());

/// Whether there is a store in this database. Throws StoreError when it is of another version than this pbt reads.
[[nodiscard]] bool has_store(Connection& connection, Schema schema = newest_schema());

}  // namespace pbt::postgres
