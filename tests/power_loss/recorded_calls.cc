// The C library's calls that change files, once more: each asks the kernel itself and notes what it did. The linker
// prefers those of the program to those of a shared library, for SQLite and the C++ library too. What is not here and
// changes files all the same would be seen by Recorder::finish.

#include "tests/power_loss/recorded_calls.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace pbt::power_loss {

Shadow* recording = nullptr;

namespace {

using Place = std::optional<Shadow::Place>;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "power_loss: %s changes a file in a way that is not recorded\n", what);
  std::abort();
}

Place place(int directory, const char* path) { return recording ? recording->place(directory, path) : std::nullopt; }

int open_at(int directory, const char* path, int flags, mode_t mode) {
  const Place at = (flags & O_TRUNC) != 0 ? place(directory, path) : std::nullopt;
  struct stat before{};
  const bool had_bytes = at && ::fstatat(directory, path, &before, 0) == 0 && before.st_size > 0;
  const long descriptor = ::syscall(SYS_openat, directory, path, flags | O_LARGEFILE, mode);
  if (descriptor >= 0 && recording) recording->opened(static_cast<int>(descriptor), directory, path, had_bytes);
  return static_cast<int>(descriptor);
}

std::optional<int> watched(int descriptor) { return recording ? recording->node_of(descriptor) : std::nullopt; }

void wrote(int node, std::int64_t at, const void* bytes, ssize_t count) {
  recording->note({.kind = Operation::write,
                   .node = node,
                   .at = at,
                   .bytes = std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count))});
}

int truncate_to(int descriptor, std::int64_t size) {
  const long failed = ::syscall(SYS_ftruncate, descriptor, size);
  if (const auto node = watched(descriptor); node && failed == 0)
    recording->note({.kind = Operation::truncate, .node = *node, .at = size});
  return static_cast<int>(failed);
}

ssize_t write_at(int descriptor, const void* bytes, std::size_t count, std::int64_t at) {
  const ssize_t written = ::syscall(SYS_pwrite64, descriptor, bytes, count, at);
  if (const auto node = watched(descriptor); node && written > 0) wrote(*node, at, bytes, written);
  return written;
}

int flush(long call, int descriptor) {
  const long failed = ::syscall(call, descriptor);
  if (const auto node = watched(descriptor); node && failed == 0)
    recording->note({.kind = Operation::sync, .node = *node});
  return static_cast<int>(failed);
}

int make_folder(int directory, const char* path, mode_t mode) {
  const long failed = ::syscall(SYS_mkdirat, directory, path, mode);
  if (const Place at = place(directory, path); at && failed == 0) recording->entered(*at, true);
  return static_cast<int>(failed);
}

int unlink_at(int directory, const char* path, int flags) {
  const Place at = place(directory, path);
  const long failed = ::syscall(SYS_unlinkat, directory, path, flags);
  if (at && failed == 0) recording->left(*at);
  return static_cast<int>(failed);
}

int rename_at(int directory, const char* from, int to_directory, const char* to, unsigned flags) {
  const Place was = place(directory, from), is = place(to_directory, to);
  const long failed = ::syscall(SYS_renameat2, directory, from, to_directory, to, flags);
  if (failed == 0 && recording) {
    if ((flags & RENAME_EXCHANGE) != 0) give_up("renameat2 with RENAME_EXCHANGE");
    recording->moved(was, is);
  }
  return static_cast<int>(failed);
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace
}  // namespace pbt::power_loss

using namespace pbt::power_loss;  // NOLINT: the calls below must stand in the global namespace

#define PBT_OPEN(name, parameters, directory)      \
  int name parameters {                            \
    va_list arguments;                             \
    va_start(arguments, flags);                    \
    const mode_t mode = mode_of(flags, arguments); \
    va_end(arguments);                             \
    return open_at(directory, path, flags, mode);  \
  }

