// What pbt adds to a turn when everything is in this process: a function as trainer, the record in memory. Measured by
// the trained function itself, from its end to its next start. Prints microseconds: median, 99th percentile. Usage:
// in_process [MEMBERS [TURNS_EACH]]

#include <cstdio>
#include <exception>
#include <string>

#include "bench/statistics.h"
#include "pbt/pbt.h"

namespace {

using pbt::bench::Monotonic;

pbt::Experiment experiment(int members, int turns_each) {
  pbt::Experiment experiment;
  experiment.name = "in-process";
  experiment.population = members;
  experiment.interval = 1;
  experiment.budget.steps = turns_each;
  experiment.objective.metric = "score";
  experiment.space.parameters = {{.name = "lr", .domain = pbt::RealRange{1e-5, 1e-1, pbt::Scale::log}},
                                 {.name = "discount", .domain = pbt::RealRange{0.9, 0.999, pbt::Scale::one_minus_log}},
                                 {.name = "unroll", .domain = pbt::IntegerRange{5, 50}}};
  return experiment;
}

}  // namespace

int main(int count, char** arguments) try {
  const int members = count > 1 ? std::stoi(arguments[1]) : 16;
  const int turns_each = count > 2 ? std::stoi(arguments[2]) : 1'000;
  const std::string weights(1'000, 'w');
  std::vector<double> gaps_us;
  Monotonic::time_point last_end{};
  const auto train = [&](const pbt::Assignment& turn, pbt::TurnControl&) {
    const Monotonic::time_point start = Monotonic::now();
    if (last_end != Monotonic::time_point{})
      gaps_us.push_back(std::chrono::duration<double, std::micro>(start - last_end).count());
    pbt::Report report;
    report.step = turn.target_step();
    report.metrics = {{"score", static_cast<double>(turn.seed)}};
    report.in_effect = turn.hyperparameters;
    last_end = Monotonic::now();
    turn.save.write("weights", weights);
    return report;
  };
  (void)pbt::run(experiment(members, turns_each), train);
  std::printf("%.1f %.1f\n", pbt::bench::median(gaps_us), pbt::bench::quantile(gaps_us, 0.99));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "in_process: %s\n", error.what());
  return 1;
}
