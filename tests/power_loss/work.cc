#include "tests/power_loss/work.h"

#include <fmt/format.h>

#include <stdexcept>

#include "checkpoint/collect.h"
#include "checkpoint/directory_storage.h"
#include "pbt/worker.h"
#include "store/sqlite_store.h"
#include "tests/power_loss/recorder.h"
#include "tests/support/fake_clock.h"
#include "view/machine_views.h"
#include "worker/resume.h"

namespace pbt::power_loss {
namespace {

constexpr std::int64_t interval = 10;
constexpr int all = 1'000'000;

/// Several files, one of more than a page, in folders below one another; all must be of one turn.
Report train(const Assignment& turn, TurnControl&) {
  double theta = 0;
  if (turn.weights != Weights::none) {
    const std::string text = turn.load.read("theta");
    const Folder deep(*turn.load.path() / "optimizer/momentum");
    if (deep.read("0") != std::string(5'000, text.back())) throw std::runtime_error("the files are not of one turn");
    theta = std::stod(text);
  }
  theta += turn.hyperparameters.real("lr") * static_cast<double>(turn.steps);
  const std::string text = std::to_string(theta);
  turn.save.write("theta", text);
  std::filesystem::create_directories(*turn.save.path() / "optimizer/momentum");
  Folder(*turn.save.path() / "optimizer").write("step", std::to_string(turn.target_step()));
  Folder(*turn.save.path() / "optimizer/momentum").write("0", std::string(5'000, text.back()));
  Report report;
  report.step = turn.target_step();
  report.metrics = {{"score", theta}};
  report.in_effect = turn.hyperparameters;
  return report;
}

bool was_recorded(const std::string& checkpoint, const RunReader& reader) {
  for (const TurnPointer& turn : reader.turns(0, all))
    if (turn->checkpoint.name == checkpoint) return true;
  for (const Decision& decision : reader.decisions(0, all))
    if (decision.imported && decision.imported->name == checkpoint) return true;
  return false;
}

/// Says what is promised when bytes that the record names are about to go, under either durability: the record does
/// not go back behind that. Bytes that it never named may go at any time.
class NotingFiles final : public Files {
 public:
  NotingFiles(Files& files, std::filesystem::path published, const RunReader& reader)
      : files_(files), published_(std::move(published)), reader_(reader) {}
  void create_folder(const std::filesystem::path& path) override { files_.create_folder(path); }
  void sync(const std::filesystem::path& path) override { files_.sync(path); }
  void sync_all(const std::filesystem::path& on) override { files_.sync_all(on); }
  void rename(const std::filesystem::path& from, const std::filesystem::path& to) override { files_.rename(from, to); }
  void remove(const std::filesystem::path& path) override {
    if (path.parent_path() == published_ && std::filesystem::exists(path) && was_recorded(path.filename(), reader_))
      Recorder::promise(reader_.population().sequence);
    files_.remove(path);
  }
  std::vector<std::string> list(const std::filesystem::path& folder) override { return files_.list(folder); }

 private:
  Files& files_;
  std::filesystem::path published_;
  const RunReader& reader_;
};

}  // namespace

Experiment Setting::experiment(std::int64_t turns_a_member) const {
  Experiment toy;
  toy.name = "toy";
  toy.population = population;
  toy.interval = interval;
  toy.seed = seed;
  toy.synchronous = synchronous;
  toy.budget.steps = turns_a_member * interval;
  toy.objective.metric = "score";
  toy.space.parameters = {{.name = "lr", .domain = RealRange{1e-3, 1, Scale::log}}};
  toy.algorithm.exploit.settings["fraction"] = 0.34;
  toy.checkpoints.durability = durability;
  if (!pretrained.empty()) toy.initial = {{.hyperparameters = {}, .checkpoint = pretrained.string()}};
  validate(toy);
  return toy;
}

void go_on(const Setting& setting, std::int64_t turns_a_member) {
  const Experiment experiment = setting.experiment(turns_a_member);
  const auto algorithm = make_algorithm(experiment, builtin_strategies());
  FakeClock clock;
  (void)create_experiment(setting.database(), experiment.name, "", experiment.population, clock);
  Recorder::promise(0);
  const auto store = open_sqlite_store(setting.database(), experiment.name, setting.durability, clock);
  NotingFiles files(*setting.files, setting.checkpoints(), *store);
  const auto storage = make_directory_storage(setting.checkpoints(), setting.durability, files);
  (void)release_leases_of([](const std::string&) { return true; }, *store);
  (void)remove_orphans(*store, *storage);
  (void)resume(experiment, *algorithm, *store);
  const auto trainer = make_function_trainer(train);
  Worker worker({experiment, *algorithm, *store, *storage, *trainer, clock}, {.name = "w"}, [&](const Event&) {
    if (setting.durability == Durability::power) Recorder::promise(store->population().sequence);
  });
  if (worker.run() != WorkerEnd::finished) throw std::runtime_error("the experiment did not come to its end");
}

void collect_all(const Setting& setting) {
  FakeClock clock;
  CheckpointSpec spec = setting.experiment(1).checkpoints;
  spec.keep_last = 0;
  const auto store = open_sqlite_store(setting.database(), "toy", setting.durability, clock);
  NotingFiles files(*setting.files, setting.checkpoints(), *store);
  const auto storage = make_directory_storage(setting.checkpoints(), setting.durability, files);
  (void)collect_garbage(*store, *storage, spec);
  (void)remove_orphans(*store, *storage);
}

std::vector<std::string> log_of(const RunReader& reader, const Experiment& experiment) {
  std::map<std::int64_t, std::string> lines;
  for (const TurnPointer& turn : reader.turns(0, all))
    lines[turn->sequence] = fmt::format("{} fence {} {} {}", turn_json(experiment, *turn, nullptr), turn->fence,
                                        turn->checkpoint.name, turn->checkpoint.checksum);
  for (const Decision& decision : reader.decisions(0, all)) lines[decision.sequence] = decision_json(decision);
  for (const Failure& failure : reader.failures(0, all)) lines[failure.sequence] = failure_json(failure);
  std::vector<std::string> log;
  for (auto& [sequence, line] : lines) log.push_back(std::move(line));
  return log;
}

Recorded record(const Setting& setting, const Contents& before, const std::function<void(const Setting&)>& work) {
  write_contents(before, setting.root);
  Recorder recorder(setting.root);
  work(setting);
  Recorded recorded{recorder.finish(), {}};
  const Experiment experiment = setting.experiment(setting.turns);
  recorded.log = log_of(*open_sqlite_reader(setting.database(), experiment.name), experiment);
  return recorded;
}

void whole_life(const Setting& setting) {
  go_on(setting, setting.turns - 1);
  go_on(setting, setting.turns);
  collect_all(setting);
}

}  // namespace pbt::power_loss
