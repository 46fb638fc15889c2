// A complete program: a population tunes the learning rate of gradient descent on x², in process and in memory.
#include <cstdio>
#include <string>

#include "pbt/pbt.h"

pbt::Report train(const pbt::Assignment& turn, pbt::TurnControl&) {
  double x = turn.load.exists() ? std::stod(turn.load.read("x")) : 10.0;  // load, or initialise
  const double learning_rate = turn.hyperparameters.real("learning_rate");
  for (int step = 0; step < turn.steps; ++step) x -= learning_rate * 2 * x;
  turn.save.write("x", std::to_string(x));  // what the next turn continues from
  return {.step = turn.target_step(), .metrics = {{"loss", x * x}}};
}

int main() {
  pbt::Experiment experiment;
  experiment.name = "minimal";
  experiment.population = 8;
  experiment.budget.steps = 100;
  experiment.interval = 10;
  experiment.objective = {"loss", pbt::Mode::minimize};
  experiment.space.parameters = {{.name = "learning_rate", .domain = pbt::RealRange{1e-5, 1e-1, pbt::Scale::log}}};
  const pbt::Turn best = pbt::run(experiment, train, {.workers = 2}).best();
  std::printf("best loss %g at learning rate %g\n", best.metrics.at("loss"),
              best.hyperparameters.real("learning_rate"));
}
