#include "checkpoint/database_bytes.h"

#include <fstream>

#include "checkpoint/contents.h"
#include "store/postgres.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_bytes = 1 << 20;
constexpr std::chrono::milliseconds patience{300'000}, pause{500};

/// Calls `operation(connection)` in a transaction of its own; again where the connection broke, for as long as that
/// may take.
template <class Operation>
auto transact(const std::string& url, Clock& clock, const Operation& operation) {
  const std::chrono::nanoseconds deadline = clock.monotonic() + patience;
  for (;;) {
    try {
      postgres::Connection connection(url, {}, clock);
      connection.script("BEGIN;\nSET LOCAL search_path = pbt;\nSET LOCAL synchronous_commit = on");
      auto result = operation(connection);
      connection.script("COMMIT");
      connection.sync();
      return result;
    } catch (const postgres::ConnectionLost& error) {
      if (clock.monotonic() >= deadline) throw StorageError(error.what());
    } catch (const StoreError& error) {
      throw StorageError(error.what());
    }
    clock.wait(pause);
  }
}

class DatabaseBytes {
 public:
  DatabaseBytes(std::string url, std::string experiment, Clock& clock)
      : url_(std::move(url)), experiment_(std::move(experiment)), clock_(clock) {}

  void put(const std::string& name, const fs::path& folder) const {
    const Contents found = contents(folder);
    (void)transact(url_, clock_, [&](postgres::Connection& connection) {
      forget(connection, name);
      connection.execute("INSERT INTO stored_checkpoints (experiment, name) VALUES (?, ?)", experiment_, name);
      for (const fs::path& file : found.files) put_file(connection, name, folder, file);
      return true;
    });
  }

  bool get(const std::string& name, const fs::path& folder) const {
    return transact(url_, clock_, [&](postgres::Connection& connection) {
      auto there =
          connection.query("SELECT 1 FROM stored_checkpoints WHERE experiment = ? AND name = ?", experiment_, name);
      if (!there.next()) return false;
      auto files = connection.query(
          "SELECT file, max(nth) + 1 FROM stored_chunks WHERE experiment = ? AND name = ? GROUP BY file", experiment_,
          name);
      while (files.next()) get_file(connection, name, folder, files.text(0), files.integer(1));
      return true;
    });
  }

  void remove(const std::string& name) const {
    (void)transact(url_, clock_, [&](postgres::Connection& connection) {
      forget(connection, name);
      return true;
    });
  }

  std::vector<std::string> list() const {
    return transact(url_, clock_, [&](postgres::Connection& connection) {
      std::vector<std::string> names;
      auto rows =
          connection.query("SELECT name FROM stored_checkpoints WHERE experiment = ? ORDER BY name", experiment_);
      while (rows.next()) names.push_back(rows.text(0));
      return names;
    });
  }

 private:
  void forget(postgres::Connection& connection, const std::string& name) const {
    connection.execute("DELETE FROM stored_checkpoints WHERE experiment = ? AND name = ?", experiment_, name);
  }

  void put_file(postgres::Connection& connection, const std::string& name, const fs::path& folder,
                const fs::path& file) const {
    std::ifstream in(folder / file, std::ios::binary);
    std::string chunk(chunk_bytes, '\0');
    for (std::int64_t nth = 0;; ++nth) {
      in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      if (in.bad() || (in.gcount() == 0 && !in.eof()))
        throw StorageError("cannot read " + (folder / file).string() + " to bring it into the database");
      if (in.gcount() == 0 && nth > 0) return;
      const std::string_view read(chunk.data(), static_cast<std::size_t>(in.gcount()));
      connection.execute("INSERT INTO stored_chunks (experiment, name, file, nth, bytes) VALUES (?, ?, ?, ?, ?)",
                         experiment_, name, file.generic_string(), nth, postgres::Bytes{read});
      connection.sync();  // a chunk at a time: neither side holds more
      if (in.eof()) return;
    }
  }

  void get_file(postgres::Connection& connection, const std::string& name, const fs::path& folder,
                const std::string& file, std::int64_t chunks) const {
    const fs::path path = (folder / file).lexically_normal();
    // Whoever may write to the database must not write elsewhere on this machine.
    if (fs::path(file).is_absolute() || *path.lexically_relative(folder).begin() == "..")
      throw StorageError("checkpoint " + name + " in the database names a file outside its folder: it is damaged");
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    for (std::int64_t nth = 0; nth < chunks; ++nth) {
      auto row = connection.query_bytes(
          "SELECT bytes FROM stored_chunks WHERE experiment = ? AND name = ? AND file = ? AND nth = ?", experiment_,
          name, file, nth);
      if (!row.next()) throw StorageError("checkpoint " + name + " in the database lacks a chunk of " + file);
      const std::string_view bytes = row.bytes(0);
      out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    if (!out.flush()) throw StorageError("cannot write " + path.string() + ": is the disk full?");
  }

  std::string url_, experiment_;
  Clock& clock_;
};

}  // namespace

RemoteBytes database_bytes(const std::string& url, const std::string& experiment, Clock& clock) {
  const DatabaseBytes database(url, experiment, clock);
  return {[=](const std::string& name, const fs::path& folder) { database.put(name, folder); },
          [=](const std::string& name, const fs::path& folder) { return database.get(name, folder); },
          [=](const std::string& name) { database.remove(name); }, [=] { return database.list(); }};
}

}  // namespace pbt
