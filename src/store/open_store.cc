#include "store/open_store.h"

#include <fmt/format.h>
#include <sys/statfs.h>

#include <algorithm>
#include <array>

#include "core/printable.h"
#include "pbt/error.h"
#include "store/postgres_address.h"
#include "store/postgres_store.h"
#include "store/sqlite_store.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

// What a person waits for at a prompt; workers wait longer.
constexpr std::chrono::milliseconds reader_patience{10'000};

void refuse_network(const fs::path& file) {
  fs::path folder = file.parent_path();
  std::error_code ignored;
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  struct statfs there{};
  if (statfs(folder.c_str(), &there) != 0 || !is_network_file_system(there.f_type)) return;
  throw StoreError(fmt::format(
      "{}: lies on a network file system, where SQLite's locks do not hold: two machines would damage the record. Keep "
      "it on a disk of this machine, or in PostgreSQL: --store postgresql://..., or `pbt launch slurm --store auto`",
      file.string()));
}

}  // namespace

bool is_network_file_system(long type) {
  // NFS, SMB 1, CIFS, SMB 2, AFS, Coda, Lustre, GPFS, BeeGFS, Ceph, 9P, OCFS2, GFS2, Panasas.
  constexpr std::array<std::uint32_t, 14> types{0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x5346414F,
                                                0x73757245, 0x0BD00BD0, 0x47504653, 0x19830326, 0x00C36400,
                                                0x01021997, 0x7461636F, 0x01161970, 0xAAD7AAEA};
  return std::ranges::find(types, static_cast<std::uint32_t>(type)) != types.end();
}

std::string StoreAddress::shown() const {
  return is_file() ? "sqlite:" + file.string() : postgres::without_password(url);
}

StoreAddress parse_store_address(const std::string& text) {
  constexpr std::string_view sqlite = "sqlite:";
  if (text.starts_with(sqlite) && text.size() > sqlite.size())
    return {fs::absolute(text.substr(sqlite.size())).lexically_normal(), ""};
  if (text.starts_with("postgresql://") || text.starts_with("postgres://")) {
    (void)postgres::has_password(text);  // whether it can be read at all
    return {{}, text};
  }
  // What was meant as an address may hold a password: only its beginning is repeated.
  throw UsageError(fmt::format(
      "store \"{}\": expected sqlite:PATH, for example sqlite:runs/lander/pbt.db, or postgresql://USER@HOST/DATABASE",
      printable(text.substr(0, text.find('@')).substr(0, text.find("://")), 60)));
}

bool create_experiment(const StoreAddress& address, const std::string& experiment, const std::string& specification,
                       int population, const Clock& clock) {
  if (!address.is_file()) return create_postgres_experiment(address.url, experiment, specification, population, clock);
  refuse_network(address.file);
  return create_experiment(address.file, experiment, specification, population, clock);
}

std::vector<std::string> experiments(const StoreAddress& address, const Clock& clock) {
  return address.is_file() ? experiments(address.file) : postgres_experiments(address.url, clock);
}

std::unique_ptr<Store> open_store(const StoreAddress& address, const std::string& experiment, Durability durability,
                                  Clock& clock) {
  if (!address.is_file()) return open_postgres_store(address.url, experiment, clock, {.durability = durability});
  refuse_network(address.file);
  return open_sqlite_store(address.file, experiment, durability, clock);
}

std::unique_ptr<RunReader> open_reader(const StoreAddress& address, const std::string& experiment, Clock& clock) {
  if (address.is_file()) return open_sqlite_reader(address.file, experiment);
  return open_postgres_store(address.url, experiment, clock, {.connections_max = 1, .patience = reader_patience});
}

}  // namespace pbt
