#include "store/memory_store.h"

#include <mutex>

#include "store/memory_tables.h"
#include "store/recorder.h"

namespace pbt {

struct MemoryRecord {
  std::mutex mutex;
  MemoryTables tables;
};

namespace {

class MemoryStore final : public Store {
  /// Calls one of the tables' functions under the lock.
  template <class Function, class... Arguments>
  auto locked(Function function, Arguments... arguments) const {
    const std::lock_guard lock(record_->mutex);
    return (record_->tables.*function)(arguments...);
  }

 public:
  MemoryStore(std::shared_ptr<MemoryRecord> record, const Clock& clock) : record_(std::move(record)), clock_(clock) {}

  RunStatus status() const override { return locked(&MemoryTables::status); }
  Population population(int history_turns) const override { return locked(&MemoryTables::population, history_turns); }
  TurnPointer turn(TurnKey key) const override { return locked(&MemoryTables::turn, key); }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override {
    return locked(&MemoryTables::turns, after, limit);
  }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return locked(&MemoryTables::decisions, after, limit);
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override {
    return locked(&MemoryTables::failures, after, limit);
  }
  std::vector<Checkpoint> checkpoints() const override { return locked(&MemoryTables::checkpoints); }

  std::vector<Lease> acquire(const LeaseRequest& request) override {
    rules::check(request);
    const std::lock_guard lock(record_->mutex);
    if (record_->tables.state() != RunState::running) return {};
    return rules::acquire(record_->tables, request, clock_.now_ms());
  }
  std::vector<bool> renew(const std::vector<Lease>& leases, std::chrono::milliseconds duration) override {
    const std::lock_guard lock(record_->mutex);
    return rules::renew(record_->tables, leases, clock_.now_ms() + duration.count());
  }
  std::vector<CommitResult> commit(const Commit& commit) override {
    const std::lock_guard lock(record_->mutex);
    return rules::commit(record_->tables, commit, clock_.now_ms());
  }
  void control(const Control& control) override {
    const std::lock_guard lock(record_->mutex);
    rules::control(record_->tables, control);
  }
  std::vector<Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    const std::lock_guard lock(record_->mutex);
    return rules::collect(record_->tables, keep_last, flushed);
  }

 private:
  std::shared_ptr<MemoryRecord> record_;
  const Clock& clock_;
};

}  // namespace

std::shared_ptr<MemoryRecord> make_memory_record(const std::string& experiment, const std::string& specification,
                                                 int population, std::int64_t created_ms) {
  const RunStatus status{experiment, specification, RunState::running, "", created_ms, 0};
  return std::shared_ptr<MemoryRecord>(new MemoryRecord{{}, MemoryTables(status, population)});
}

std::unique_ptr<Store> open_memory_store(std::shared_ptr<MemoryRecord> record, const Clock& clock) {
  return std::make_unique<MemoryStore>(std::move(record), clock);
}

std::unique_ptr<Store> make_memory_store(const std::string& experiment, const std::string& specification,
                                         int population, const Clock& clock) {
  return open_memory_store(make_memory_record(experiment, specification, population, clock.now_ms()), clock);
}

}  // namespace pbt
