#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/locate.h"
#include "cli/storage.h"
#include "cli/terminal.h"
#include "cli/work.h"
#include "cli/write_file.h"
#include "core/json.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "store/open_store.h"
#include "trainer/evaluate_checkpoint.h"
#include "view/comparison.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

/// Seeds of evaluations begin here: turns have theirs below 2^31, and some trainers take 32 bits.
constexpr std::uint64_t first_evaluation_seed = 3'000'000'000;

/// One method: a file that is run with several seeds, or one recorded experiment.
struct Entrant {
  std::string name;
  Experiment experiment;
  std::optional<Location> recorded;
};

/// The steps that it would train in all.
std::int64_t planned_steps(const Experiment& experiment) {
  const std::int64_t all = experiment.budget.steps * experiment.population;
  return experiment.budget.total_steps > 0 ? std::min(all, experiment.budget.total_steps) : all;
}

std::vector<Entrant> entrants_of(const CompareOptions& options) {
  std::vector<Entrant> entrants;
  for (const std::string& name : options.experiments) {
    if (name.ends_with(".toml") || fs::is_regular_file(name)) {
      Experiment experiment = read_experiment_file(name);
      entrants.push_back({experiment.name, std::move(experiment), {}});
    } else {
      OpenRun run = open_run({.experiment = name, .store = ""});
      entrants.push_back({run.location.experiment, std::move(run.experiment), run.location});
    }
    const Entrant& last = entrants.back();
    check_evaluation(last.experiment);
    const Objective &objective = last.experiment.objective, &first = entrants.front().experiment.objective;
    if (objective.metric != first.metric || objective.mode != first.mode)
      throw UsageError(fmt::format("{} is scored by {} and {} by {}: what is compared needs one objective", name,
                                   objective.metric, options.experiments.front(), first.metric));
    if (evaluation_metric(last.experiment) != evaluation_metric(entrants.front().experiment))
      throw UsageError(
          fmt::format("{} is evaluated again by {} and {} by {}: what is compared needs one [evaluation] "
                      "metric",
                      name, evaluation_metric(last.experiment), options.experiments.front(),
                      evaluation_metric(entrants.front().experiment)));
    for (std::size_t i = 0; i + 1 < entrants.size(); ++i)
      if (entrants[i].name == last.name)
        throw UsageError(fmt::format("{} and {} are both named \"{}\": give each its own name", options.experiments[i],
                                     name, last.name));
  }
  return entrants;
}

/// The experiment of one seed, at the budget that all share.
Experiment seeded(const Entrant& entrant, int nth, std::int64_t total_steps) {
  Experiment experiment = entrant.experiment;
  experiment.seed += static_cast<std::uint64_t>(nth);
  experiment.name = fmt::format("{}-seed-{}", entrant.name, experiment.seed);
  experiment.budget.total_steps = total_steps;
  return experiment;
}

Location place_in(const fs::path& folder, const std::string& name) {
  return place_of(name, "sqlite:" + (folder / name / "pbt.db").string());
}

/// Begins the run or takes it up; the exit status of `pbt run`.
int run_one(const Experiment& experiment, const Location& place, const Strategies& strategies, bool json) {
  const auto algorithm = make_algorithm(experiment, strategies);
  SystemClock clock;
  const std::string specification = write_experiment(experiment);
  if (!create_experiment(place.address, experiment.name, specification, experiment.population, clock)) {
    const OpenRun there = open_run({.experiment = experiment.name, .store = place.store});
    const std::vector<Change> changes = compare(there.experiment, experiment);
    if (const std::vector<Change> refused = forbidden(changes); !refused.empty())
      throw UsageError(
          fmt::format("{} holds a run of {} from another file, which differs in\n{}\nTake another folder "
                      "(--output), or give the experiment another name",
                      place.folder.string(), experiment.name, to_string(refused)));
    const bool is_done =
        there.reader->status().state == RunState::done && planned_steps(experiment) <= planned_steps(there.experiment);
    if (is_done) return 0;
    if (!changes.empty())
      open_store(place.address, experiment.name, Durability::power, clock)->control(SetSpecification{specification});
  }
  return work(place, experiment, *algorithm, {.workers = experiment.workers.count, .json = json});
}

/// The best turn's score when it is evaluated again, -infinity where there is none; remembered in a file, as it may
/// take long.
std::optional<double> evaluated(const OpenRun& run, const TurnPointer& best, std::uint64_t seed,
                                const fs::path& folder) {
  if (run.experiment.evaluation.command.empty()) return {};
  if (!best) return -std::numeric_limits<double>::infinity();
  const nlohmann::json question{{"checkpoint", best->checkpoint.name},
                                {"checksum", best->checkpoint.checksum},
                                {"command", run.experiment.evaluation.command},
                                {"metric", evaluation_metric(run.experiment)},
                                {"seed", seed}};
  const fs::path memory = folder / fmt::format("{}.evaluation.json", run.location.experiment);
  std::ostringstream text;
  text << std::ifstream(memory, std::ios::binary).rdbuf();
  const nlohmann::json known = try_parse_json(text.str());
  if (known.is_object() && known.value("question", nlohmann::json()) == question && known.contains("score"))
    return number_from_json(known["score"]);
  const double score = evaluate_checkpoint(run.experiment, CheckpointAtHand(run, best->checkpoint).folder().string(),
                                           seed, run.location.logs() / "evaluation.log");
  write_file(memory, dump(nlohmann::json{{"question", question}, {"score", number_to_json(score)}}) + "\n");
  return score;
}

