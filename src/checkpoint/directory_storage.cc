#include "checkpoint/directory_storage.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <vector>

#include "checkpoint/contents.h"
#include "core/ancestry.h"
#include "core/printable.h"
#include "pbt/error.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

class DirectoryStorage final : public CheckpointStorage {
 public:
  DirectoryStorage(fs::path root, Durability durability, Files& files)
      : root_(std::move(root)), durability_(durability), files_(files) {
    guarded("cannot prepare the checkpoint folder", [&] {
      files_.create_folder(root_ / "staging");
      root_ = fs::weakly_canonical(root_);  // links that lead here are people's; within, none is followed
      if (durability_ == Durability::process) return;
      for (const fs::path& folder : own_ancestry(root_.parent_path())) files_.sync(folder);
    });
  }

  Folder stage(const std::string& name) override {
    return guarded("cannot stage checkpoint " + printable(name, 100), [&] {
      remove(name);
      files_.create_folder(staging(name));
      return Folder(staging(name));
    });
  }

  Checkpoint publish(const std::string& name) override {
    return guarded("cannot publish checkpoint " + printable(name, 100), [&] {
      if (!fs::exists(staging(name))) return describe(name, published(name), contents(published(name)));
      const Contents found = contents(staging(name));
      if (found.files.empty())
        throw StorageError("checkpoint " + name +
                           " is empty: the trainer saved nothing; write the checkpoint into the save folder");
      const Checkpoint checkpoint = describe(name, staging(name), found);
      if (durability_ == Durability::power) flush_files(staging(name), found);
      files_.rename(staging(name), published(name));
      if (durability_ == Durability::power) files_.sync(root_);
      remember(checkpoint);
      return checkpoint;
    });
  }

  Folder open(const Checkpoint& checkpoint) override {
    const fs::path folder = published(checkpoint.name);
    if (!fs::is_directory(folder)) throw CheckpointLost("checkpoint " + folder.string() + " is gone");
    if (!is_verified(checkpoint)) {
      guarded("cannot read checkpoint " + folder.string(), [&] { verify(checkpoint, folder); });
      remember(checkpoint);
    }
    return Folder(folder);
  }

  void remove(const std::string& name) override {
    guarded("cannot remove checkpoint " + printable(name, 100), [&] {
      {
        const std::lock_guard lock(mutex_);
        verified_.erase(name);
      }
      files_.remove(staging(name));
      files_.remove(published(name));
    });
  }

  void flush() override {
    if (durability_ == Durability::power) return;
    guarded("cannot flush the checkpoints", [&] {
      const std::lock_guard lock(mutex_);
      std::vector<std::string> published = files_.list(root_);
      if (std::ranges::includes(flushed_, published)) return;
      files_.sync_all(root_);
      flushed_ = std::move(published);
    });
  }

  std::vector<std::string> list() override {
    return guarded("cannot list checkpoints", [&] {
      std::set<std::string> names;
      for (const fs::path& folder : {root_, root_ / "staging"})
        for (std::string& name : files_.list(folder)) names.insert(std::move(name));
      names.erase("staging");
      std::erase_if(names, [](const std::string& name) { return name.starts_with('.'); });  // not ours
      return std::vector<std::string>(names.begin(), names.end());
    });
  }

 private:
  fs::path published(const std::string& name) const { return root_ / checked(name); }
  fs::path staging(const std::string& name) const { return root_ / "staging" / checked(name); }

  void verify(const Checkpoint& checkpoint, const fs::path& folder) {
    try {
      if (describe(checkpoint.name, folder, contents(folder)) != checkpoint)
        throw CheckpointLost("checkpoint " + folder.string() + " holds other bytes than were recorded");
    } catch (const std::system_error& error) {
      if (!is_absence(error.code())) throw;
      throw CheckpointLost("checkpoint " + folder.string() + " was removed while it was read");
    }
  }

  /// Files first, then the folders that name them, innermost first.
  void flush_files(const fs::path& folder, const Contents& found) {
    for (const fs::path& file : found.files) files_.sync(folder / file);
    for (auto it = found.folders.rbegin(); it != found.folders.rend(); ++it) files_.sync(folder / *it);
    files_.sync(folder);
  }

  void remember(const Checkpoint& checkpoint) {
    const std::lock_guard lock(mutex_);
    verified_[checkpoint.name] = checkpoint;
  }

  bool is_verified(const Checkpoint& checkpoint) {
    const std::lock_guard lock(mutex_);
    const auto found = verified_.find(checkpoint.name);
    return found != verified_.end() && found->second == checkpoint;
  }

  fs::path root_;
  Durability durability_;
  Files& files_;
  std::mutex mutex_;
  std::vector<std::string> flushed_;  ///< durability `process`: what was there when all was flushed last; sorted
  std::map<std::string, Checkpoint> verified_;  ///< published or checked by this process; others cannot change them
};

}  // namespace

std::unique_ptr<CheckpointStorage> make_directory_storage(const fs::path& root, Durability durability, Files& files) {
  return std::make_unique<DirectoryStorage>(fs::absolute(root), durability, files);
}

void copy_folder(const fs::path& from, const Folder& to) {
  guarded("cannot read the checkpoint " + from.string(), [&] {
    const Contents found = contents(from);
    if (found.files.empty()) throw StorageError("there are no files in the checkpoint " + from.string());
    for (const fs::path& file : found.files) {
      if (to.path()) {
        fs::create_directories((*to.path() / file).parent_path());
        fs::copy_file(from / file, *to.path() / file);
      } else {
        to.write(file.generic_string(), Folder(from / file.parent_path()).read(file.filename().string()));
      }
    }
  });
}

}  // namespace pbt
