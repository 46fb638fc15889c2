// The C library's functions that change a file or a folder, each asking at the gate first. What of them is missed, is
// found by strace (completeness.py). Those of stdio that write behind a FILE are not here: nothing of ours, nor SQLite,
// writes so.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <utime.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include "tests/crash_points/gate.h"

// By an assembler name of its own, so that the headers' attributes and exception specifications do not matter.
#define INTERPOSE(result, function, ...)                                                                   \
  extern "C" __attribute__((visibility("default"))) result our_##function(__VA_ARGS__) __asm__(#function); \
  result our_##function(__VA_ARGS__)
#define REAL(function) static const auto real = next<decltype(&our_##function)>(#function)

namespace {

using crash_points::Answer;
using crash_points::change;

constexpr bool takes_room = true, takes_none = false;

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool refused(const Answer& answer) {
  if (answer.error == 0) return false;
  errno = answer.error;
  return true;
}

/// Opening changes something when it makes or empties a file.
bool changes(int flags) { return (flags & (O_CREAT | O_TRUNC)) != 0; }

template <class Write>
ssize_t write_some(const Answer& answer, std::size_t bytes, Write write) {
  if (refused(answer)) return -1;
  if (!answer.tear) return write(bytes);
  if (bytes > 1) (void)write(bytes / 2);
  crash_points::die();
}

}  // namespace

