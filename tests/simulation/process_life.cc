#include "tests/simulation/process_life.h"

#include <fmt/format.h>

#include <algorithm>

#include "pbt/error.h"
#include "pbt/worker.h"
#include "tests/simulation/faulty_storage.h"
#include "tests/simulation/faulty_store.h"
#include "worker/resume.h"

namespace pbt::simulation {
namespace {

using namespace std::chrono_literals;

/// A process's clock. Its machine's wall clock is `skew_ms` off.
class ProcessClock final : public Clock {
 public:
  ProcessClock(const Site& site, Process& process) : site_(site), process_(process), store_clock_(site.world) {}

  std::int64_t now_ms() const override { return store_clock_.now_ms() + process_.skew_ms; }
  std::chrono::nanoseconds monotonic() const override {
    return site_.mutation == Mutation::clock_stands_still ? Time(1) : site_.world.now();
  }
  /// A worker that has nothing to do asks ten times a second; where nothing can come of it, the time is skipped.
  void wait(std::chrono::milliseconds duration) override {
    if (duration < 100ms) return process_.sleep(duration);
    site_.world.await_change(process_, std::max(next_moment(), site_.world.now() + 1ms));
    process_.sleep(site_.world.up_to(duration));
  }

 private:
  /// When a lease or a backoff ends, at the latest in an hour.
  [[nodiscard]] Time next_moment() const {
    const std::int64_t now = store_clock_.now_ms();
    std::int64_t next = now + 3'600'000;
    for (const Member& member : site_.store.population(0).members)
      for (const std::int64_t moment : {member.lease_until_ms, member.not_before_ms})
        if (moment > now) next = std::min(next, moment);
    return site_.world.now() + std::chrono::milliseconds(next - now);
  }

  const Site& site_;
  Process& process_;
  StoreClock store_clock_;
};

/// Processes may end with the errors that they were given; any other is a fault of ours.
void must_be_simulated(World& world, const Error& error) {
  if (world.tell) world.tell(error.what());
  if (!std::string(error.what()).starts_with("simulated:"))
    world.violate(std::string("a process ended with the error: ") + error.what());
}

/// The workers of one process, and what Pool does for them.
class Crew {
 public:
  Crew(const Site& site, Process& process, Store& store, CheckpointStorage& storage, bool exit_when_idle)
      : site_(site),
        process_(process),
        store_(store),
        storage_(storage),
        clock_(site, process),
        exit_when_idle_(exit_when_idle) {}

  WorkerEnd run(int workers) {
    World& world = site_.world;
    const Scheduler::Task mine = world.scheduler.current();
    running_ = workers;
    for (int index = 0; index < workers; ++index)
      world.start(process_, [this, index, mine] {
        const Leaving leaving{*this, mine};
        process_.check_alive();
        work(index);
      });
    keeping_ = true;
    world.start(process_, [this, mine] { keep_leases(mine); });
    process_.ask_to_leave = [this](bool save) { stop(save ? Stop::save : Stop::abandon); };
    while (running_ > 0 || keeping_) world.scheduler.sleep_until(Time::max());
    process_.ask_to_leave = nullptr;
    process_.check_alive();
    if (error_) throw Error("simulated: a worker ended with an error");
    return end_;
  }

 private:
  /// However a worker's task ends, the process's first task hears of it.
  struct Leaving {
    Crew& crew;
    Scheduler::Task waiting;
    ~Leaving() {
      --crew.running_;
      crew.site_.world.scheduler.wake(waiting);
    }
  };

  void work(int index) {
    SimulatedTrainer trainer(process_, site_.witness, site_.scenario.trainer, site_.mutation);
    Worker worker({site_.scenario.experiment, site_.algorithm, store_, storage_, trainer, clock_},
                  {fmt::format("{}-{}", process_.name, index),
                   std::chrono::duration_cast<std::chrono::milliseconds>(site_.scenario.lease), exit_when_idle_});
    workers_.push_back(&worker);
    worker.request_stop(stop_);
    try {
      end_ = worker.run();
    } catch (const Killed&) {
    } catch (const Error& error) {
      must_be_simulated(site_.world, error);
      error_ = true;
      stop(Stop::save);
    }
    std::erase(workers_, &worker);
    while (ticked_ == &worker) site_.world.scheduler.sleep_until(site_.world.now() + 1ms);
  }

