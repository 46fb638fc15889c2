#include "tests/crash_points/flaws.h"

#include <set>

namespace crash_points {
namespace {

namespace fs = std::filesystem;

/// Renames when the next thing is done that is no flushing.
class LateFiles final : public pbt::Files {
 public:
  ~LateFiles() override { catch_up(); }
  void create_folder(const fs::path& path) override { catch_up(), files_.create_folder(path); }
  void sync(const fs::path& path) override { files_.sync(path); }
  void sync_all(const fs::path& on) override { files_.sync_all(on); }
  void rename(const fs::path& from, const fs::path& to) override { catch_up(), from_ = from, to_ = to; }
  void remove(const fs::path& path) override { catch_up(), files_.remove(path); }
  std::vector<std::string> list(const fs::path& folder) override { return catch_up(), files_.list(folder); }

 private:
  void catch_up() {
    if (!from_.empty()) files_.rename(from_, to_);
    from_.clear();
  }
  pbt::SystemFiles files_;
  fs::path from_, to_;
};

class DecidesInASecondCommit final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::vector<pbt::CommitResult> commit(const pbt::Commit& commit) override {
    const auto* finished = std::get_if<pbt::FinishTurns>(&commit);
    if (finished == nullptr || !finished->turns.front().decision) return inner_->commit(commit);
    pbt::FinishTurns alone = *finished;
    const pbt::Decision decision = *alone.turns.front().decision;
    alone.turns.front().decision.reset();
    (void)inner_->commit(alone);
    return inner_->commit(pbt::Decide{{decision}, {}});
  }
};

/// What it removes first is a part of what will be marked: what member 0 no longer stands at and nobody copied.
class RemovesBeforeMarking final : public ForwardingStore {
 public:
  RemovesBeforeMarking(std::unique_ptr<pbt::Store> inner, pbt::CheckpointStorage& storage)
      : ForwardingStore(std::move(inner)), storage_(storage) {}
  std::vector<pbt::Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    std::set<std::string> needed;
    const pbt::Population population = inner_->population(0);
    for (const pbt::Member& member : population.members) needed.insert(member.standing->checkpoint.name);
    for (const pbt::Checkpoint& checkpoint : inner_->checkpoints())
      if (checkpoint.name.starts_with("m0.") && !needed.contains(checkpoint.name)) storage_.remove(checkpoint.name);
    return inner_->collect(keep_last, flushed);
  }

 private:
  pbt::CheckpointStorage& storage_;
};

/// Each statement by itself. A text of ours holds no semicolon but at the end of one.
void run_each(pbt::sqlite::Connection& connection, const std::string& text) {
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find(";\n", from), text.size());
    connection.script(text.substr(from, end - from));
    from = end + 1;
  }
}

}  // namespace

std::unique_ptr<pbt::Files> make_files(Flaw flaw) {
  if (flaw == Flaw::recorded_before_published) return std::make_unique<LateFiles>();
  return std::make_unique<pbt::SystemFiles>();
}

std::unique_ptr<pbt::Store> flawed(std::unique_ptr<pbt::Store> store, Flaw flaw, pbt::CheckpointStorage& storage) {
  if (flaw == Flaw::decided_in_a_second_commit) return std::make_unique<DecidesInASecondCommit>(std::move(store));
  if (flaw == Flaw::removed_before_marked) return std::make_unique<RemovesBeforeMarking>(std::move(store), storage);
  return store;
}

void make_in_place(const fs::path& file) {
  if (fs::exists(file)) return;
  fs::create_directories(file.parent_path());
  pbt::sqlite::Connection connection(file, pbt::sqlite::Open::create);
  connection.script("PRAGMA application_id = 0x50425431; PRAGMA journal_mode = WAL");
  pbt::sqlite::upgrade(connection, pbt::sqlite::newest_schema());
}

void upgrade_step_by_step(pbt::sqlite::Connection& connection, pbt::sqlite::Schema schema) {
  std::size_t version = 1;
  for (const char* text : schema.subspan(1)) {
    run_each(connection, text);
    connection.script("PRAGMA user_version = " + std::to_string(++version));
  }
}

}  // namespace crash_points
