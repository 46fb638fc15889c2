#include "cli/storage.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "checkpoint/database_bytes.h"
#include "checkpoint/directory_bytes.h"
#include "checkpoint/directory_storage.h"
#include "checkpoint/s3/s3_bytes.h"
#include "cli/write_file.h"
#include "pbt/error.h"
#include "trainer/left_over.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t copies_bytes_max = 4'000'000'000;

/// In a folder of checkpoints; its content is the record's own name.
constexpr const char* mark = ".pbt-record";

constexpr std::string_view s3_scheme = "s3://";

/// Experiments share a bucket and its prefix: each has a folder of its name there.
std::string bucket_of(const Experiment& experiment) {
  std::string storage = experiment.checkpoints.storage;
  while (storage.ends_with('/')) storage.pop_back();
  return storage + "/" + experiment.name;
}

std::string host() {
  char name[256] = "this machine";
  (void)::gethostname(name, sizeof name - 1);
  return name;
}

/// Of what only spreads requests in time: another one in each process, on each machine.
std::uint64_t process_seed(Clock& clock) {
  return static_cast<std::uint64_t>(clock.now_ms()) ^ (static_cast<std::uint64_t>(::getpid()) << 44U);
}

std::unique_ptr<CheckpointStorage> by_scratch(RemoteBytes bytes, int at_once, Files& files) {
  return make_remote_storage(
      std::move(bytes),
      {.scratch = make_temporary_folder(), .copies_bytes_max = copies_bytes_max, .copies_min = 2 * at_once + 2}, files);
}

}  // namespace

bool is_folder_storage(const std::string& storage) { return storage != "database" && !storage.starts_with(s3_scheme); }

fs::path storage_folder(const Location& location, const Experiment& experiment) {
  if (const char* here = std::getenv("PBT_CHECKPOINTS"); here != nullptr && *here != '\0') return fs::absolute(here);
  const std::string& storage = experiment.checkpoints.storage;
  return storage.empty() ? location.checkpoints() : fs::path(storage);
}

std::unique_ptr<CheckpointStorage> open_storage(const Location& location, const Experiment& experiment, int at_once,
                                                Files& files, Clock& clock) {
  const CheckpointSpec& spec = experiment.checkpoints;
  if (spec.storage == "database") {
    if (location.address.is_file())
      throw UsageError(
          "[checkpoints] storage = \"database\" needs a PostgreSQL store: name one with --store or PBT_STORE, or leave "
          "`storage` out, and the bytes lie beside the SQLite file");
    return by_scratch(database_bytes(location.address.url, experiment.name, clock), at_once, files);
  }
  if (spec.storage.starts_with(s3_scheme))
    return by_scratch(s3::s3_bytes(bucket_of(experiment), s3::system_environment(), clock,
                                   {.retries = {.seed = process_seed(clock)}}),
                      at_once, files);
  const fs::path folder = storage_folder(location, experiment);
  if (spec.scratch) return by_scratch(directory_bytes(folder, files), at_once, files);
  return make_directory_storage(folder, spec.durability, files);
}

void require_bucket(const Location& location, const Experiment& experiment) {
  if (!experiment.checkpoints.storage.starts_with(s3_scheme)) return;
  SystemClock clock;
  SystemFiles files;
  (void)open_storage(location, experiment, /*at_once=*/1, files, clock)->list();
}

void mark_storage(const Location& location, const Experiment& experiment, const std::string& record, Files& files) {
  if (location.address.is_file() || !is_folder_storage(experiment.checkpoints.storage)) return;
  const fs::path folder = storage_folder(location, experiment);
  files.create_folder(folder);
  write_file((folder / mark).string(), record + "\n");
}

void require_same_storage(const Location& location, const Experiment& experiment, const std::string& record) {
  if (location.address.is_file() || !is_folder_storage(experiment.checkpoints.storage)) return;
  const fs::path folder = storage_folder(location, experiment);
  std::string there;
  std::getline(std::ifstream(folder / mark), there);
  if (there == record) return;
  throw StorageError(fmt::format(
      "{}: on {} this is not the folder that holds the checkpoints of {}: {}. It must be shared by all machines; where "
      "it "
      "has another path here, name that by PBT_CHECKPOINTS; where nothing is shared, set [checkpoints] storage to "
      "\"database\" or s3://BUCKET/PREFIX in a new experiment",
      folder.string(), host(), experiment.name,
      there.empty() ? fmt::format("there is no {} in it", mark) : "it belongs to " + there));
}

std::string checkpoint_place(const Location& location, const Experiment& experiment, const Checkpoint& checkpoint) {
  const std::string& storage = experiment.checkpoints.storage;
  if (storage == "database") return location.address.shown() + "#" + experiment.name + "/" + checkpoint.name;
  if (storage.starts_with(s3_scheme)) return bucket_of(experiment) + "/" + checkpoint.name;
  return (storage_folder(location, experiment) / checkpoint.name).string();
}

CheckpointAtHand::CheckpointAtHand(const OpenRun& run, const Checkpoint& checkpoint) {
  if (is_folder_storage(run.experiment.checkpoints.storage)) {
    folder_ = storage_folder(run.location, run.experiment) / checkpoint.name;
    if (!fs::is_directory(folder_)) throw CheckpointLost(fmt::format("checkpoint {} is gone", folder_.string()));
    return;
  }
  storage_ = open_storage(run.location, run.experiment, /*at_once=*/1, files_, *run.clock);
  folder_ = *storage_->open(checkpoint).path();
}

}  // namespace pbt
