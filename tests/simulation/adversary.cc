#include "tests/simulation/adversary.h"

#include <algorithm>
#include <cmath>

#include "checkpoint/collect.h"
#include "pbt/error.h"

namespace pbt::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int hosts = 3;

/// As `pbt inject` does: other values for a member's next turn.
void inject(Store& store, Random& random) {
  const Population population = store.population();
  const Member& member = population.members[random.index(population.members.size())];
  if (!member.next || member.state != MemberState::ready) return;
  Decision decision = *member.next;
  decision.turn = member.turns;
  decision.revision = member.next->turn == member.turns ? member.next->revision + 1 : 0;
  decision.kind = decision.weights ? DecisionKind::proceed : DecisionKind::start;
  decision.donor.reset();
  decision.snapshot = population.sequence;
  decision.reason = "inject: rate";
  decision.hyperparameters.set("rate", 0.01);
  (void)store.commit(Decide{{decision}, {}});
}

class Adversary {
 public:
  Adversary(const Site& site, CheckpointStorage& bytes) : site_(site), world_(site.world), bytes_(bytes) {}

  void kill() {
    if (Process* victim = anybody()) {
      world_.note(Happened::kill);
      world_.kill(*victim);
    }
  }

  void stop() {
    if (Process* victim = anybody()) {
      world_.note(Happened::sigstop);
      victim->stopped_until = world_.now() + world_.up_to(3 * site_.scenario.lease);
    }
  }

  void cut_power() {
    world_.note(Happened::power_cut);
    for (Process* process : world_.living()) world_.kill(*process);
    if (site_.scenario.experiment.checkpoints.durability == Durability::power) return;
    const std::vector<std::string> names = bytes_.list();
    for (int i = 0; i < 3 && !names.empty() && world_.chance(0.5); ++i) lose(names[world_.random.index(names.size())]);
  }

  void end_database() {
    world_.note(Happened::outage);
    world_.database_down_until = world_.now() + world_.up_to(60s);
  }

  void fill_disk() {
    world_.note(Happened::disk_full);
    world_.disk_full_until = world_.now() + world_.up_to(600s);
  }

  void join() {
    if (static_cast<int>(world_.living().size()) >= site_.scenario.processes) return;
    world_.note(Happened::join);
    start_process(site_, any_host(), static_cast<int>(world_.random.integer(1, site_.scenario.workers_a_process)),
                  world_.chance(0.2));
  }

  void leave() {
    Process* process = anybody();
    if (process == nullptr || !process->ask_to_leave) return;
    world_.note(Happened::leave);
    process->ask_to_leave(/*save=*/world_.chance(0.7));
  }

  void step_clock() {
    world_.note(Happened::clock_step);
    world_.clocks_are_steady = false;
    world_.store_clock_step_ms += world_.random.integer(-600'000, 600'000);
    world_.record_changed();
  }

  void interfere() {
    switch (world_.random.integer(0, 4)) {
      case 0:
        return command([](Store& store, CheckpointStorage&) { store.control(SetState{RunState::paused, "by hand"}); },
                       Happened::pause);
      case 1:
        return command(
            [](Store& store, CheckpointStorage&) {
              if (store.status().state == RunState::paused) store.control(SetState{RunState::running, ""});
            },
            Happened::pause);
      case 2:
        return command(
            [&world = world_](Store& store, CheckpointStorage&) {
              const std::vector<Checkpoint> standing = store.checkpoints();
              if (standing.empty()) return;
              try {
                store.control(Pin{standing[world.random.index(standing.size())].name, world.chance(0.3)});
              } catch (const StoreError&) {  // it may have been collected meanwhile
              }
            },
            Happened::pin);
      case 3:
        return command(
            [&site = site_](Store& store, CheckpointStorage& storage) {
              (void)remove_orphans(store, storage);
              (void)collect_garbage(store, storage,
                                    with_donors(site.scenario.experiment.checkpoints, site.algorithm, store));
            },
            Happened::collection);
      default:
        return command([&world = world_](Store& store, CheckpointStorage&) { inject(store, world.random); },
                       Happened::inject);
    }
  }

 private:
  [[nodiscard]] Process* anybody() {
    const std::vector<Process*> living = world_.living();
    return living.empty() ? nullptr : living[world_.random.index(living.size())];
  }
  [[nodiscard]] int any_host() { return static_cast<int>(world_.random.integer(1, hosts)); }

  void command(std::function<void(Store&, CheckpointStorage&)> action, Happened what) {
    world_.note(what);
    start_command(site_, any_host(), std::move(action));
  }

  /// What was not flushed may be absent, or torn.
  void lose(const std::string& name) {
    world_.note(Happened::bytes_lost);
    site_.witness.lost(name);
    if (world_.chance(0.5)) return bytes_.remove(name);
    bytes_.stage(name).write("weights", "torn");
    (void)bytes_.publish(name);
  }

  const Site& site_;
  World& world_;
  CheckpointStorage& bytes_;
};

}  // namespace

void start_adversary(const Site& site, CheckpointStorage& bytes, Time until) {
  const auto adversary = std::make_shared<Adversary>(site, bytes);
  World& world = site.world;
  const auto every = [&](double seconds, void (Adversary::*act)()) {
    if (seconds <= 0) return;
    world.scheduler.start([=, &world] {
      for (;;) {
        const double wait_s = -seconds * std::log(1 - world.random.uniform());
        const Time next = world.now() + Time(static_cast<std::int64_t>(wait_s * 1e9) + 1);
        if (next >= until || world.violation()) return;
        world.scheduler.sleep_until(next);
        if (world.violation() || world.healthy) return;
        ((*adversary).*act)();
      }
    });
  };
  const Faults& faults = site.scenario.faults;
  every(faults.kill_every, &Adversary::kill);
  every(faults.stop_every, &Adversary::stop);
  every(faults.power_cut_every, &Adversary::cut_power);
  every(faults.outage_every, &Adversary::end_database);
  every(faults.disk_full_every, &Adversary::fill_disk);
  every(faults.join_every, &Adversary::join);
  every(faults.leave_every, &Adversary::leave);
  every(faults.clock_step_every, &Adversary::step_clock);
  every(faults.person_every, &Adversary::interfere);
}

}  // namespace pbt::simulation
