#include "checkpoint/directory_bytes.h"

#include <set>

#include "checkpoint/contents.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

void copy_contents(const fs::path& from, const fs::path& to, const Contents& found) {
  for (const fs::path& folder : found.folders) fs::create_directories(to / folder);
  for (const fs::path& file : found.files) fs::copy_file(from / file, to / file);
}

class DirectoryBytes {
 public:
  DirectoryBytes(fs::path root, Files& files) : root_(std::move(root)), files_(files) {
    files_.create_folder(root_ / "staging");
  }

  void put(const std::string& name, const fs::path& folder) const {
    const Contents found = contents(folder);
    const fs::path staged = root_ / "staging" / name;
    files_.remove(staged);
    files_.create_folder(staged);
    copy_contents(folder, staged, found);
    for (const fs::path& file : found.files) files_.sync(staged / file);
    for (auto it = found.folders.rbegin(); it != found.folders.rend(); ++it) files_.sync(staged / *it);
    files_.sync(staged);
    files_.remove(root_ / name);
    files_.rename(staged, root_ / name);
    files_.sync(root_);
  }

  bool get(const std::string& name, const fs::path& folder) const {
    const fs::path published = root_ / name;
    // Listing the parent makes an NFS client look again: it may remember for a minute that the name was not there.
    if (!fs::is_directory(published)) (void)files_.list(root_);
    if (!fs::is_directory(published)) return false;
    try {
      copy_contents(published, folder, contents(published));
    } catch (const std::system_error& error) {
      // Removed meanwhile, unless it is our own folder that is not there.
      if (is_absence(error.code()) && fs::is_directory(folder)) return false;
      throw;
    }
    return true;
  }

  void remove(const std::string& name) const {
    files_.remove(root_ / "staging" / name);
    files_.remove(root_ / name);
  }

  std::vector<std::string> list() const {
    std::set<std::string> names;
    for (const fs::path& folder : {root_, root_ / "staging"})
      for (std::string& name : files_.list(folder)) names.insert(std::move(name));
    names.erase("staging");
    std::erase_if(names, [](const std::string& name) { return name.starts_with('.'); });  // not ours
    return {names.begin(), names.end()};
  }

 private:
  fs::path root_;
  Files& files_;
};

}  // namespace

RemoteBytes directory_bytes(const fs::path& root, Files& files) {
  const DirectoryBytes directory(fs::absolute(root), files);
  return {[=](const std::string& name, const fs::path& folder) { directory.put(name, folder); },
          [=](const std::string& name, const fs::path& folder) { return directory.get(name, folder); },
          [=](const std::string& name) { directory.remove(name); }, [=] { return directory.list(); }};
}

}  // namespace pbt
