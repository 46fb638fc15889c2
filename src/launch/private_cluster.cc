#include "launch/private_cluster.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "core/printable.h"
#include "launch/program.h"
#include "pbt/error.h"
#include "trainer/program_path.h"
#include "trainer/random_token.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

/// Where distributions keep the server's programs, the newest version first.
std::vector<fs::path> server_folders() {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored))
    folders.push_back(entry.path() / "bin");
  std::ranges::sort(folders, std::greater<>());
  for (const auto& entry : fs::directory_iterator("/usr", ignored))
    if (entry.path().filename().string().starts_with("pgsql-")) folders.push_back(entry.path() / "bin");
  return folders;
}

/// Of the user alone from its first byte on.
void write_secret(const fs::path& path, const std::string& text) {
  fs::remove(path);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const bool written = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (file >= 0) ::close(file);
  if (!written) throw Error(path.string() + " cannot be written");
}

void replace(const fs::path& path, const std::string& text) {
  const fs::path beside = path.string() + ".new";
  std::ofstream(beside, std::ios::trunc) << text;
  fs::rename(beside, path);
}

}  // namespace

std::string postgres_program(const std::string& name) {
  if (const auto found = program_on_path(name)) return found->string();
  for (const fs::path& folder : server_folders())
    if (is_program(folder / name)) return (folder / name).string();
  throw Error(
      "--store auto: there is no " + name +
      " on this machine: load the module of PostgreSQL, or install it (Debian: postgresql, conda: conda install "
      "-c conda-forge postgresql), so that it is on PATH");
}

void make_private_cluster(const fs::path& folder) {
  if (fs::exists(folder / "data" / "PG_VERSION")) return;
  const fs::path data = folder / "data.new", given = folder / "password.new";
  fs::remove_all(data);
  const std::string password = random_token(24);
  write_secret(given, password + "\n");
  const Ran ran = run_program({postgres_program("initdb"), "-D", data.string(), "-U", "pbt", "--pwfile", given.string(),
                               "--auth=scram-sha-256", "-E", "UTF8", "--locale=C"},
                              "install PostgreSQL");
  fs::remove(given);
  if (ran.status != 0)
    throw Error("initdb of " + data.string() + " failed (exit status " + std::to_string(ran.status) +
                "): " + printable(ran.error, 2000));
  std::ofstream access(data / "pg_hba.conf", std::ios::app);
  access << "host all pbt all scram-sha-256\n" << std::flush;
  if (!access) throw Error((data / "pg_hba.conf").string() + " cannot be written");
  write_secret(folder / "password", "*:*:*:pbt:" + password + "\n");
  fs::rename(data, folder / "data");
}

void write_private_service(const fs::path& folder, const std::string& host, int port) {
  replace(folder / "service", "[pbt]\nhost=" + host + "\nport=" + std::to_string(port) +
                                  "\nuser=pbt\ndbname=postgres\npassfile=" + (folder / "password").string() + "\n");
}

void remove_foreign_mark(const fs::path& folder, const std::string& host) {
  std::ifstream file(folder / "service");
  const std::string service(std::istreambuf_iterator<char>(file), {});
  if (service.find("\nhost=" + host + "\n") == std::string::npos) fs::remove(folder / "data" / "postmaster.pid");
}

}  // namespace pbt
