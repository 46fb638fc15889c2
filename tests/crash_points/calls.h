#pragma once

#include <atomic>
#include <cstddef>

/// Counts the system calls of this process and its children that change a file or a folder below a given one, and lets
/// the process die, or the call fail, at the n-th. Interposed between programs and the C library: link it before that,
/// or name it in LD_PRELOAD.
namespace crash_points {

enum class Fault : int {
  none,           ///< count only
  kill,           ///< SIGKILL just before the call
  tear,           ///< half of the bytes of a write, then SIGKILL; other calls: as kill
  no_space,       ///< the disk is full for this call: ENOSPC where it takes room
  no_space_ever,  ///< the disk is full from this call on
  io_error,       ///< EIO once
};

struct Orders {
  char folder[512] = "";  ///< absolute; empty: nothing is counted
  long at = 0;            ///< from 1; 0: never
  Fault fault = Fault::none;
  bool locks = false;    ///< record locks count too: what a process does to shared memory lies between them
  char trace[512] = "";  ///< appends a line a call to this file; empty: none
};

/// What has happened so far; lies in memory that outlives the process, shared by all that count together.
struct Tally {
  std::atomic<long> calls;
  std::atomic<long> struck;  ///< how many calls met the fault
  char where[496];           ///< the call that met it first, for people
};

/// Makes this process, and those that it forks, count into `tally` from now on. Programs that start with this library
/// in LD_PRELOAD take their orders from the environment instead: CRASH_POINTS_FOLDER, _AT, _FAULT (its number), _TALLY
/// (a file of sizeof(Tally) bytes) and _TRACE.
void obey(const Orders& orders, Tally* tally);

}  // namespace crash_points
