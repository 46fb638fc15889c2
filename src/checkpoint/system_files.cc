#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "pbt/files.h"

namespace pbt {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  throw std::system_error(errno, std::generic_category(), what + " " + path.string());
}

void flush(const std::filesystem::path& path, int (*how)(int)) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) fail("cannot open for flushing", path);
  const int failed = how(fd);
  const int why = errno;
  ::close(fd);
  if (failed != 0) {
    errno = why;
    fail("cannot flush", path);
  }
}

}  // namespace

void SystemFiles::create_folder(const std::filesystem::path& path) { std::filesystem::create_directories(path); }

void SystemFiles::sync(const std::filesystem::path& path) { flush(path, ::fsync); }

void SystemFiles::sync_all(const std::filesystem::path& on) { flush(on, ::syncfs); }

void SystemFiles::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  // Some network file systems lack RENAME_NOREPLACE; a folder never replaces one that has files, there or here.
  if (errno == EINVAL && ::rename(from.c_str(), to.c_str()) == 0) return;
  fail("cannot move " + from.string() + " to", to);
}

void SystemFiles::remove(const std::filesystem::path& path) {
  // Others may be removing the same folder, or a trainer that lost its lease be writing its last file into it.
  constexpr int tries_most = 100;
  std::error_code error;
  for (int tries = 0; tries < tries_most; ++tries) {
    std::filesystem::remove_all(path, error);
    if (!error) return;
    if (error != std::errc::no_such_file_or_directory && error != std::errc::directory_not_empty) break;
  }
  throw std::system_error(error, "cannot remove " + path.string());
}

std::vector<std::string> SystemFiles::list(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return names;
  if (error) throw std::system_error(error, "cannot list " + folder.string());
  for (const auto& entry : entries) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace pbt
