// Checkpoint names as a hostile record, or a stranger's folder beside the checkpoints, may have them: nothing outside
// of the storage's own folder is ever read, moved or removed. And what sums up a folder tells different files apart.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "checkpoint/collect.h"
#include "checkpoint/digest.h"
#include "checkpoint/directory_storage.h"
#include "pbt/files.h"
#include "pbt/store.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/scratch_folder.h"

namespace {

using namespace pbt;
using fuzz::Bytes;
using fuzz::require;
namespace fs = std::filesystem;

/// Touches nothing, and looks where it was asked to.
class WatchedFiles final : public Files {
 public:
  WatchedFiles(fs::path root, std::string name) : root_(std::move(root)), name_(std::move(name)) {}
  void create_folder(const fs::path& path) override { look(path); }
  void sync(const fs::path& path) override { look(path); }
  void sync_all(const fs::path&) override {}
  void rename(const fs::path& from, const fs::path& to) override { look(from), look(to); }
  void remove(const fs::path& path) override { look(path); }
  std::vector<std::string> list(const fs::path&) override { return {name_}; }
  bool watching = false;

 private:
  void look(const fs::path& path) const {
    if (!watching) return;
    require(path == root_ / name_ || path == root_ / "staging" / name_, "files are touched under their own name",
            path.string());
    require(path.lexically_normal() == path && path.filename() == name_, "files are touched inside the folder alone",
            path.string());
  }
  fs::path root_;
  std::string name_;
};

/// A folder with a checkpoint's folder in it, and a neighbour that belongs to somebody else.
struct Place {
  Place() {
    fs::create_directories(root / "staging");
    for (const fs::path& made : {outside / "x", root / "m0.t1.f1"}) {
      fs::create_directories(made);
      std::ofstream(made / "weights") << "abc";
    }
    Digest digest;
    digest.add("weights", "abc");
    checkpoint = digest.finish("m0.t1.f1");
  }
  ScratchFolder folder{fuzz::fast_base()};
  fs::path outside = folder.path(), root = outside / "checkpoints";
  Checkpoint checkpoint;
};

bool plain(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name != "staging" && name.size() <= 255 &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

template <class Function>
bool refused(Function function) {
  return !fuzz::expect_only<StorageError>(2000, [&] {
            function();
            return true;
          }).has_value();
}

void check_name(const Place& place, const std::string& name) {
  WatchedFiles files(place.root, name);
  const auto storage = make_directory_storage(place.root, Durability::power, files);
  files.watching = true;
  Checkpoint named = place.checkpoint;  // the neighbour has the same bytes
  named.name = name;
  const bool staged = !refused([&] { (void)storage->stage(name); });
  const bool removed = !refused([&] { storage->remove(name); });
  const bool opened = !refused([&] { (void)storage->open(named); });
  const bool published = !refused([&] { (void)storage->publish(name); });
  require(staged == plain(name) && removed == plain(name), "a name is one plain file name", name);
  require(opened == (name == "m0.t1.f1") && published == opened, "only what is inside is opened", name);
}

/// A record with a few members and none of its checkpoints standing.
class Reader final : public RunReader {
 public:
  explicit Reader(Population population) : population_(std::move(population)) {}
  RunStatus status() const override { return {}; }
  Population population(int) const override { return population_; }
  TurnPointer turn(TurnKey) const override { return nullptr; }
  std::vector<TurnPointer> turns(std::int64_t, int) const override { return {}; }
  std::vector<Decision> decisions(std::int64_t, int) const override { return {}; }
  std::vector<Failure> failures(std::int64_t, int) const override { return {}; }
  std::vector<Checkpoint> checkpoints() const override { return {}; }

 private:
  Population population_;
};

void check_orphans(const Place& place, const std::string& name) {
  Population population = unborn_population(3);
  for (Member& member : population.members) member.turns = 2, member.fence = 5;
  WatchedFiles files(place.root, name);
  const auto storage = make_directory_storage(place.root, Durability::power, files);
  files.watching = true;
  if (remove_orphans(Reader(population), *storage) == 0) return;
  bool ours = false;
  for (const std::string member : {"0", "1", "2"})
    ours = ours || name.starts_with("m" + member + ".t") || name.starts_with("initial-" + member + ".");
  require(ours && name.find_first_not_of("mtfinialject.-0123456789") == std::string::npos, "a stranger's files stay",
          name);
}

void check_digest(Bytes& bytes) {
  std::map<std::string, std::string> maps[2];
  for (auto& map : maps)
    for (std::size_t count = bytes.below(4); count > 0; --count) {
      std::string file(bytes.text_until_mark(20));
      std::erase(file, '\0');
      map[file] = bytes.text_until_mark(20);
    }
  Checkpoint sums[2];
  for (int i = 0; i < 2; ++i) {
    Digest digest;
    std::uint64_t size = 0;
    for (const auto& [file, content] : maps[i]) digest.add(file, content), size += content.size();
    sums[i] = digest.finish("name");
    require(sums[i].bytes == size && sums[i].checksum.size() == 32, "sizes add up, and a checksum has 32 digits");
  }
  require((sums[0] == sums[1]) == (maps[0] == maps[1]), "different files have different sums");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place place;
  Bytes bytes(data, size);
  const std::string name(bytes.text_until_mark(300));
  check_name(place, name);
  check_orphans(place, name);
  check_digest(bytes);
  return 0;
}
