// What the disk alone takes for one turn with durability `power`: a file of so many bytes in a new folder, both
// flushed, renamed into place, the parent flushed, and one SQLite commit of a comparable row (WAL, synchronous=FULL).
// The yardstick beside which pbt is measured, in the same run. Prints nanoseconds, one line a round. Usage: bare_flush
// FOLDER BYTES ROUNDS      FOLDER: empty, on the disk that is to be measured

#include <sqlite3.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "bench/statistics.h"
#include "pbt/files.h"
#include "pbt/folder.h"

namespace {

namespace fs = std::filesystem;

/// The bytes that a turn, its decision and its checkpoint take in the record, about.
constexpr int row_bytes = 900;

void execute(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(sql.substr(0, 40) + ": " + sqlite3_errmsg(database));
}

void publish(pbt::SystemFiles& files, const fs::path& root, const std::string& name, const std::string& bytes) {
  const fs::path staged = root / "staging" / name;
  files.create_folder(staged);
  pbt::Folder(staged).write("weights", bytes);
  files.sync(staged / "weights");
  files.sync(staged);
  files.rename(staged, root / name);
  files.sync(root);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 4) throw std::invalid_argument("usage: bare_flush FOLDER BYTES ROUNDS");
  const fs::path root = fs::absolute(arguments[1]);
  const std::string bytes(std::stoul(arguments[2]), 'w');
  pbt::SystemFiles files;
  files.create_folder(root / "staging");
  sqlite3* database = nullptr;
  if (sqlite3_open((root / "rows.db").c_str(), &database) != SQLITE_OK) throw std::runtime_error("cannot open rows.db");
  execute(
      database,
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)");
  const std::string insert = "INSERT INTO rows (text) VALUES ('" + std::string(row_bytes, 'r') + "')";
  for (int round = 0; round < std::stoi(arguments[3]); ++round) {
    const double took = pbt::bench::nanoseconds([&] {
      publish(files, root, "turn" + std::to_string(round), bytes);
      execute(database, insert);
    });
    std::printf("%.0f\n", took);
  }
  sqlite3_close(database);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bare_flush: %s\n", error.what());
  return 1;
}