  void keep_leases(Scheduler::Task first) {
    const Time pause = std::max<Time>(200ms, site_.scenario.lease / 8);
    try {
      while (running_ > 0) {
        process_.sleep(pause);
        for (Worker* worker : std::vector(workers_)) tick(worker);
      }
    } catch (const Killed&) {
    }
    keeping_ = false;
    site_.world.scheduler.wake(first);
  }

  void tick(Worker* worker) {
    if (std::ranges::find(workers_, worker) == workers_.end()) return;
    ticked_ = worker;
    try {
      worker->tick();
    } catch (const StoreError&) {  // noted, and tried again
    } catch (...) {
      ticked_ = nullptr;
      throw;
    }
    ticked_ = nullptr;
  }

  void stop(Stop how) {
    stop_ = std::max(stop_, how);
    for (Worker* worker : workers_) worker->request_stop(how);
  }

  const Site& site_;
  Process& process_;
  Store& store_;
  CheckpointStorage& storage_;
  ProcessClock clock_;
  const bool exit_when_idle_;
  std::vector<Worker*> workers_;
  Worker* ticked_ = nullptr;
  int running_ = 0;
  bool keeping_ = false;
  bool error_ = false;
  Stop stop_ = Stop::no;
  WorkerEnd end_ = WorkerEnd::stopped;
};

/// What `pbt run` does.
void work(const Site& site, Process& process, int workers, bool exit_when_idle) {
  const Experiment& experiment = site.scenario.experiment;
  FaultyStore store(site.store, process, site.scenario.lease);
  FaultyStorage storage(site.storage, process);
  const auto is_dead = [&](const std::string& worker) {
    const std::string here = fmt::format("h{}-", process.host);
    const std::string owner = worker.substr(0, worker.rfind('-'));
    if (!owner.starts_with(here)) return false;
    const auto found = std::ranges::find(site.world.processes, owner, &Process::name);
    return found != site.world.processes.end() && found->dead;
  };
  take_up(experiment, site.algorithm, store, storage, is_dead);
  WorkerEnd end = WorkerEnd::finished;
  if (!store.population(0).finished()) end = Crew(site, process, store, storage, exit_when_idle).run(workers);
  while (end == WorkerEnd::finished && store.population(0).finished() && resume(experiment, site.algorithm, store) > 0)
    end = Crew(site, process, store, storage, exit_when_idle).run(workers);
}

Process& new_process(const Site& site, int host) {
  World& world = site.world;
  Process& process = world.processes.emplace_back();
  process.world = &world;
  process.host = host;
  process.name = fmt::format("h{}-{}", host, world.processes.size());
  const double skew_ms = world.faults.skew_s * 1000;
  process.skew_ms = static_cast<std::int64_t>(
      Random{site.scenario.seed, static_cast<std::uint64_t>(host), 5}.uniform(-skew_ms, skew_ms));
  return process;
}

}  // namespace

Process& start_process(const Site& site, int host, int workers, bool exit_when_idle) {
  Process& process = new_process(site, host);
  if (site.world.tell)
    site.world.tell(
        fmt::format("{:.3f} s: {} begins", static_cast<double>(site.world.now().count()) / 1e9, process.name));
  site.world.start(process, [&site, &process, workers, exit_when_idle] {
    try {
      work(site, process, workers, exit_when_idle);
    } catch (const Error& error) {
      must_be_simulated(site.world, error);
    }
    if (site.world.tell)
      site.world.tell(
          fmt::format("{:.3f} s: {} ends", static_cast<double>(site.world.now().count()) / 1e9, process.name));
    process.dead = true;
  });
  return process;
}

void start_command(const Site& site, int host, std::function<void(Store&, CheckpointStorage&)> action) {
  Process& process = new_process(site, host);
  site.world.start(process, [&site, &process, action = std::move(action)] {
    FaultyStore store(site.store, process, site.scenario.lease);
    FaultyStorage storage(site.storage, process);
    try {
      action(store, storage);
    } catch (const Error& error) {
      must_be_simulated(site.world, error);
    }
    process.dead = true;
  });
}

}  // namespace pbt::simulation
