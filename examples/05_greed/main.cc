// A toy on which greed does not pay. Training has a distance d to go, which shrinks the faster the higher the learning
// rate h is; but a high h also shakes the model, and that costs score as long as it lasts:
//     d <- d (1 - h / 300) at each step,    score = -d - 3 h
// Lowering h looks better at once, and is worse for all that is still to come. A real run that anneals its learning
// rate too early behaves so.
#include <pbt/client.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

namespace {

constexpr double shaking = 3;

double score(double distance, double rate) { return -distance - shaking * rate; }

pbt::Report train(const pbt::Assignment& turn, pbt::TurnControl& control) {
  double distance = turn.load.exists() ? std::stod(turn.load.read("distance")) : 10.0;
  const double rate = turn.hyperparameters.real("learning_rate");
  pbt::Report report;
  for (report.step = turn.from_step; report.step < turn.target_step(); ++report.step) {
    const pbt::Stop stop = control.stop_requested();
    if (stop == pbt::Stop::abandon) throw pbt::Abandoned{};
    report.partial = stop == pbt::Stop::save;
    if (report.partial) break;
    distance *= 1 - rate / 300;
  }
  turn.save.write("distance", std::to_string(distance));
  turn.save.write("learning_rate", std::to_string(rate));
  report.metrics = {{"score", score(distance, rate)}};
  report.in_effect = {{"learning_rate", rate}};
  return report;
}

int evaluate(const char* checkpoint) {
  const pbt::Folder folder(std::filesystem::absolute(checkpoint));
  const double distance = std::stod(folder.read("distance"));
  std::printf("{\"score\": %.17g}\n", score(distance, std::stod(folder.read("learning_rate"))));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (pbt::started_by_worker()) return pbt::serve(train, {/*resident_max=*/0, {}});
  if (argc == 3 && std::strcmp(argv[1], "--evaluate") == 0) return evaluate(argv[2]);
  std::fprintf(stderr, "greed: run it by pbt, or with --evaluate CHECKPOINT\n");
  return 2;
}
