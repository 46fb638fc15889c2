// What people and programs are shown of a damaged or hostile record: text, CSV and JSON of bounded size, or a
// StoreError; `pbt doctor`'s examination too, which is there for damaged records.
#include <nlohmann/json.hpp>

#include "checkpoint/memory_storage.h"
#include "core/json.h"
#include "tests/fuzz/hostile_record.h"
#include "view/doctor.h"
#include "view/machine_views.h"
#include "view/text_views.h"

namespace {

using namespace pbt;
using fuzz::require;

class Reader final : public RunReader {
 public:
  explicit Reader(sql::Tables<sqlite::Connection>& tables) : tables_(tables) {}
  RunStatus status() const override { return tables_.status(); }
  Population population(int history_turns) const override { return tables_.population(history_turns); }
  TurnPointer turn(TurnKey key) const override { return tables_.turn(key); }
  std::vector<TurnPointer> turns(std::int64_t after, int limit) const override { return tables_.turns(after, limit); }
  std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return tables_.decisions(after, limit);
  }
  std::vector<Failure> failures(std::int64_t after, int limit) const override { return tables_.failures(after, limit); }
  std::vector<Checkpoint> checkpoints() const override { return tables_.checkpoints(); }

 private:
  sql::Tables<sqlite::Connection>& tables_;
};

Experiment experiment() {
  Experiment experiment;
  experiment.name = "x";
  experiment.population = fuzz::HostileRecord::members;
  experiment.budget.steps = 100;
  experiment.interval = 10;
  experiment.objective.metric = "return";
  experiment.space.parameters = {{"lr", RealRange{1e-5, 1, Scale::log, 0}, {}, false, {}, {}},
                                 {"layers", IntegerRange{1, 8, Scale::linear, 1}, {}, false, {}, {}}};
  return experiment;
}

template <class Function>
void try_to(Function function) {
  (void)fuzz::expect_only<StoreError>(4000, [&] {
    function();
    return true;
  });
}

void is_json(const std::string& text) {
  require(text.size() < 100'000, "what is shown is bounded");
  require(nlohmann::json::accept(text), "what programs are shown is JSON", text);
}

void is_text(const std::string& text) { require(text.size() < 100'000, "what is shown is bounded"); }

void show(const Reader& reader, const Experiment& x) {
  try_to([&] {
    const Overview now = overview(x, reader);
    is_json(status_json(x, now));
    is_text(status_text(x, now, 10'000, {}));
    is_text(progress_line(x, now));
  });
  try_to([&] {
    const auto turns = all_turns(reader);
    const DecisionTable decisions = decisions_by_turn(all_decisions(reader));
    for (const TurnPointer& turn : turns) is_json(turn_json(x, *turn, nullptr));
    for (const auto& [key, decision] : decisions) is_json(decision_json(decision));
    is_text(turns_text(x, turns, decisions, {}));
    is_text(turns_csv(x, turns, decisions));
    const auto tree = family_tree(turns, reader.population(0));
    is_text(lineage_text(x, tree, DeadEnds::shown));
    is_json(lineage_json(x, tree));
  });
  try_to([&] {
    for (const Failure& failure : all_failures(reader)) is_json(failure_json(failure));
  });
  for (const TurnKey key : {TurnKey{0, 2}, TurnKey{2, 2}}) {
    try_to([&] {
      const auto chain = lineage(reader, key);
      if (chain.empty()) return;
      const auto rows = schedule(chain);
      is_json(schedule_json(x, *chain.back(), rows));
      is_text(schedule_text(x, rows, {}));
      is_text(schedule_csv(x, rows));
      is_text(ray_policy(rows));
      is_json(best_json(x, *chain.back(), "/folder"));
    });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::HostileRecord record;
  static const Experiment x = experiment();
  static const auto algorithm = make_algorithm(x, builtin_strategies());
  fuzz::Bytes bytes(data, size);
  sql::Tables<sqlite::Connection>* tables = nullptr;
  try_to([&] { tables = &record.spoil(bytes); });
  if (tables == nullptr) return 0;
  const Reader reader(*tables);
  show(reader, x);
  try_to([&] {
    const auto storage = make_memory_storage();
    const Examination found = examine(reader, *storage, x, *algorithm);
    require(found.violations.size() <= 101, "as many violations are told as were promised");
    for (const std::string& violation : found.violations) require(violation.size() < 20'000, "a violation is bounded");
  });
  return 0;
}
