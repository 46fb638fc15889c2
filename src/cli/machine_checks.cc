#include "cli/machine_checks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <map>
#include <system_error>

#include "pbt/error.h"
#include "trainer/guard.h"
#include "worker/resources.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLittleDisk = 1'000'000'000;
constexpr double kSlowFsyncMs = 50;

MachineCheck check_file_system(const fs::path& folder) {
  // From linux/magic.h and the file systems' own sources.
  static const std::map<std::uint32_t, std::string> network = {
      {0x6969, "NFS"},      {0x517b, "SMB"},        {0xff534d42, "CIFS"},
      {0xfe534d42, "SMB2"}, {0x0bd00bd0, "Lustre"}, {0x00c36400, "Ceph"},
      {0x47504653, "GPFS"}, {0x19830326, "BeeGFS"}, {0x5346414f, "AFS"},
      {0x01021997, "9P"},   {0x7461636f, "OCFS2"},  {0x65735546, "FUSE (sshfs, s3fs and the like)"}};
  struct statfs info{};
  if (::statfs(folder.c_str(), &info) != 0)
    return {"file_system", MachineCheck::warning,
            fmt::format("{} cannot be looked at: {}", folder.string(), std::system_category().message(errno))};
  const auto found = network.find(static_cast<std::uint32_t>(info.f_type));
  if (found == network.end())
    return {"file_system", MachineCheck::fine, folder.string() + " is on a local file system"};
  return {"file_system", MachineCheck::warning,
          fmt::format("{} is on {}: SQLite's locks do not work safely across machines there. Keep the store on a local "
                      "disk (--store "
                      "sqlite:PATH), and all workers on this machine",
                      folder.string(), found->second)};
}

MachineCheck check_disk(const fs::path& folder) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (error)
    return {"disk", MachineCheck::warning,
            fmt::format("free space of {} is unknown: {}", folder.string(), error.message())};
  const std::string free = fmt::format("{:.1f} GB free", static_cast<double>(space.available) / 1e9);
  if (space.available < kLittleDisk)
    return {"disk", MachineCheck::warning, free + ": little for checkpoints; free some, or set [checkpoints] quota"};
  return {"disk", MachineCheck::fine, free};
}

/// The median of a few small flushed writes, in milliseconds. Throws Error.
double fsync_ms(const fs::path& file) {
  const auto failed = [&](const char* what) {
    return Error(fmt::format("{}: cannot {}: {}", file.string(), what, std::system_category().message(errno)));
  };
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) throw failed("be made");
  std::array<double, 11> times{};
  const std::array<char, 4096> bytes{};
  bool ok = true;
  for (double& time : times) {
    const auto before = std::chrono::steady_clock::now();
    ok = ok && ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
         ::fsync(descriptor) == 0;
    time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count();
  }
  const Error error = failed("be flushed");
  ::close(descriptor);
  ::unlink(file.c_str());
  if (!ok) throw error;
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

MachineCheck check_fsync(const fs::path& folder) {
  try {
    const double ms = fsync_ms(folder / fmt::format(".pbt-doctor-{}", ::getpid()));
    const std::string text = fmt::format("a flushed write takes {:.2f} ms", ms);
    if (ms < kSlowFsyncMs) return {"fsync", MachineCheck::fine, text};
    return {"fsync", MachineCheck::warning,
            text + "; with turns of seconds, consider [checkpoints] durability = \"process\""};
  } catch (const Error& error) {
    return {"fsync", MachineCheck::problem, error.what()};
  }
}

MachineCheck check_guard() {
  try {
    return {"guard", MachineCheck::fine, "trainers start through " + find_guard_program()};
  } catch (const Error& error) {
    return {"guard", MachineCheck::problem, error.what()};
  }
}

}  // namespace

std::vector<MachineCheck> check_machine(const fs::path& folder) {
  const Granted what = granted();
  const std::string gpus =
      what.gpus.empty() ? "none" : fmt::format("{} ({})", what.gpus.size(), fmt::join(what.gpus, ", "));
  const bool old_sqlite = sqlite3_libversion_number() < 3037000;  // STRICT tables
  return {{"sqlite", old_sqlite ? MachineCheck::problem : MachineCheck::fine,
           std::string(sqlite3_libversion()) + (old_sqlite ? ": 3.37 or newer is needed" : "")},
          check_file_system(folder),
          check_disk(folder),
          check_fsync(folder),
          {"cores", MachineCheck::fine, fmt::format("{} granted", what.cores)},
          {"gpus", MachineCheck::fine, gpus},
          check_guard()};
}

}  // namespace pbt
