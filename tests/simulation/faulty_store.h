#pragma once

#include "pbt/error.h"
#include "pbt/store.h"
#include "tests/simulation/world.h"

namespace pbt::simulation {

/// One process's way to the store, on which everything goes wrong that the contract of Store allows: the call may never
/// come, or be carried out without an answer, or later; the process may die or stand still on either side of it.
/// `store` outlives the world's tasks.
class FaultyStore final : public Store {
 public:
  FaultyStore(Store& store, Process& process, Time lease) : store_(store), process_(process), lease_(lease) {}

  RunStatus status() const override {
    return read([this] { return store_.status(); });
  }
  Population population(int history_turns) const override {
    return read([&] { return store_.population(history_turns); });
  }
  TurnPointer turn(TurnKey key) const override {
    return read([&] { return store_.turn(key); });
  }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override {
    return read([&] { return store_.turns(after, limit); });
  }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return read([&] { return store_.decisions(after, limit); });
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override {
    return read([&] { return store_.failures(after, limit); });
  }
  std::vector<Checkpoint> checkpoints() const override {
    return read([this] { return store_.checkpoints(); });
  }

  // What may be carried out later takes its arguments along.
  std::vector<Lease> acquire(const LeaseRequest& request) override {
    return call([request, &store = store_] { return store.acquire(request); });
  }
  std::vector<bool> renew(const std::vector<Lease>& leases, std::chrono::milliseconds duration) override {
    const auto renew = [leases, duration, &store = store_] { return store.renew(leases, duration); };
    if (world().chance(world().faults.renewal_twice)) {
      world().note(Happened::renewal_twice);
      later(renew, 2 * lease_);
    }
    return call(renew);
  }
  std::vector<CommitResult> commit(const Commit& commit) override {
    return call([commit, &store = store_] { return store.commit(commit); });
  }
  void control(const Control& control) override {
    // Not later: nobody would know of a pause that comes when all is well again.
    read([&] {
      store_.control(control);
      return true;
    });
  }
  std::vector<Checkpoint> collect(int keep_last, std::int64_t flushed) override {
    return call([keep_last, flushed, &store = store_] { return store.collect(keep_last, flushed); });
  }

 private:
  [[nodiscard]] World& world() const { return *process_.world; }

  template <typename Action>
  void later(Action action, Time at_most) const {
    World& world = this->world();
    const Time when = world.now() + world.up_to(at_most);
    world.scheduler.start([&world, action, when] {
      world.scheduler.sleep_until(when);
      try {
        (void)action();
      } catch (const Error&) {  // there is nobody left to tell
      }
    });
  }

  [[noreturn]] void die(Happened how) const;
  void stall() const;
  /// Before the call: false when it shall not be carried out now.
  void before() const;
  void after() const;

  template <typename Action>
  auto read(Action action) const -> decltype(action()) {
    before();
    if (world().chance(world().faults.store_error)) {
      world().note(Happened::store_error_before);
      throw StoreError("simulated: the connection to the store broke");
    }
    auto result = action();
    after();
    return result;
  }

  template <typename Action>
  auto call(Action action) const -> decltype(action()) {
    before();
    World& world = this->world();
    if (world.chance(world.faults.store_error)) {
      switch (world.random.integer(0, 2)) {
        case 0:
          world.note(Happened::store_error_before);
          break;
        case 1:
          world.note(Happened::store_error_after);
          (void)action();
          break;
        default:
          world.note(Happened::store_error_late);
          later(action, lease_);
      }
      throw StoreError("simulated: the connection to the store broke");
    }
    auto result = action();
    after();
    return result;
  }

  Store& store_;
  Process& process_;
  Time lease_;
};

}  // namespace pbt::simulation
