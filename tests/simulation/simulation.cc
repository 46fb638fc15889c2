#include "tests/simulation/simulation.h"

#include <fmt/format.h>

#include <bit>

#include "checkpoint/collect.h"
#include "checkpoint/memory_storage.h"
#include "pbt/error.h"
#include "store/memory_store.h"
#include "tests/simulation/adversary.h"
#include "tests/simulation/network.h"
#include "tests/simulation/process_life.h"
#include "tests/simulation/watched.h"
#include "view/doctor.h"

namespace pbt::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int all = 1'000'000'000;

/// For the examination: bytes that a power cut was allowed to take are no fault.
class StorageWithLosses final : public CheckpointStorage {
 public:
  StorageWithLosses(CheckpointStorage& storage, const Witness& witness) : storage_(storage), witness_(witness) {}
  Folder stage(const std::string& name) override { return storage_.stage(name); }
  Checkpoint publish(const std::string& name) override { return storage_.publish(name); }
  Folder open(const Checkpoint& checkpoint) override {
    return witness_.is_lost(checkpoint.name) ? Folder() : storage_.open(checkpoint);
  }
  void remove(const std::string& name) override { storage_.remove(name); }
  std::vector<std::string> list() override { return storage_.list(); }

 private:
  CheckpointStorage& storage_;
  const Witness& witness_;
};

class Simulation {
 public:
  Simulation(const Scenario& scenario, Mutation mutation, std::function<void(const std::string&)> tell)
      : scenario_(scenario),
        world_(scenario.seed, scenario.faults),
        clock_(world_),
        algorithm_(make_algorithm(scenario.experiment, builtin_strategies())),
        mutated_algorithm_(mutated(*algorithm_, mutation)),
        memory_(make_memory_store(scenario.experiment.name, "", scenario.experiment.population, clock_)),
        bytes_(make_memory_storage()),
        mutated_store_(mutated(*memory_, mutation)),
        mutated_storage_(mutated(*bytes_, mutation)),
        witness_(world_, *mutated_store_, *bytes_, clock_, scenario.experiment.population, scenario.sweep_every),
        store_(*mutated_store_, witness_, world_),
        storage_(*mutated_storage_, witness_),
        site_{world_, scenario_, *mutated_algorithm_, store_, storage_, witness_, mutation} {
    world_.tell = std::move(tell);
  }

  Verdict run() {
    for (int i = 0; i < scenario_.processes; ++i) start_process(site_, 1 + i % 3, scenario_.workers_a_process);
    start_adversary(site_, *bytes_, scenario_.chaos);
    run_until(scenario_.chaos);
    if (!over()) heal();
    const Time end = world_.now() + patience();
    run_until(end);
    // Turns that were failing when the trouble ended may have made the run give up: somebody starts it again.
    for (int again = 0; again < 2 && memory_->status().state == RunState::failed; ++again) {
      start_process(site_, 4, 1);
      run_until(end);
    }
    if (!world_.violation()) examine_end();
    for (Process& process : world_.processes) world_.kill(process);
    while (world_.scheduler.step()) {
    }
    return verdict();
  }

 private:
  void run_until(Time end) {
    while (!world_.violation() && world_.scheduler.next() <= end && !over()) (void)world_.scheduler.step();
  }

  /// Done, and everybody has noticed.
  [[nodiscard]] bool over() { return memory_->status().state == RunState::done && world_.living().empty(); }

  /// Nothing goes wrong from here on, and one healthy process is there.
  void heal() {
    if (world_.tell)
      world_.tell(fmt::format("{:.3f} s: the trouble ends", static_cast<double>(world_.now().count()) / 1e9));
    world_.healthy = true;
    Faults calm;
    calm.slowest = world_.faults.slowest;
    calm.trainer_diverge = world_.faults.trainer_diverge;
    calm.trainer_overshoot = world_.faults.trainer_overshoot;
    calm.skew_s = world_.faults.skew_s;
    world_.faults = calm;
    world_.database_down_until = world_.disk_full_until = world_.now();
    for (Process* process : world_.living())
      if (!scenario_.others_survive) world_.kill(*process);
    if (memory_->status().state == RunState::paused) store_.control(SetState{RunState::running, ""});
    start_process(site_, 4, 1);
  }

  /// Far more than one worker needs for everything, with every failure, backoff and lease on its way.
  [[nodiscard]] Time patience() const {
    const Experiment& e = scenario_.experiment;
    const double turns = static_cast<double>(e.population) *
                         std::ceil(static_cast<double>(e.budget.steps) / static_cast<double>(e.interval) + 1);
    const double turn_s = static_cast<double>(e.interval) * scenario_.trainer.seconds_a_step *
                          std::max(1.0, scenario_.faults.slowest) * 1.3;
    constexpr double hanging_turns = 30;  // one that hung when the trouble ended
    return Time(static_cast<std::int64_t>(((turns * 2 + hanging_turns) * turn_s + 7200) * 1e9)) + 10 * scenario_.lease;
  }

