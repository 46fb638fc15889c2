#include "toy.h"

#include <cstdio>
#include <stdexcept>

namespace figure_2 {

const char* name(Method method) {
  switch (method) {
    case Method::pbt:
      return "PBT";
    case Method::exploit_only:
      return "exploit only";
    case Method::explore_only:
      return "explore only";
    case Method::fixed:
      return "fixed";
  }
  return "?";
}

pbt::Experiment experiment(Method method, std::uint64_t seed) {
  pbt::Experiment experiment;
  experiment.name = "figure-2";
  experiment.population = 2;
  experiment.budget.steps = 160;
  experiment.interval = 4;
  experiment.seed = seed;
  experiment.synchronous = true;  // a seed repeats the picture
  experiment.objective.metric = "Q";
  experiment.space.parameters = {{.name = "h0", .domain = pbt::RealRange{0, 1}},
                                 {.name = "h1", .domain = pbt::RealRange{0, 1}}};
  experiment.initial = {{.hyperparameters = {{"h0", 1.0}, {"h1", 0.0}}},
                        {.hyperparameters = {{"h0", 0.0}, {"h1", 1.0}}}};
  experiment.algorithm.exploit = {"truncation", {{"fraction", 0.5}}};
  if (method == Method::explore_only) experiment.algorithm.exploit = {"none", {}};
  if (method == Method::exploit_only) experiment.algorithm.explore = {"none", {}};
  if (method == Method::fixed) experiment.algorithm.type = "fixed";
  return experiment;
}

pbt::Report train(const pbt::Assignment& turn, pbt::TurnControl&) {
  constexpr double learning_rate = 0.01;
  double theta[2] = {0.9, 0.9};
  if (turn.load.exists() && std::sscanf(turn.load.read("theta").c_str(), "%la %la", &theta[0], &theta[1]) != 2)
    throw std::runtime_error("the checkpoint is not a pair of numbers");
  const double h[2] = {turn.hyperparameters.real("h0"), turn.hyperparameters.real("h1")};
  for (std::int64_t step = 0; step < turn.steps; ++step)
    for (int i : {0, 1}) theta[i] += learning_rate * -2 * h[i] * theta[i];

  char text[64];
  std::snprintf(text, sizeof text, "%a %a", theta[0], theta[1]);  // hexadecimal: every bit is kept
  turn.save.write("theta", text);
  pbt::Report report;
  report.step = turn.target_step();
  report.metrics = {
      {"Q", 1.2 - (theta[0] * theta[0] + theta[1] * theta[1])}, {"theta_0", theta[0]}, {"theta_1", theta[1]}};
  report.in_effect = {{"h0", h[0]}, {"h1", h[1]}};
  return report;
}

}  // namespace figure_2
