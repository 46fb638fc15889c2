#include "checkpoint/memory_storage.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "checkpoint/digest.h"
#include "pbt/error.h"

namespace pbt {
namespace {

using FilesPointer = std::shared_ptr<Folder::Files>;

class MemoryStorage final : public CheckpointStorage {
 public:
  Folder stage(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    FilesPointer files = std::make_shared<Folder::Files>();
    staged_[name] = files;
    published_.erase(name);
    return Folder(files);
  }

  Checkpoint publish(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    if (const auto staged = staged_.find(name); staged != staged_.end()) {
      if (staged->second->empty())
        throw StorageError("checkpoint " + name +
                           " is empty: the trainer saved nothing; write the checkpoint into the save folder");
      published_[name] = staged->second;
      staged_.erase(staged);
    }
    return describe(name);
  }

  Folder open(const Checkpoint& checkpoint) override {
    const std::lock_guard lock(mutex_);
    if (describe(checkpoint.name) != checkpoint)
      throw CheckpointLost("checkpoint " + checkpoint.name + " holds other bytes than were recorded");
    return Folder(published_.at(checkpoint.name));
  }

  void remove(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    staged_.erase(name);
    published_.erase(name);
  }

  std::vector<std::string> list() override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto* bytes : {&staged_, &published_})
      for (const auto& [name, unused] : *bytes) names.push_back(name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

 private:
  Checkpoint describe(const std::string& name) const {
    const auto found = published_.find(name);
    if (found == published_.end()) throw CheckpointLost("checkpoint " + name + " is not in memory");
    Digest digest;
    for (const auto& [file, bytes] : *found->second) digest.add(file, bytes);
    return digest.finish(name);
  }

  std::mutex mutex_;
  std::map<std::string, FilesPointer, std::less<>> staged_, published_;
};

}  // namespace

std::unique_ptr<CheckpointStorage> make_memory_storage() { return std::make_unique<MemoryStorage>(); }

}  // namespace pbt