  void examine_end() {
    const RunStatus status = memory_->status();
    if (!over()) {
      const Population population = memory_->population();
      std::string members;
      for (const Member& member : population.members)
        if (member.state != MemberState::stopped)
          members += fmt::format(" m{} {} after turn {}, \"{}\", {} failures;", member.id, to_string(member.state),
                                 member.turns, member.worker, member.failures);
      return world_.violate(
          fmt::format("with a healthy worker the experiment does not end: it is {} ({}), {} processes live;{}",
                      to_string(status.state), status.reason, world_.living().size(), members));
    }
    world_.healthy = true;
    while (world_.scheduler.next() < Time::max()) (void)world_.scheduler.step();  // calls that are still on their way
    witness_.sweep();
    examine_record();
    examine_left_over();
  }

  void examine_record() {
    StorageWithLosses storage(*bytes_, witness_);
    const Examination found = examine(*mutated_store_, storage, scenario_.experiment, *algorithm_);
    recomputed_ = found.recomputed;
    for (const std::string& violation : found.violations) world_.violate(violation);
    std::int64_t turns = 0;
    for (const TurnPointer& turn : mutated_store_->turns(0, all)) {
      ++turns;
      if (fingerprint(*turn) != witness_.fingerprint(turn->key))
        world_.violate(to_string(turn->key) + " is in the record otherwise than it was committed");
    }
    if (turns != witness_.turns_committed())
      world_.violate(fmt::format("{} turns were committed, {} are in the record", witness_.turns_committed(), turns));
    if (!mutated_store_->population().finished()) return;
    for (const Member& member : mutated_store_->population().members)
      if (!member.worker.empty())
        world_.violate(fmt::format("member {} is still leased by {}", member.id, member.worker));
  }

  void examine_left_over() {
    (void)remove_orphans(store_, storage_);
    (void)collect_garbage(store_, storage_, scenario_.experiment.checkpoints);
    std::set<std::string> standing;
    for (const Checkpoint& checkpoint : mutated_store_->checkpoints()) standing.insert(checkpoint.name);
    // A lease that nobody has ended may still bring a turn to what it staged.
    for (const Member& member : mutated_store_->population().members)
      if (!member.worker.empty()) standing.insert(turn_id({member.id, member.turns + 1}, member.fence));
    for (const std::string& name : bytes_->list())
      if (!standing.contains(name)) world_.violate("the bytes of " + name + " are left over, and nothing names them");
  }

  /// All that a synchronous run must repeat, whatever its workers went through.
  [[nodiscard]] std::uint64_t digest_of_record() const {
    std::uint64_t sum = 0;  // entries may come in another order
    for (const TurnPointer& turn : mutated_store_->turns(0, all)) {
      Turn bare = *turn;
      bare.fence = bare.started_ms = bare.ended_ms = 0;
      bare.worker.clear();
      bare.checkpoint.name.clear();
      sum += fingerprint(bare);
    }
    for (const Decision& decision : mutated_store_->decisions(0, all)) {
      std::uint64_t one = digest(decision.hyperparameters);
      for (const int part : {decision.member, decision.turn, decision.revision, static_cast<int>(decision.kind),
                             decision.weights ? decision.weights->member * 10'000 + decision.weights->index : -1})
        one = digest(one, static_cast<std::uint64_t>(part));
      sum += one;
    }
    return sum;
  }

  [[nodiscard]] Verdict verdict() {
    return {world_.violation(),
            static_cast<double>(world_.now().count()) / 1e9,
            witness_.turns_committed(),
            recomputed_,
            world_.scheduler.steps(),
            world_.violation() ? 0 : digest_of_record(),
            world_.happened};
  }

  const Scenario& scenario_;
  World world_;
  StoreClock clock_;
  std::unique_ptr<Algorithm> algorithm_, mutated_algorithm_;
  std::unique_ptr<Store> memory_;
  std::unique_ptr<CheckpointStorage> bytes_;
  std::unique_ptr<Store> mutated_store_;
  std::unique_ptr<CheckpointStorage> mutated_storage_;
  Witness witness_;
  WatchedStore store_;
  WatchedStorage storage_;
  Site site_;
  std::int64_t recomputed_ = 0;
};

}  // namespace

Verdict simulate(const Scenario& scenario, Mutation mutation, std::function<void(const std::string&)> tell) {
  return Simulation(scenario, mutation, std::move(tell)).run();
}

bool repeats(const Scenario& scenario) {
  const Faults& f = scenario.faults;
  const bool rewinds = scenario.experiment.checkpoints.durability == Durability::process && f.power_cut_every > 0;
  return scenario.experiment.synchronous && !rewinds && f.person_every == 0 && f.storage_error == 0 &&
         f.disk_full_every == 0 && f.trainer_crash == 0 && f.trainer_hang == 0 && f.trainer_lie == 0;
}

Verdict simulate_twice(const Scenario& scenario, Mutation mutation) {
  Verdict verdict = simulate(scenario, mutation);
  if (verdict.violation) return verdict;
  Scenario calm = scenario;
  calm.faults = {};
  calm.faults.trainer_diverge = scenario.faults.trainer_diverge;
  calm.faults.trainer_overshoot = scenario.faults.trainer_overshoot;
  calm.faults.slowest = scenario.faults.slowest;
  calm.processes = calm.workers_a_process = 1;
  calm.chaos = Time(0);
  const Verdict again = simulate(calm, mutation);
  if (again.violation) return again;
  if (again.record != verdict.record)
    verdict.violation = "the same seed gave two records, with and without trouble among the workers";
  return verdict;
}

}  // namespace pbt::simulation
