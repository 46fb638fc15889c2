#include "tests/crash_points/site.h"

#include <sqlite3.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "checkpoint/collect.h"
#include "checkpoint/directory_storage.h"
#include "cli/experiment_file.h"
#include "store/sqlite_store.h"
#include "tests/crash_points/flaws.h"
#include "worker/resume.h"

namespace crash_points {

namespace fs = std::filesystem;
using pbt::Store;

namespace {

/// Everybody who had a lease when a process takes up an experiment here is dead.
bool is_dead(const std::string&) { return true; }

double theta_after(const pbt::Assignment& turn) {
  const double before = turn.weights == pbt::Weights::none ? 0 : std::stod(turn.load.read("theta"));
  return before + turn.hyperparameters.real("lr") * static_cast<double>(turn.steps);
}

}  // namespace

void SiteClock::wait(std::chrono::milliseconds duration) {
  advance(duration);
  waited_ms_ += duration.count();
  if (waited_ms_ > 3'600'000) throw std::runtime_error("a worker waits for ever: the experiment does not go on");
}

Site::Site(const fs::path& folder, pbt::Experiment given, Flaw flaw)
    : experiment(std::move(given)),
      algorithm(make_algorithm(experiment, pbt::builtin_strategies())),
      train(train_toy),
      folder_(folder),
      flaw_(flaw),
      journal_(folder / "journal"),
      files_(make_files(flaw)) {
  // The salts of its log, too, are the same each time.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 1, nullptr);
}

Store& Site::store() {
  if (!store_) {
    auto opened = pbt::open_sqlite_store(database(), experiment.name, experiment.checkpoints.durability, clock);
    store_ =
        journaled(flawed(std::move(opened), flaw_, storage()), journal_, flaw_ == Flaw::acknowledged_before_committed);
  }
  return *store_;
}

pbt::CheckpointStorage& Site::storage() {
  if (!storage_)
    storage_ = pbt::make_directory_storage(run() / "checkpoints", experiment.checkpoints.durability, *files_);
  return *storage_;
}

void Site::close() {
  store_.reset();
  storage_.reset();
}

void Site::take_up() {
  const std::string text = write_experiment(experiment);
  if (flaw_ == Flaw::made_in_place) make_in_place(database());
  pbt::create_experiment(database(), experiment.name, text, experiment.population, clock);
  journal_.acknowledged("experiment");
  if (store().status().specification != text) store().control(pbt::SetSpecification{text});
  if (flaw_ != Flaw::orphans_left) return pbt::take_up(experiment, *algorithm, store(), storage(), is_dead);
  (void)pbt::release_leases_of(is_dead, store());
  (void)pbt::resume(experiment, *algorithm, store());
}

pbt::WorkerEnd Site::work(const std::function<bool(const pbt::Event&)>& last) {
  const auto trainer = pbt::make_function_trainer(train);
  pbt::Worker* running = nullptr;
  pbt::Worker worker({experiment, *algorithm, store(), storage(), *trainer, clock},
                     {.name = "w" + std::to_string(workers_++)}, [&](const pbt::Event& event) {
                       if (last(event)) running->request_stop(pbt::Stop::save);
                     });
  running = &worker;
  return worker.run();
}

pbt::WorkerEnd Site::work_turns(int turns) {
  return work([&, seen = 0](const pbt::Event& event) mutable {
    seen += std::holds_alternative<pbt::TurnRecorded>(event) || std::holds_alternative<pbt::TurnFailed>(event) ? 1 : 0;
    return seen >= turns;
  });
}

void Site::collect_garbage() {
  pbt::CheckpointSpec spec = experiment.checkpoints;
  spec.keep_last = 0;
  (void)pbt::collect_garbage(store(), storage(), spec);
  if (flaw_ != Flaw::orphans_left) (void)pbt::remove_orphans(store(), storage());
}

void save_first_half(const pbt::Assignment& turn) {
  fs::create_directories(*turn.save.path() / "optimizer");
  std::ofstream(*turn.save.path() / "optimizer" / "state") << "turn " << turn.id << std::string(5'000, '.');
}

pbt::Report save_second_half(const pbt::Assignment& turn) {
  const double theta = theta_after(turn);
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", theta);
  turn.save.write("theta", text);
  pbt::Report report;
  report.step = turn.target_step();
  report.metrics = {{"score", theta}};
  report.in_effect = turn.hyperparameters;
  return report;
}

pbt::Report train_toy(const pbt::Assignment& turn, pbt::TurnControl&) {
  save_first_half(turn);
  return save_second_half(turn);
}

}  // namespace crash_points
