// Publishing one checkpoint of one file through a scratch disk, in turn with the barest way to the same place: a copy
// that is flushed, or inserts of the same chunks. Prints a line of two numbers a take: seconds of pbt, seconds of the
// bare way. Usage: remote_bytes FOLDER directory MEGABYTES TAKES | remote_bytes FOLDER database MEGABYTES TAKES URL

#include <fcntl.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "bench/statistics.h"
#include "checkpoint/database_bytes.h"
#include "checkpoint/directory_bytes.h"
#include "store/postgres_store.h"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t megabyte = 1 << 20;

/// Bytes that do not compress, as weights do not.
std::string weights(std::size_t megabytes) {
  pbt::Random random{7};
  std::string bytes(megabytes * megabyte, '\0');
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    const std::uint64_t word = random.next();
    std::copy_n(reinterpret_cast<const char*>(&word), 8, bytes.data() + at);
  }
  return bytes;
}

void flush(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY);
  if (file < 0 || fsync(file) != 0) throw std::runtime_error("cannot flush " + path.string());
  close(file);
}

void copy_barely(const fs::path& from, const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  fs::copy_file(from, folder / "weights");
  flush(folder / "weights");
  flush(folder);
}

void insert_barely(const std::string& url, const std::string& bytes) {
  PGconn* connection = PQconnectdb(url.c_str());
  const auto run = [&](const char* sql) { PQclear(PQexec(connection, sql)); };
  run("CREATE TABLE IF NOT EXISTS bare (nth bigint PRIMARY KEY, bytes bytea)");
  run("ALTER TABLE bare ALTER bytes SET STORAGE EXTERNAL");
  run("BEGIN");
  run("DELETE FROM bare");
  for (std::size_t nth = 0; nth * megabyte < bytes.size(); ++nth) {
    const std::string number = std::to_string(nth);
    const char* values[] = {number.c_str(), bytes.data() + nth * megabyte};
    const int lengths[] = {0, static_cast<int>(megabyte)}, formats[] = {0, 1};
    PGresult* done =
        PQexecParams(connection, "INSERT INTO bare VALUES ($1, $2)", 2, nullptr, values, lengths, formats, 0);
    if (PQresultStatus(done) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection));
    PQclear(done);
  }
  run("COMMIT");
  PQfinish(connection);
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 5) throw std::invalid_argument("see the source for usage");
  const fs::path folder = arguments[1];
  const bool database = std::string(arguments[2]) == "database";
  const std::string bytes = weights(static_cast<std::size_t>(std::stoi(arguments[3])));
  const std::string url = database ? arguments[5] : "";
  pbt::SystemClock clock;
  pbt::SystemFiles files;
  if (database) (void)pbt::create_postgres_experiment(url, "bytes", "", 1, clock);
  const auto storage = pbt::make_remote_storage(
      database ? pbt::database_bytes(url, "bytes", clock) : pbt::directory_bytes(folder / "shared", files),
      {.scratch = folder / "scratch"}, files);
  const fs::path original = folder / "weights";
  std::ofstream(original, std::ios::binary) << bytes;
  flush(original);
  for (int take = 0; take < std::stoi(arguments[4]); ++take) {
    const std::string name = "m0.t" + std::to_string(take + 1) + ".f1";
    storage->stage(name).write("weights", bytes);
    const double published = pbt::bench::nanoseconds([&] { (void)storage->publish(name); }) / 1e9;
    const double bare = pbt::bench::nanoseconds(
                            [&] { database ? insert_barely(url, bytes) : copy_barely(original, folder / "bare"); }) /
                        1e9;
    storage->remove(name);
    std::printf("%.3f %.3f\n", published, bare);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "remote_bytes: %s\n", error.what());
  return 1;
}
