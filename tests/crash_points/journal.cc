#include "tests/crash_points/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace crash_points {
namespace {

/// The parts of a commit, each described.
std::vector<std::string> parts(const pbt::Commit& commit) {
  std::vector<std::string> parts;
  if (const auto* start = std::get_if<pbt::StartMember>(&commit)) parts.push_back(describe(start->decision));
  if (const auto* decide = std::get_if<pbt::Decide>(&commit))
    for (const pbt::Decision& decision : decide->decisions) parts.push_back(describe(decision));
  if (const auto* failed = std::get_if<pbt::FailTurn>(&commit)) {
    parts.push_back(describe(failed->failure));
    if (failed->replacement) parts.back() += ", " + describe(*failed->replacement);
  }
  if (const auto* finished = std::get_if<pbt::FinishTurns>(&commit))
    for (const pbt::FinishedTurn& each : finished->turns) {
      parts.push_back(describe(each.turn));
      if (each.decision) parts.back() += ", " + describe(*each.decision);
    }
  return parts;
}

class JournaledStore final : public ForwardingStore {
 public:
  JournaledStore(std::unique_ptr<pbt::Store> inner, const Journal& journal, bool early)
      : ForwardingStore(std::move(inner)), journal_(journal), early_(early) {}

  std::vector<pbt::Lease> acquire(const pbt::LeaseRequest& request) override {
    std::vector<pbt::Lease> leases = inner_->acquire(request);
    for (const pbt::Lease& lease : leases)
      journal_.acknowledged("lease m" + std::to_string(lease.member.id) + ".f" + std::to_string(lease.fence()));
    return leases;
  }

  std::vector<pbt::CommitResult> commit(const pbt::Commit& commit) override {
    const std::vector<std::string> said = parts(commit);
    for (const std::string& part : said) journal_.tried(part);
    if (early_)
      for (const std::string& part : said) journal_.acknowledged(part);
    std::vector<pbt::CommitResult> results = inner_->commit(commit);
    for (std::size_t i = 0; i < said.size() && !early_; ++i)
      if (results[std::min(i, results.size() - 1)] == pbt::CommitResult::committed) journal_.acknowledged(said[i]);
    return results;
  }

  void control(const pbt::Control& control) override {
    inner_->control(control);
    if (const auto* pin = std::get_if<pbt::Pin>(&control); pin && pin->pinned)
      journal_.acknowledged("pin " + pin->checkpoint);
    if (const auto* import = std::get_if<pbt::Import>(&control))
      journal_.acknowledged("import " + import->checkpoint.name);
    if (std::holds_alternative<pbt::SetSpecification>(control)) journal_.acknowledged("specification");
  }

  std::vector<pbt::Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    std::vector<pbt::Checkpoint> removed = inner_->collect(keep_last, flushed);
    for (const pbt::Checkpoint& checkpoint : removed) journal_.acknowledged("removed " + checkpoint.name);
    return removed;
  }

 private:
  const Journal& journal_;
  bool early_;
};

}  // namespace

Journal::Journal(std::filesystem::path file) : file_(std::move(file)) {}

void Journal::append(const std::string& line) const {
  const int file = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  const std::string whole = line + "\n";
  const bool written = ::write(file, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size());
  if (::close(file) != 0 || !written) throw std::runtime_error("the journal " + file_.string() + " cannot be written");
}

Noted read_journal(const std::filesystem::path& file) {
  Noted noted;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.find(' ');
    const std::string what = line.substr(space + 1);
    if (line.starts_with("try "))
      noted.tried.insert(what);
    else if (!noted.acknowledged.insert(what).second && what.find(' ') != std::string::npos)
      noted.twice.push_back(what);
  }
  return noted;
}

std::string describe(const pbt::Turn& turn) {
  return "turn " + turn_id(turn.key, turn.fence) + " " + turn.checkpoint.checksum + " to " +
         std::to_string(turn.to_step);
}

std::string describe(const pbt::Decision& decision) {
  const std::string from = decision.weights ? " from " + to_string(*decision.weights) : "";
  return "decision m" + std::to_string(decision.member) + ".t" + std::to_string(decision.turn) + ".r" +
         std::to_string(decision.revision) + " " + to_string(decision.kind) + from;
}

std::string describe(const pbt::Failure& failure) {
  return "failure " + turn_id(failure.turn, failure.fence) + " " + to_string(failure.what.kind);
}

std::unique_ptr<pbt::Store> journaled(std::unique_ptr<pbt::Store> inner, const Journal& journal, bool early) {
  return std::make_unique<JournaledStore>(std::move(inner), journal, early);
}

}  // namespace crash_points
