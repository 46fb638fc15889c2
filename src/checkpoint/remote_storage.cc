#include "checkpoint/remote_storage.h"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <set>

#include "checkpoint/contents.h"
#include "core/printable.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

class RemoteStorage final : public CheckpointStorage {
 public:
  RemoteStorage(RemoteBytes remote, RemoteOptions options, Files& files)
      : remote_(std::move(remote)), options_(std::move(options)), files_(files) {
    guarded("cannot prepare the scratch folder", [&] {
      for (const fs::path& folder : {staging(), copies(), arriving()}) {
        files_.remove(folder);  // of an earlier process of the same name
        files_.create_folder(folder);
      }
    });
  }
  ~RemoteStorage() override {
    std::error_code ignored;  // the next process of this name removes it
    fs::remove_all(options_.scratch, ignored);
  }

  Folder stage(const std::string& name) override {
    return guarded("cannot stage checkpoint " + printable(name, 100), [&] {
      // What may stand elsewhere is replaced by publish(): asking for its removal would cost every turn a journey.
      remove_here(name);
      files_.create_folder(staging() / name);
      return Folder(staging() / name);
    });
  }

  Checkpoint publish(const std::string& name) override {
    return guarded("cannot publish checkpoint " + printable(name, 100), [&] {
      const fs::path folder = staging() / checked(name);
      if (!fs::exists(folder)) return published_again(name);
      const Contents found = contents(folder);
      if (found.files.empty())
        throw StorageError("checkpoint " + name +
                           " is empty: the trainer saved nothing; write the checkpoint into the save folder");
      const Checkpoint checkpoint = describe(name, folder, found);
      remote_.put(name, folder);
      files_.rename(folder, copies() / name);
      keep(checkpoint);
      return checkpoint;
    });
  }

  Folder open(const Checkpoint& checkpoint) override {
    const std::string& name = checked(checkpoint.name);
    return guarded("cannot read checkpoint " + name, [&] {
      if (is_at_hand(checkpoint)) return Folder(copies() / name);
      const fs::path folder = fetch(name);
      if (folder.empty()) throw CheckpointLost("checkpoint " + name + " is gone");
      if (describe(name, folder, contents(folder)) != checkpoint) {
        files_.remove(folder);
        throw CheckpointLost("checkpoint " + name + " holds other bytes than were recorded");
      }
      const std::lock_guard lock(mutex_);
      if (std::ranges::find(latest_, checkpoint.name, &Checkpoint::name) == latest_.end()) {
        files_.remove(copies() / name);
        files_.rename(folder, copies() / name);
      } else {
        files_.remove(folder);  // another thread was first
      }
      touch(checkpoint);
      return Folder(copies() / name);
    });
  }

  void remove(const std::string& name) override {
    guarded("cannot remove checkpoint " + printable(name, 100), [&] {
      remove_here(name);
      remote_.remove(name);
    });
  }

  std::vector<std::string> list() override {
    return guarded("cannot list checkpoints", [&] {
      std::set<std::string> names;
      for (std::string& name : remote_.list()) names.insert(std::move(name));
      for (std::string& name : files_.list(staging())) names.insert(std::move(name));
      return std::vector<std::string>(names.begin(), names.end());
    });
  }

 private:
  fs::path staging() const { return options_.scratch / "staging"; }
  fs::path copies() const { return options_.scratch / "copies"; }
  fs::path arriving() const { return options_.scratch / "arriving"; }

  void remove_here(const std::string& name) {
    {
      const std::lock_guard lock(mutex_);
      forget(checked(name));
    }
    files_.remove(staging() / name);
  }

  /// A folder of its own for this call; empty: there is nothing under that name.
  fs::path fetch(const std::string& name) {
    fs::path folder;
    {
      const std::lock_guard lock(mutex_);
      folder = arriving() / (name + "." + std::to_string(++fetched_));
    }
    files_.create_folder(folder);
    if (remote_.get(name, folder)) return folder;
    files_.remove(folder);
    return {};
  }

  Checkpoint published_again(const std::string& name) {
    const fs::path folder = fetch(name);
    if (folder.empty()) throw StorageError("checkpoint " + name + " was not staged");
    const Checkpoint checkpoint = describe(name, folder, contents(folder));
    files_.remove(folder);
    return checkpoint;
  }

  bool is_at_hand(const Checkpoint& checkpoint) {
    const std::lock_guard lock(mutex_);
    if (std::ranges::find(latest_, checkpoint) == latest_.end()) return false;
    touch(checkpoint);
    return true;
  }

  void keep(const Checkpoint& checkpoint) {
    const std::lock_guard lock(mutex_);
    touch(checkpoint);
  }

  // Under the mutex.
  void forget(const std::string& name) {
    if (latest_.remove_if([&](const Checkpoint& kept) { return kept.name == name; }) == 0) return;
    files_.remove(copies() / name);
  }

  /// The latest first; copies beyond the limit go.
  void touch(const Checkpoint& checkpoint) {
    latest_.remove_if([&](const Checkpoint& kept) { return kept.name == checkpoint.name; });
    latest_.push_front(checkpoint);
    std::uint64_t bytes = 0;
    int count = 0;
    for (auto at = latest_.begin(); at != latest_.end();) {
      bytes += at->bytes;
      if (++count <= options_.copies_min || bytes <= options_.copies_bytes_max) {
        ++at;
        continue;
      }
      files_.remove(copies() / at->name);
      at = latest_.erase(at);
    }
  }

  RemoteBytes remote_;
  RemoteOptions options_;
  Files& files_;
  std::mutex mutex_;
  std::list<Checkpoint> latest_;  ///< at hand: published or verified by this process; the latest used first
  std::int64_t fetched_ = 0;
};

}  // namespace

std::unique_ptr<CheckpointStorage> make_remote_storage(RemoteBytes remote, RemoteOptions options, Files& files) {
  return std::make_unique<RemoteStorage>(std::move(remote), std::move(options), files);
}

}  // namespace pbt