/// The runs of one entrant, with the [evaluation] of its file as it is now.
std::vector<OpenRun> runs_of(const Entrant& entrant, const CompareOptions& options) {
  std::vector<OpenRun> runs;
  for (int nth = 0; nth < (entrant.recorded ? 1 : options.seeds); ++nth) {
    const std::string name = seeded(entrant, nth, 0).name;
    const Location place = entrant.recorded ? *entrant.recorded : place_in(options.output, name);
    runs.push_back(open_run({.experiment = place.experiment, .store = place.store}));
    runs.back().experiment.evaluation = entrant.experiment.evaluation;
  }
  return runs;
}

ComparedRun read_run(const OpenRun& run, Equal equal, double budget, const fs::path& folder) {
  const std::uint64_t seed = run.experiment.seed;
  ComparedRun compared{run.location.experiment, seed, spent_by(*run.reader, equal),
                       best_so_far(*run.reader, equal, budget)};
  const TurnPointer best = run.reader->population().best;
  compared.best_came_later = best && (compared.curve.empty() || compared.curve.back().score != best->score);
  if (!compared.best_came_later) compared.evaluated = evaluated(run, best, first_evaluation_seed + seed, folder);
  return compared;
}

/// Compared are all up to what the files plan; where time or recorded runs are compared, to what the shortest has
/// spent.
Comparison read_all(const std::vector<Entrant>& entrants, const CompareOptions& options, std::int64_t total_steps) {
  const Objective& objective = entrants.front().experiment.objective;
  Comparison comparison{objective.metric, objective.mode, options.equal == "wall" ? Equal::wall : Equal::steps, 0, {}};
  const auto planned = static_cast<double>(total_steps);
  comparison.budget = std::numeric_limits<double>::infinity();
  std::vector<std::vector<OpenRun>> runs;
  for (const Entrant& entrant : entrants) {
    runs.push_back(runs_of(entrant, options));
    const bool by_plan = !entrant.recorded && comparison.equal == Equal::steps;
    for (const OpenRun& run : runs.back())
      comparison.budget = std::min(comparison.budget, by_plan ? planned : spent_by(*run.reader, comparison.equal));
  }
  for (std::size_t i = 0; i < entrants.size(); ++i) {
    Method method{entrants[i].name, entrants[i].experiment.algorithm.type, {}};
    for (const OpenRun& run : runs[i])
      method.runs.push_back(read_run(run, comparison.equal, comparison.budget, options.output));
    comparison.methods.push_back(std::move(method));
  }
  return comparison;
}

void write_all(const Comparison& comparison, const std::vector<MethodVerdict>& found, const fs::path& folder) {
  write_file(folder / "comparison.txt", comparison_text(comparison, found));
  write_file(folder / "comparison.json", comparison_json(comparison, found) + "\n");
  write_file(folder / "curves.csv", comparison_csv(comparison));
  const std::string picture = comparison_picture(comparison, found);
  write_file(folder / "curves.svg", picture);
  try {
    write_png(folder / "curves.png", picture);
  } catch (const Error& error) {  // the same picture is there as SVG
    std::fprintf(stderr, "pbt: %s\n", error.what());
  }
}

}  // namespace

int command_compare(const CompareOptions& options, const Strategies& strategies) {
  const std::vector<Entrant> entrants = entrants_of(options);
  std::int64_t total_steps = std::numeric_limits<std::int64_t>::max();
  for (const Entrant& entrant : entrants) total_steps = std::min(total_steps, planned_steps(entrant.experiment));
  for (const Entrant& entrant : entrants)  // all that can be wrong, before the first run
    if (!entrant.recorded) (void)make_algorithm(seeded(entrant, 0, total_steps), strategies);
  fs::create_directories(options.output);
  for (int nth = 0; nth < options.seeds; ++nth) {
    for (const Entrant& entrant : entrants) {
      if (entrant.recorded) continue;
      const Experiment experiment = seeded(entrant, nth, total_steps);
      if (!options.json)
        print(fmt::format("== {}: seed {} of {}, {} steps\n", entrant.name, nth + 1, options.seeds, total_steps));
      const int status = run_one(experiment, place_in(options.output, experiment.name), strategies, options.json);
      if (status != 0) return status;
    }
  }
  const Comparison comparison = read_all(entrants, options, total_steps);
  const std::vector<MethodVerdict> found = verdicts(comparison);
  write_all(comparison, found, options.output);
  print(options.json
            ? comparison_json(comparison, found) + "\n"
            : comparison_text(comparison, found) + fmt::format("curves, table and figures: {}/\n", options.output));
  return 0;
}

}  // namespace pbt
