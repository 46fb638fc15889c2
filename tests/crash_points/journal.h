#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pbt/store.h"

/// What a run was told by its store, written down outside of the folder whose calls are counted.
namespace crash_points {

/// Every commit is noted before it is asked for ("try") and after it was acknowledged ("done").
class Journal {
 public:
  explicit Journal(std::filesystem::path file);
  void tried(const std::string& what) const { append("try " + what); }
  void acknowledged(const std::string& what) const { append("done " + what); }

 private:
  void append(const std::string& line) const;
  std::filesystem::path file_;
};

/// Read back.
struct Noted {
  std::set<std::string> tried;
  std::set<std::string> acknowledged;
  std::vector<std::string> twice;  ///< acknowledged more than once
};
[[nodiscard]] Noted read_journal(const std::filesystem::path& file);

// One word for each thing that is recorded; what two records share is the same text.
[[nodiscard]] std::string describe(const pbt::Turn& turn);
[[nodiscard]] std::string describe(const pbt::Decision& decision);
[[nodiscard]] std::string describe(const pbt::Failure& failure);

/// A store that hands everything on.
class ForwardingStore : public pbt::Store {
 public:
  explicit ForwardingStore(std::unique_ptr<pbt::Store> inner) : inner_(std::move(inner)) {}
  pbt::RunStatus status() const override { return inner_->status(); }
  pbt::Population population(int history_turns) const override { return inner_->population(history_turns); }
  pbt::TurnPointer turn(pbt::TurnKey key) const override { return inner_->turn(key); }
  std::vector<pbt::TurnPointer> turns(std::int64_t after, int limit) const override {
    return inner_->turns(after, limit);
  }
  std::vector<pbt::Decision> decisions(std::int64_t after, int limit) const override {
    return inner_->decisions(after, limit);
  }
  std::vector<pbt::Failure> failures(std::int64_t after, int limit) const override {
    return inner_->failures(after, limit);
  }
  std::vector<pbt::Checkpoint> checkpoints() const override { return inner_->checkpoints(); }
  std::vector<pbt::Lease> acquire(const pbt::LeaseRequest& request) override { return inner_->acquire(request); }
  std::vector<bool> renew(const std::vector<pbt::Lease>& leases, std::chrono::milliseconds duration) override {
    return inner_->renew(leases, duration);
  }
  std::vector<pbt::CommitResult> commit(const pbt::Commit& commit) override { return inner_->commit(commit); }
  void control(const pbt::Control& control) override { inner_->control(control); }
  std::vector<pbt::Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    return inner_->collect(keep_last, flushed);
  }

 protected:
  std::unique_ptr<pbt::Store> inner_;
};

/// `early`: a flaw; says that a commit is acknowledged before it was asked for.
[[nodiscard]] std::unique_ptr<pbt::Store> journaled(std::unique_ptr<pbt::Store> inner, const Journal& journal,
                                                    bool early);

}  // namespace crash_points
