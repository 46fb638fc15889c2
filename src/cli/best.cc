#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "checkpoint/digest.h"
#include "checkpoint/directory_storage.h"
#include "cli/commands.h"
#include "cli/storage.h"
#include "cli/terminal.h"
#include "pbt/error.h"
#include "pbt/files.h"
#include "view/machine_views.h"
#include "view/text_views.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

/// The checkpoint that the files of `folder` would be, which are flushed to the disk on the way.
Checkpoint flushed(const fs::path& folder, const std::string& name, Files& files) {
  Digest digest;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    files.sync(entry.path());
    if (!entry.is_regular_file()) continue;
    digest.add_file(entry.path().lexically_relative(folder).generic_string(), entry.path());
  }
  files.sync(folder);
  return digest.finish(name);
}

/// All of it or nothing: into a folder beside `to`, verified, then renamed.
void copy_checkpoint(const fs::path& from, const Checkpoint& checkpoint, const fs::path& to) {
  SystemFiles files;
  const fs::path staging = fmt::format("{}.pbt-{}", to.string(), getpid());
  try {
    files.create_folder(staging);
    copy_folder(from, Folder(staging));
    if (flushed(staging, checkpoint.name, files) != checkpoint) {
      throw CheckpointLost(
          fmt::format("checkpoint {} holds other bytes than were recorded; nothing was copied", from.string()));
    }
    files.rename(staging, to);
    files.sync(to.parent_path());
  } catch (...) {
    std::error_code ignored;  // the first error is the one to tell
    fs::remove_all(staging, ignored);
    throw;
  }
}

/// The best may be overtaken, and its bytes removed, while they are copied: then the new best is copied.
TurnPointer copy_best(const OpenRun& run, const fs::path& to) {
  constexpr int tries = 5;
  for (int attempt = 1;; ++attempt) {
    const TurnPointer best = chosen_turn(run, {});
    try {
      const CheckpointAtHand from(run, best->checkpoint);
      copy_checkpoint(from.folder(), best->checkpoint, to);
      return best;
    } catch (const std::exception&) {
      const bool overtaken = chosen_turn(run, {})->key != best->key;
      if (!overtaken || attempt == tries) throw;
    }
  }
}

}  // namespace

int command_best(const BestOptions& options) {
  const OpenRun run = open_run(options.target);
  TurnPointer best;
  std::string folder;
  if (options.copy.empty()) {
    best = chosen_turn(run, {});
    folder = checkpoint_place(run.location, run.experiment, best->checkpoint);
  } else {
    const fs::path to = fs::absolute(fs::path(options.copy) / "").lexically_normal().parent_path();
    if (fs::exists(to))
      throw UsageError(fmt::format("--copy {}: this is there already; name a folder that is not", to.string()));
    if (!fs::is_directory(to.parent_path())) {
      throw UsageError(fmt::format("--copy {}: there is no folder {}", to.string(), to.parent_path().string()));
    }
    best = copy_best(run, to);
    folder = to.string();
  }
  print(options.json ? best_json(run.experiment, *best, folder) + '\n' : best_text(run.experiment, *best, folder));
  return 0;
}

}  // namespace pbt
