#include "store/sqlite_schema.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "core/ancestry.h"
#include "store/sqlite_schema_files.h"

namespace pbt::sqlite {
namespace {

constexpr std::int64_t application_id = 0x50425431;  // "PBT1", in the header of the file

std::int64_t number(Connection& connection, std::string_view pragma) {
  auto query = connection.query(pragma);
  return query.next() ? query.integer(0) : 0;
}

void refuse_newer(const Connection& connection, std::int64_t version, Schema schema) {
  if (version > static_cast<std::int64_t>(schema.size()))
    throw StoreError(
        fmt::format("{}: written by a newer pbt (schema {}, this one knows up to {}): use that pbt or a newer one",
                    connection.file().string(), version, schema.size()));
}

void flush(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool flushed = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (!flushed)
    throw StoreError(
        fmt::format("{}: cannot be flushed to the disk: {}", path.string(), std::system_category().message(error)));
}

/// What is being made has a name of its maker's own, so that nobody ever opens half a store.
std::string name_in_the_making(const std::filesystem::path& file) { return file.filename().string() + ".new-"; }

/// Removes what makers that died have left. One in another container may look dead: it then begins again.
void remove_abandoned(const std::filesystem::path& file) {
  const std::string prefix = name_in_the_making(file);
  std::error_code ignored;  // what cannot be removed is in nobody's way
  for (const auto& entry : std::filesystem::directory_iterator(file.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    int maker = 0;
    if (!name.starts_with(prefix) || std::sscanf(name.c_str() + prefix.size(), "%d-", &maker) != 1 || maker <= 0)
      continue;
    if (kill(maker, 0) != 0 && errno == ESRCH) std::filesystem::remove(entry.path(), ignored);
  }
}

/// Gives the finished file its name, unless there is one of that name.
void publish(const std::filesystem::path& made, const std::filesystem::path& file) {
  flush(made);
  int failed = renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE);
  // Some file systems cannot; they can link.
  if (failed != 0 && (errno == EINVAL || errno == ENOSYS)) failed = link(made.c_str(), file.c_str());
  const int error = errno;
  if (failed != 0) std::remove(made.c_str());
  if (failed != 0 && error != EEXIST)
    throw StoreError(fmt::format("{}: cannot be made: {}", file.string(), std::system_category().message(error)));
  if (std::filesystem::exists(made)) std::remove(made.c_str());  // after a link
}

}  // namespace

Schema newest_schema() { return schema_files; }

void upgrade(Connection& connection, Schema schema) {
  const auto newest = static_cast<std::int64_t>(schema.size());
  if (number(connection, "PRAGMA user_version") == newest) return;
  Transaction transaction(connection, Transaction::Kind::write);
  // Another pbt, perhaps a newer one, may have been here since.
  const std::int64_t version = number(connection, "PRAGMA user_version");
  refuse_newer(connection, version, schema);
  for (const char* text : schema.subspan(static_cast<std::size_t>(version))) connection.script(text);
  connection.script(fmt::format("PRAGMA user_version = {}", newest));
  transaction.commit();
}

namespace {

/// Makes it in full, and gives it its name at the end.
void make_database(const std::filesystem::path& file, Schema schema) {
  static std::atomic<int> count = 0;
  const std::filesystem::path made =
      file.parent_path() / fmt::format("{}{}-{}", name_in_the_making(file), getpid(), ++count);
  std::error_code ignored;
  std::filesystem::remove(made, ignored);  // of an earlier process of the same number
  try {
    Connection connection(made, Open::create);
    // No log: what is still in one when the last connection is closed is copied into the database then, and nobody
    // hears that the copying failed. Flushed once, when it is whole.
    connection.script("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
    connection.script(fmt::format("PRAGMA application_id = {}", application_id));
    upgrade(connection, schema);
    connection.script("PRAGMA journal_mode = WAL");
  } catch (const StoreError&) {
    std::filesystem::remove(made, ignored);
    throw;
  }
  if (std::filesystem::exists(made)) publish(made, file);
}

}  // namespace

void create_database(const std::filesystem::path& given, Schema schema) {
  const std::filesystem::path file = std::filesystem::absolute(given);
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error) throw StoreError(fmt::format("{}: its folder cannot be made: {}", file.string(), error.message()));
  remove_abandoned(file);
  while (!std::filesystem::exists(file, error)) make_database(file, schema);
  // Also when it was there: whoever made it may have been killed before it had flushed these.
  for (const std::filesystem::path& folder : own_ancestry(file.parent_path())) flush(folder);
}

std::unique_ptr<Connection> open_database(const std::filesystem::path& file, Open how, Schema schema) {
  auto connection = std::make_unique<Connection>(file, how);
  if (number(*connection, "PRAGMA application_id") != application_id)
    throw StoreError(
        fmt::format("{}: an SQLite database, but no store of pbt: give another path or move it away", file.string()));
  const auto version = number(*connection, "PRAGMA user_version");
  const auto newest = static_cast<std::int64_t>(schema.size());
  refuse_newer(*connection, version, schema);
  connection->script("PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY");
  if (how == Open::read) {
    if (version < newest)
      throw StoreError(fmt::format(
          "{}: written by an older pbt (schema {}, this one reads {}): `pbt run` or `pbt worker` brings it up",
          file.string(), version, newest));
    return connection;
  }
  connection->keep_side_files();
  connection->script("PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432");
  connection->flush_commits(true);
  upgrade(*connection, schema);
  return connection;
}

}  // namespace pbt::sqlite
