#include "pbt/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace pbt {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& file) {
  throw std::system_error(errno, std::generic_category(), what + " " + file);
}

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

void check_name(std::string_view file) {
  if (file.empty() || file == "." || file == ".." || file.find('/') != std::string_view::npos)
    throw std::invalid_argument("\"" + std::string(file) + "\" is not a plain file name");
}

}  // namespace

void Folder::write(std::string_view file, std::string_view bytes) const {
  check_name(file);
  if (const auto* files = files_in_memory()) {
    (*files)->insert_or_assign(std::string(file), std::string(bytes));
    return;
  }
  if (!exists()) throw std::logic_error("this turn has no folder to write into");
  const std::string target = *path() / file;
  Descriptor out{::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (out.fd < 0) fail("cannot create", target);
  while (!bytes.empty()) {
    const ssize_t written = ::write(out.fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write", target);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string Folder::read(std::string_view file) const {
  check_name(file);
  if (const auto* files = files_in_memory()) {
    if (const auto it = (*files)->find(file); it != (*files)->end()) return it->second;
  }
  if (!path()) throw std::system_error(ENOENT, std::generic_category(), "cannot read " + std::string(file));
  const std::string source = *path() / file;
  Descriptor in{::open(source.c_str(), O_RDONLY | O_CLOEXEC)};
  if (in.fd < 0) fail("cannot read", source);
  struct stat what{};
  if (::fstat(in.fd, &what) != 0) fail("cannot read", source);
  if (!S_ISREG(what.st_mode)) {  // a folder's size is any number at all
    errno = S_ISDIR(what.st_mode) ? EISDIR : EINVAL;
    fail("cannot read", source);
  }
  std::string bytes(static_cast<std::size_t>(what.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(in.fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("cannot read", source);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

bool Folder::contains(std::string_view file) const {
  if (const auto* files = files_in_memory()) return (*files)->find(file) != (*files)->end();
  return path() && std::filesystem::is_regular_file(*path() / file);
}

}  // namespace pbt
