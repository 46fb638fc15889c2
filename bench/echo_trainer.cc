// A session trainer that costs nothing of its own: waits, writes a checkpoint of so many bytes, returns. So all the
// time between the end of one wait and the start of the next is what pbt adds, the checkpoint's bytes included. Usage:
// echo_trainer [--bytes N] [--sleep SECONDS] [--work DRAWS] [--times FILE] [--bare TURNS]
//   --work   besides, so many random draws a turn: training that a busy core slows down
//   --times  at the end, one line a turn is appended to FILE: start and end of its wait, monotonic nanoseconds
//   --bare   without pbt and without checkpoints: TURNS waits in a row

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "pbt/client.h"
#include "pbt/random.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::size_t bytes = 1'000;
  std::chrono::duration<double> sleep{0};
  long work = 0;
  std::string times;
  int bare = 0;
};

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i], value = arguments[i + 1];
    if (name == "--bytes") {
      options.bytes = std::stoul(value);
    } else if (name == "--sleep") {
      options.sleep = std::chrono::duration<double>(std::stod(value));
    } else if (name == "--work") {
      options.work = std::stol(value);
    } else if (name == "--times") {
      options.times = value;
    } else if (name == "--bare") {
      options.bare = std::stoi(value);
    } else {
      throw std::invalid_argument("unknown option " + name +
                                  "; there are --bytes, --sleep, --work, --times and --bare");
    }
  }
  return options;
}

std::string noise(std::size_t bytes) {
  pbt::Random random{1};
  std::string text(bytes, '\0');
  for (char& byte : text) byte = static_cast<char>(random.next());
  return text;
}

/// Waits in one piece: turns are short, and the run is never interrupted.
class Waiting {
 public:
  explicit Waiting(const Options& options) : options_(options), weights_(noise(options.bytes)) {}

  pbt::Report train(const pbt::Assignment& turn) {
    if (turn.weights == pbt::Weights::folder) weights_ = turn.load.read("weights");
    wait();
    work();
    turn.save.write("weights", weights_);
    pbt::Report report;
    report.step = turn.target_step();
    report.metrics = {{"score", static_cast<double>(turn.seed)},
                      {"sum", sum_}};  // the score as good as random, so that members copy each other
    report.in_effect = turn.hyperparameters;
    return report;
  }

  void wait() {
    const Clock::time_point start = Clock::now();
    if (options_.sleep.count() > 0) std::this_thread::sleep_until(start + options_.sleep);
    times_.emplace_back(start, Clock::now());
  }

  void work() {
    for (long draw = 0; draw < options_.work; ++draw) sum_ += random_.uniform();
  }

  void write_times() const {
    if (options_.times.empty()) return;
    std::string lines;  // written at once: the trainers of several workers share the file
    for (const auto& [start, end] : times_)
      lines += std::to_string(start.time_since_epoch().count()) + ' ' + std::to_string(end.time_since_epoch().count()) +
               '\n';
    std::ofstream(options_.times, std::ios::app) << lines;
  }

 private:
  Options options_;
  std::string weights_;
  pbt::Random random_{2};
  double sum_ = 0;
  std::vector<std::pair<Clock::time_point, Clock::time_point>> times_;
};

}  // namespace

int main(int count, char** arguments) try {
  const Options options = parse(count, arguments);
  Waiting waiting(options);
  int status = 0;
  if (options.bare > 0) {
    for (int turn = 0; turn < options.bare; ++turn) waiting.wait();
  } else {
    status = pbt::serve([&](const pbt::Assignment& turn, pbt::TurnControl&) { return waiting.train(turn); });
  }
  waiting.write_times();
  return status;
} catch (const std::exception& error) {
  std::cerr << "echo_trainer: " << error.what() << '\n';
  return 2;
}