extern "C" {

PBT_OPEN(open, (const char* path, int flags, ...), AT_FDCWD)
PBT_OPEN(open64, (const char* path, int flags, ...), AT_FDCWD)
PBT_OPEN(openat, (int directory, const char* path, int flags, ...), directory)
PBT_OPEN(openat64, (int directory, const char* path, int flags, ...), directory)

int close(int descriptor) {
  if (recording) recording->closed(descriptor);
  return static_cast<int>(::syscall(SYS_close, descriptor));
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
  const ssize_t written = ::syscall(SYS_write, descriptor, bytes, count);
  if (const auto node = watched(descriptor); node && written > 0)
    wrote(*node, ::lseek(descriptor, 0, SEEK_CUR) - written, bytes, written);
  return written;
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t at) {
  return write_at(descriptor, bytes, count, at);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t at) {
  return write_at(descriptor, bytes, count, at);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  if (!watched(descriptor)) return ::syscall(SYS_writev, descriptor, parts, count);
  std::string whole;
  for (int i = 0; i < count; ++i) whole.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return write(descriptor, whole.data(), whole.size());
}

ssize_t sendfile(int to, int from, off_t* at, size_t count) noexcept {
  if (!watched(to)) return ::syscall(SYS_sendfile, to, from, at, count);
  std::string bytes(count, '\0');
  const ssize_t got = at ? ::pread(from, bytes.data(), count, *at) : ::read(from, bytes.data(), count);
  if (got <= 0) return got;
  if (at) *at += got;
  return write(to, bytes.data(), static_cast<size_t>(got));
}

ssize_t copy_file_range(int from, off64_t* from_at, int to, off64_t* to_at, size_t count, unsigned flags) {
  if (watched(to)) give_up("copy_file_range");
  return ::syscall(SYS_copy_file_range, from, from_at, to, to_at, count, flags);
}

int ftruncate(int descriptor, off_t size) noexcept { return truncate_to(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) noexcept { return truncate_to(descriptor, size); }

int fallocate(int descriptor, int mode, off_t at, off_t count) {
  if (watched(descriptor)) give_up("fallocate");
  return static_cast<int>(::syscall(SYS_fallocate, descriptor, mode, at, count));
}

int syncfs(int descriptor) noexcept {
  const long failed = ::syscall(SYS_syncfs, descriptor);
  if (watched(descriptor) && failed == 0) recording->note({.kind = Operation::sync_all});
  return static_cast<int>(failed);
}

int fsync(int descriptor) { return flush(SYS_fsync, descriptor); }
int fdatasync(int descriptor) { return flush(SYS_fdatasync, descriptor); }

int mkdir(const char* path, mode_t mode) noexcept { return make_folder(AT_FDCWD, path, mode); }
int mkdirat(int directory, const char* path, mode_t mode) noexcept { return make_folder(directory, path, mode); }

int unlink(const char* path) noexcept { return unlink_at(AT_FDCWD, path, 0); }
int rmdir(const char* path) noexcept { return unlink_at(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int directory, const char* path, int flags) noexcept { return unlink_at(directory, path, flags); }
int remove(const char* path) noexcept {
  const int failed = unlink_at(AT_FDCWD, path, 0);
  return failed != 0 && errno == EISDIR ? unlink_at(AT_FDCWD, path, AT_REMOVEDIR) : failed;
}

int rename(const char* from, const char* to) noexcept { return rename_at(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int directory, const char* from, int to_directory, const char* to) noexcept {
  return rename_at(directory, from, to_directory, to, 0);
}
int renameat2(int directory, const char* from, int to_directory, const char* to, unsigned flags) noexcept {
  return rename_at(directory, from, to_directory, to, flags);
}

int link(const char* from, const char* to) noexcept {
  const Place was = place(AT_FDCWD, from), is = place(AT_FDCWD, to);
  const long failed = ::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
  if (failed == 0 && was && is) recording->linked(*was, *is);
  return static_cast<int>(failed);
}

void* mmap64(void* address, size_t size, int protection, int flags, int descriptor, off64_t at) noexcept {
  if ((flags & MAP_SHARED) != 0 && (protection & PROT_WRITE) != 0 && watched(descriptor)) give_up("mmap");
  return reinterpret_cast<void*>(::syscall(SYS_mmap, address, size, protection, flags, descriptor, at));
}

}  // extern "C"
