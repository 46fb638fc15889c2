#pragma once

/// What the interposed calls ask before they are let through.
namespace crash_points {

struct Answer {
  int error = 0;      ///< fail with this instead
  bool tear = false;  ///< do half of it, then die()
};

/// `path` is relative to the folder `folder`, or AT_FDCWD. `takes_room`: fails on a full disk.
Answer change(const char* call, int folder, const char* path, bool takes_room);
Answer change(const char* call, int descriptor, bool takes_room);
[[nodiscard]] bool counts_locks();
[[noreturn]] void die();

}  // namespace crash_points
