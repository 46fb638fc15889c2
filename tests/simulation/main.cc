// pbt_simulate: see --help.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "pbt/error.h"
#include "tests/simulation/simulation.h"

namespace pbt::simulation {
namespace {

struct Options {
  std::uint64_t seed = 1;
  std::int64_t seeds = 1;
  double years = 0;
  double days = 10;
  std::string faults_file;
  std::string mutation = "none";
  bool json = false;
  bool verbose = false;
  bool trace = false;
};

struct Total {
  std::int64_t experiments = 0, repeated = 0, turns = 0, recomputed = 0, tasks = 0;
  double virtual_s = 0, real_s = 0;
  std::array<std::int64_t, static_cast<std::size_t>(Happened::count)> happened{};
  std::vector<std::pair<std::uint64_t, std::string>> violations;
};

Mutation mutation_named(const std::string& name) {
  if (name == "none") return Mutation::none;
  for (const MutationName& known : mutations())
    if (name == known.name) return known.mutation;
  throw UsageError("--mutation " + name + ": there is no such mutation");
}

Faults with_file(Faults faults, const std::string& file) {
  if (file.empty()) return faults;
  std::ifstream stream(file);
  if (!stream) throw UsageError("--faults " + file + ": cannot be read");
  std::ostringstream text;
  text << stream.rdbuf();
  read_json(text.str(), faults);
  return faults;
}

void print(const Total& total, const Options& options) {
  nlohmann::ordered_json happened;
  for (std::size_t i = 0; i < total.happened.size(); ++i)
    happened[name_of(static_cast<Happened>(i))] = total.happened[i];
  if (options.json) {
    nlohmann::ordered_json json{
        {"experiments", total.experiments},         {"run_twice", total.repeated},  {"turns", total.turns},
        {"decisions_recomputed", total.recomputed}, {"virtual_s", total.virtual_s}, {"real_s", total.real_s},
        {"violations", total.violations.size()},    {"happened", happened}};
    fmt::print("{}\n", json.dump());
    return;
  }
  fmt::print(
      "{} experiments ({} of them twice), {} turns, {} decisions computed again, {:.4g} virtual seconds ({:.3g} "
      "population-years) in {:.1f} s: "
      "{:.0f} virtual seconds a second; {} violations\n",
      total.experiments, total.repeated, total.turns, total.recomputed, total.virtual_s, total.virtual_s / 31'557'600,
      total.real_s, total.virtual_s / total.real_s, total.violations.size());
  std::string line;
  for (const auto& [name, count] : happened.items()) line += fmt::format("{} {}, ", name, count.get<std::int64_t>());
  fmt::print("{}\n", line.substr(0, line.size() - 2));
}

int run(const Options& options) {
  const Mutation mutation = mutation_named(options.mutation);
  const auto began = std::chrono::steady_clock::now();
  const auto real_s = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
  Total total;
  double said_at_s = 0;
  const auto more = [&] {
    return options.years > 0 ? total.virtual_s < options.years * 31'557'600 : total.experiments < options.seeds;
  };
  for (std::uint64_t seed = options.seed; more(); ++seed) {
    Scenario scenario = options.years > 0 ? draw_years(seed, options.days) : draw_swarm(seed);
    scenario.faults = with_file(scenario.faults, options.faults_file);
    if (options.verbose) fmt::print("seed {}: {}\n{}\n", seed, describe(scenario), to_json(scenario.faults));
    if (options.trace) {
      const Verdict traced = simulate(scenario, mutation, [](const std::string& line) { fmt::print("{}\n", line); });
      fmt::print("seed {}: {}\n", seed, traced.violation.value_or("no violation"));
    }
    const bool twice = repeats(scenario);
    const Verdict verdict = twice ? simulate_twice(scenario, mutation) : simulate(scenario, mutation);
    ++total.experiments;
    total.repeated += twice;
    total.turns += verdict.turns;
    total.recomputed += verdict.decisions_recomputed;
    total.virtual_s += verdict.virtual_s;
    for (std::size_t i = 0; i < total.happened.size(); ++i) total.happened[i] += verdict.happened[i];
    if (verdict.violation) {
      total.violations.emplace_back(seed, *verdict.violation);
      fmt::print("VIOLATION, seed {}: {}\n  {}\n  replay: pbt_simulate --seed {}{}{}\n", seed, *verdict.violation,
                 describe(scenario), seed,
                 options.years > 0 ? fmt::format(" --years 1e-9 --days {}", options.days) : "",
                 options.faults_file.empty() ? "" : " --faults " + options.faults_file);
      if (total.violations.size() >= 20) break;
    }
    if (real_s() - said_at_s > 10 && !options.json) {
      said_at_s = real_s();
      fmt::print("seed {}: {} experiments, {} turns, {:.3g} virtual years, {:.0f} s\n", seed, total.experiments,
                 total.turns, total.virtual_s / 31'557'600, said_at_s);
      std::fflush(stdout);
    }
  }
  total.real_s = real_s();
  print(total, options);
  return total.violations.empty() ? 0 : 1;
}

}  // namespace
}  // namespace pbt::simulation

int main(int argc, char** argv) {
  pbt::simulation::Options options;
  CLI::App app("Simulates experiments with faults, on virtual time. The same seed gives the same simulation.",
               "pbt_simulate");
  app.add_option("--seed", options.seed, "the first seed")->capture_default_str();
  app.add_option("--seeds", options.seeds, "how many, from there on")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--years", options.years,
                 "instead: so many population-years of a hundred workers and ten-minute turns");
  app.add_option("--days", options.days, "how long each experiment of these is")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--faults", options.faults_file,
                 "a JSON object of faults that replace those drawn; --verbose prints one");
  app.add_option("--mutation", options.mutation, "break something on purpose");
  app.add_flag("--json", options.json, "the sums as JSON");
  app.add_flag("--trace", options.trace, "tell what happens in each, to find a cause");
  app.add_flag("--verbose", options.verbose, "say what each seed simulates");
  CLI11_PARSE(app, argc, argv);
  try {
    return pbt::simulation::run(options);
  } catch (const pbt::UsageError& error) {
    fmt::print(stderr, "pbt_simulate: {}\n", error.what());
    return 2;
  }
}