#define INTERPOSE_OPEN(function)                                                             \
  INTERPOSE(int, function, const char* path, int flags, mode_t mode) {                       \
    REAL(function);                                                                          \
    if (changes(flags) && refused(change(#function, AT_FDCWD, path, takes_room))) return -1; \
    return real(path, flags, mode);                                                          \
  }
#define INTERPOSE_OPENAT(function)                                                         \
  INTERPOSE(int, function, int folder, const char* path, int flags, mode_t mode) {         \
    REAL(function);                                                                        \
    if (changes(flags) && refused(change(#function, folder, path, takes_room))) return -1; \
    return real(folder, path, flags, mode);                                                \
  }
#define INTERPOSE_FOPEN(function)                                                               \
  INTERPOSE(FILE*, function, const char* path, const char* mode) {                              \
    REAL(function);                                                                             \
    if (*mode != 'r' && refused(change(#function, AT_FDCWD, path, takes_room))) return nullptr; \
    return real(path, mode);                                                                    \
  }
#define INTERPOSE_PWRITE(function)                                                              \
  INTERPOSE(ssize_t, function, int descriptor, const void* bytes, std::size_t size, off_t at) { \
    REAL(function);                                                                             \
    return write_some(change(#function, descriptor, takes_room), size,                          \
                      [&](std::size_t some) { return real(descriptor, bytes, some, at); });     \
  }
#define INTERPOSE_WRITEV(function, ...)                                                                      \
  INTERPOSE(ssize_t, function, int descriptor, const iovec* parts, int count __VA_OPT__(, off_t at)) {       \
    REAL(function);                                                                                          \
    return write_some(                                                                                       \
        change(#function, descriptor, takes_room), static_cast<std::size_t>(count),                          \
        [&](std::size_t some) { return real(descriptor, parts, static_cast<int>(some) __VA_OPT__(, at)); }); \
  }
// One path, or one descriptor, and what else there is.
#define INTERPOSE_PATH(function, room, parameters, arguments)                            \
  INTERPOSE(int, function, const char* path parameters) {                                \
    REAL(function);                                                                      \
    return refused(change(#function, AT_FDCWD, path, room)) ? -1 : real(path arguments); \
  }
#define INTERPOSE_AT(function, room, parameters, arguments)                                    \
  INTERPOSE(int, function, int folder, const char* path parameters) {                          \
    REAL(function);                                                                            \
    return refused(change(#function, folder, path, room)) ? -1 : real(folder, path arguments); \
  }
#define INTERPOSE_DESCRIPTOR(function, room, parameters, arguments)                        \
  INTERPOSE(int, function, int descriptor parameters) {                                    \
    REAL(function);                                                                        \
    return refused(change(#function, descriptor, room)) ? -1 : real(descriptor arguments); \
  }
#define AND(...) , __VA_ARGS__
#define NOTHING

INTERPOSE_OPEN(open)
INTERPOSE_OPEN(open64)
INTERPOSE_OPENAT(openat)
INTERPOSE_OPENAT(openat64)
INTERPOSE_PATH(creat, takes_room, AND(mode_t mode), AND(mode))
INTERPOSE_PATH(creat64, takes_room, AND(mode_t mode), AND(mode))
INTERPOSE_FOPEN(fopen)
INTERPOSE_FOPEN(fopen64)

INTERPOSE(ssize_t, write, int descriptor, const void* bytes, std::size_t size) {
  REAL(write);
  return write_some(change("write", descriptor, takes_room), size,
                    [&](std::size_t some) { return real(descriptor, bytes, some); });
}
INTERPOSE_PWRITE(pwrite)
INTERPOSE_PWRITE(pwrite64)
INTERPOSE_WRITEV(writev)
INTERPOSE_WRITEV(pwritev, at)
INTERPOSE_WRITEV(pwritev64, at)
INTERPOSE(ssize_t, sendfile, int to, int from, off_t* at, std::size_t size) {
  REAL(sendfile);
  return write_some(change("sendfile", to, takes_room), size,
                    [&](std::size_t some) { return real(to, from, at, some); });
}
INTERPOSE(ssize_t, sendfile64, int to, int from, off_t* at, std::size_t size) {
  REAL(sendfile64);
  return write_some(change("sendfile64", to, takes_room), size,
                    [&](std::size_t some) { return real(to, from, at, some); });
}
INTERPOSE(ssize_t, copy_file_range, int from, off_t* from_at, int to, off_t* to_at, std::size_t size, unsigned flags) {
  REAL(copy_file_range);
  return write_some(change("copy_file_range", to, takes_room), size,
                    [&](std::size_t some) { return real(from, from_at, to, to_at, some, flags); });
}

INTERPOSE_PATH(truncate, takes_none, AND(off_t size), AND(size))
INTERPOSE_PATH(truncate64, takes_none, AND(off_t size), AND(size))
INTERPOSE_DESCRIPTOR(ftruncate, takes_none, AND(off_t size), AND(size))
INTERPOSE_DESCRIPTOR(ftruncate64, takes_none, AND(off_t size), AND(size))
INTERPOSE_DESCRIPTOR(fallocate, takes_room, AND(int mode, off_t at, off_t size), AND(mode, at, size))
INTERPOSE_DESCRIPTOR(fallocate64, takes_room, AND(int mode, off_t at, off_t size), AND(mode, at, size))
INTERPOSE_DESCRIPTOR(fsync, takes_none, NOTHING, NOTHING)
INTERPOSE_DESCRIPTOR(fdatasync, takes_none, NOTHING, NOTHING)
INTERPOSE_DESCRIPTOR(syncfs, takes_none, NOTHING, NOTHING)
INTERPOSE_DESCRIPTOR(fchmod, takes_none, AND(mode_t mode), AND(mode))
INTERPOSE_DESCRIPTOR(fchown, takes_none, AND(uid_t user, gid_t group), AND(user, group))
INTERPOSE_DESCRIPTOR(futimens, takes_none, AND(const timespec* times), AND(times))

// These answer with the error instead of setting errno.
INTERPOSE(int, posix_fallocate, int descriptor, off_t at, off_t size) {
  REAL(posix_fallocate);
  const Answer answer = change("posix_fallocate", descriptor, takes_room);
  return answer.error != 0 ? answer.error : real(descriptor, at, size);
}
INTERPOSE(int, posix_fallocate64, int descriptor, off_t at, off_t size) {
  REAL(posix_fallocate64);
  const Answer answer = change("posix_fallocate64", descriptor, takes_room);
  return answer.error != 0 ? answer.error : real(descriptor, at, size);
}

INTERPOSE_PATH(unlink, takes_none, NOTHING, NOTHING)
INTERPOSE_PATH(rmdir, takes_none, NOTHING, NOTHING)
INTERPOSE_PATH(remove, takes_none, NOTHING, NOTHING)
INTERPOSE_PATH(mkdir, takes_room, AND(mode_t mode), AND(mode))
INTERPOSE_PATH(mkfifo, takes_room, AND(mode_t mode), AND(mode))
INTERPOSE_PATH(chmod, takes_none, AND(mode_t mode), AND(mode))
INTERPOSE_PATH(utime, takes_none, AND(const utimbuf* times), AND(times))
INTERPOSE_AT(unlinkat, takes_none, AND(int flags), AND(flags))
INTERPOSE_AT(mkdirat, takes_room, AND(mode_t mode), AND(mode))
INTERPOSE_AT(fchmodat, takes_none, AND(mode_t mode, int flags), AND(mode, flags))
INTERPOSE_AT(utimensat, takes_none, AND(const timespec* times, int flags), AND(times, flags))

// Two paths: where the second one lies is what changes, or both.
INTERPOSE(int, rename, const char* from, const char* to) {
  REAL(rename);
  return refused(change("rename", AT_FDCWD, to, takes_none)) ? -1 : real(from, to);
}
INTERPOSE(int, renameat, int from_folder, const char* from, int to_folder, const char* to) {
  REAL(renameat);
  return refused(change("renameat", to_folder, to, takes_none)) ? -1 : real(from_folder, from, to_folder, to);
}
INTERPOSE(int, renameat2, int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  REAL(renameat2);
  return refused(change("renameat2", to_folder, to, takes_none)) ? -1 : real(from_folder, from, to_folder, to, flags);
}
INTERPOSE(int, link, const char* from, const char* to) {
  REAL(link);
  return refused(change("link", AT_FDCWD, to, takes_room)) ? -1 : real(from, to);
}
INTERPOSE(int, linkat, int from_folder, const char* from, int to_folder, const char* to, int flags) {
  REAL(linkat);
  return refused(change("linkat", to_folder, to, takes_room)) ? -1 : real(from_folder, from, to_folder, to, flags);
}
INTERPOSE(int, symlink, const char* target, const char* path) {
  REAL(symlink);
  return refused(change("symlink", AT_FDCWD, path, takes_room)) ? -1 : real(target, path);
}
INTERPOSE(int, symlinkat, const char* target, int folder, const char* path) {
  REAL(symlinkat);
  return refused(change("symlinkat", folder, path, takes_room)) ? -1 : real(target, folder, path);
}

#define INTERPOSE_FCNTL(function)                                                                            \
  INTERPOSE(int, function, int descriptor, int command, void* argument) {                                    \
    REAL(function);                                                                                          \
    const bool locks = command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK;                  \
    if (locks && crash_points::counts_locks() && refused(change("lock", descriptor, takes_none))) return -1; \
    return real(descriptor, command, argument);                                                              \
  }
INTERPOSE_FCNTL(fcntl)
INTERPOSE_FCNTL(fcntl64)
