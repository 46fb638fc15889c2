#pragma once

#include "pbt/checkpoint.h"
#include "pbt/store.h"
#include "tests/simulation/witness.h"

namespace pbt::simulation {

/// The store of all processes, with a witness of every call.
class WatchedStore final : public Store {
 public:
  WatchedStore(Store& store, Witness& witness, World& world) : store_(store), witness_(witness), world_(world) {}

  RunStatus status() const override { return store_.status(); }
  Population population(int history_turns) const override { return store_.population(history_turns); }
  TurnPointer turn(TurnKey key) const override { return store_.turn(key); }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override { return store_.turns(after, limit); }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return store_.decisions(after, limit);
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override { return store_.failures(after, limit); }
  std::vector<Checkpoint> checkpoints() const override { return store_.checkpoints(); }

  std::vector<Lease> acquire(const LeaseRequest& request) override {
    std::vector<Lease> leases = store_.acquire(request);
    witness_.acquired(request, leases);
    return leases;
  }
  std::vector<bool> renew(const std::vector<Lease>& leases, std::chrono::milliseconds duration) override {
    std::vector<bool> answers = store_.renew(leases, duration);
    witness_.renewed(leases, answers, duration);
    return answers;
  }
  std::vector<CommitResult> commit(const Commit& commit) override {
    std::vector<CommitResult> results = store_.commit(commit);
    witness_.committed(commit, results);
    return results;
  }
  void control(const Control& control) override {
    store_.control(control);
    if (const auto* import = std::get_if<Import>(&control)) witness_.imported(import->checkpoint);
    world_.record_changed();
  }
  std::vector<Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    std::vector<Checkpoint> removed = store_.collect(keep_last, flushed);
    witness_.collected(removed);
    return removed;
  }

 private:
  Store& store_;
  Witness& witness_;
  World& world_;
};

/// The checkpoint storage of all processes, likewise.
class WatchedStorage final : public CheckpointStorage {
 public:
  WatchedStorage(CheckpointStorage& storage, Witness& witness) : storage_(storage), witness_(witness) {}

  Folder stage(const std::string& name) override {
    witness_.staging(name);
    return storage_.stage(name);
  }
  Checkpoint publish(const std::string& name) override { return storage_.publish(name); }
  Folder open(const Checkpoint& checkpoint) override { return storage_.open(checkpoint); }
  void remove(const std::string& name) override {
    witness_.removing(name);
    storage_.remove(name);
  }
  std::vector<std::string> list() override { return storage_.list(); }

 private:
  CheckpointStorage& storage_;
  Witness& witness_;
};

}  // namespace pbt::simulation
