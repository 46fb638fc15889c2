#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "toy.h"

namespace {

/// One line a turn, for plot.py: method,seed,member,turn,theta_0,theta_1,h0,h1,Q,parent
void write_csv(std::FILE* out, figure_2::Method method, std::uint64_t seed, const pbt::InProcessRun& run) {
  for (const pbt::TurnPointer& turn : run.turns())
    std::fprintf(out, "%s,%llu,%d,%d,%.17g,%.17g,%.17g,%.17g,%.17g,%s\n", figure_2::name(method),
                 static_cast<unsigned long long>(seed), turn->key.member, turn->key.index, turn->metrics.at("theta_0"),
                 turn->metrics.at("theta_1"), turn->hyperparameters.real("h0"), turn->hyperparameters.real("h1"),
                 turn->metrics.at("Q"), turn->parent ? pbt::to_string(*turn->parent).c_str() : "");
}

}  // namespace

/// figure_2 [SEEDS [CSV]]: the best Q of each method over so many seeds (default 20).
int main(int argc, char** argv) try {
  const std::uint64_t seeds = argc > 1 ? std::stoull(argv[1]) : 20;
  std::FILE* csv = argc > 2 ? std::fopen(argv[2], "w") : nullptr;
  if (argc > 2 && csv == nullptr) {
    std::fprintf(stderr, "figure_2: cannot write %s: %s\n", argv[2], std::strerror(errno));
    return 1;
  }
  if (csv != nullptr) std::fprintf(csv, "method,seed,member,turn,theta_0,theta_1,h0,h1,Q,parent\n");
  std::printf("%-14s %8s %8s   best Q over %llu seeds; the optimum is 1.2\n", "method", "worst", "best",
              static_cast<unsigned long long>(seeds));
  for (const figure_2::Method method : figure_2::methods) {
    double worst = 2, best = -2;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const pbt::InProcessRun run = pbt::run(figure_2::experiment(method, seed), figure_2::train);
      const double q = run.best().score;
      worst = std::min(worst, q);
      best = std::max(best, q);
      if (csv != nullptr) write_csv(csv, method, seed, run);
    }
    std::printf("%-14s %8.4f %8.4f\n", figure_2::name(method), worst, best);
  }
  if (csv != nullptr && std::fclose(csv) != 0) return 1;
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "figure_2: %s\n", error.what());
  return 1;
}
