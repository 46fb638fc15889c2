#include "tests/faulty_trainers/toy.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <random>
#include <sstream>
#include <stdexcept>

#include "pbt/random.h"

namespace pbt::toy {
namespace {

constexpr const char* file_name = "model.txt";
constexpr const char* side_file = "toy-side-file.txt";
constexpr std::int64_t check_interval_steps = 1000;

struct Model {
  std::array<double, 2> weights{};
  std::array<double, 2> velocity{};
  std::int64_t step = 0;
  double learning_rate = 0;
  double momentum = 0;
};

double loss(const Model& model) {
  return 0.5 * (model.weights[0] * model.weights[0] + 10 * model.weights[1] * model.weights[1]);
}

Model initial(std::int64_t seed) {
  Random random{static_cast<std::uint64_t>(seed)};
  return {{random.normal(), random.normal()}, {}, 0, 0, 0};
}

Model load(const Folder& folder) {
  const std::string text = folder.read(file_name);
  const char* rest = text.c_str();
  // Unlike streams, strtod reads what is not finite, as a diverged model saves it.
  const auto next = [&] {
    char* end = nullptr;
    const double number = std::strtod(rest, &end);
    if (end == rest) throw std::runtime_error(std::string(file_name) + " is damaged");
    rest = end;
    return number;
  };
  Model model;
  for (double* number : {&model.weights[0], &model.weights[1], &model.velocity[0], &model.velocity[1]})
    *number = next();
  model.step = static_cast<std::int64_t>(next());
  model.learning_rate = next();
  model.momentum = next();
  return model;
}

std::string to_text(const Model& model, int digits) {
  std::ostringstream text;
  text.precision(digits);
  text << model.weights[0] << ' ' << model.weights[1] << ' ' << model.velocity[0] << ' ' << model.velocity[1] << ' '
       << model.step << ' ' << model.learning_rate << ' ' << model.momentum << '\n';
  return text.str();
}

class Toy {
 public:
  explicit Toy(std::string fault) : fault_(std::move(fault)) {}

  Report train(const Assignment& turn, TurnControl& control) {
    if (is("half_written")) begin_side_file();
    Model model = restore(turn);
    if (is("leaks_state")) model.velocity = leaked_velocity_;
    Random random{static_cast<std::uint64_t>(is("ignores_seed") ? std::random_device{}() : turn.seed)};
    const std::int64_t target = turn.target_step() - (is("too_few_steps") ? 1 : 0);
    Stop stop = Stop::no;
    for (bool first = true; model.step < target && stop == Stop::no; first = false) {
      if (model.step % check_interval_steps == 0 || first) {
        stop = control.stop_requested();
        if (stop == Stop::abandon) throw Abandoned{};
        say_progress(turn, model, control, first);
        if (stop == Stop::save) break;
      }
      update(model, random);
    }
    leaked_velocity_ = model.velocity;
    save(turn, model);
    resident_id_ = turn.id;
    resident_ = model;
    return report(turn, model, stop);
  }

 private:
  [[nodiscard]] bool is(const char* fault) const { return fault_ == fault; }

  Model restore(const Assignment& turn) {
    Model model;
    if (turn.weights == Weights::none) {
      model = initial(turn.seed);
    } else if (turn.weights == Weights::folder) {
      model = load(turn.load);
    } else {
      if (resident_id_ != turn.parent) throw std::logic_error("the weights of " + turn.parent + " are not in memory");
      model = resident_;
    }
    const bool overwritten = is("overwrites_hyperparameters") || is("lies_about_hyperparameters");
    if (!overwritten || turn.weights == Weights::none) {
      model.learning_rate = turn.hyperparameters.real("learning_rate");
      model.momentum = turn.hyperparameters.real("momentum");
    }
    if (is("writes_to_load") && turn.load.exists()) turn.load.write(file_name, "0 0 0 0 0 0 0\n");
    return model;
  }

  static void update(Model& model, Random& random) {
    const std::array<double, 2> gradient{model.weights[0] + 0.01 * random.normal(),
                                         10 * model.weights[1] + 0.01 * random.normal()};
    for (std::size_t i = 0; i < 2; ++i) {
      model.velocity[i] = model.momentum * model.velocity[i] - model.learning_rate * gradient[i];
      model.weights[i] += model.velocity[i];
    }
    ++model.step;
  }

  void say_progress(const Assignment& turn, const Model& model, TurnControl& control, bool first) {
    const auto now = std::chrono::steady_clock::now();
    if (!first && now < next_progress_) return;
    next_progress_ = now + std::chrono::milliseconds(200);
    control.progress(turn, model.step, {{"loss", loss(model)}});
    if (is("crashes_mid_turn")) std::_Exit(7);
    if (is("aborts_mid_turn")) std::abort();
    if (is("fails")) throw std::runtime_error("out of memory, for example");
    while (is("hangs")) ::pause();
  }

  void save(const Assignment& turn, const Model& model) const {
    if (is("saves_nothing")) return;
    if (is("saves_symlink") && turn.save.path() != nullptr) {
      std::filesystem::create_symlink("/etc/hostname", *turn.save.path() / file_name);
      return;
    }
    Model saved = model;
    if (is("forgets_optimizer")) saved.velocity = {};
    turn.save.write(file_name, to_text(saved, is("saves_not_all") ? 2 : std::numeric_limits<double>::max_digits10));
    if (is("half_written")) std::ofstream(side_file) << "whole\n";
  }

  // Empty while a turn is trained, "whole" after it.
  static void begin_side_file() {
    if (std::filesystem::exists(side_file)) {
      std::string content;
      std::ifstream(side_file) >> content;
      if (content != "whole") throw std::runtime_error(std::string(side_file) + " is only half written");
    }
    std::ofstream{side_file};
  }

  Report report(const Assignment& turn, const Model& model, Stop stop) const {
    Report report;
    report.step = model.step;
    report.partial = stop == Stop::save && model.step < turn.target_step();
    if (is("wrong_metric")) {
      report.metrics["los"] = loss(model);
    } else if (!is("no_metric")) {
      report.metrics["loss"] = is("nan") ? std::numeric_limits<double>::quiet_NaN() : loss(model);
    }
    report.in_effect = {{"learning_rate", model.learning_rate}, {"momentum", model.momentum}};
    if (is("lies_about_hyperparameters")) report.in_effect = turn.hyperparameters;
    return report;
  }

  std::string fault_;
  std::string resident_id_;
  Model resident_;
  std::array<double, 2> leaked_velocity_{};
  std::chrono::steady_clock::time_point next_progress_;
};

}  // namespace

const std::vector<std::string>& faults() {
  static const std::vector<std::string> names{"good",
                                              "overwrites_hyperparameters",
                                              "lies_about_hyperparameters",
                                              "leaks_state",
                                              "ignores_seed",
                                              "too_few_steps",
                                              "no_metric",
                                              "wrong_metric",
                                              "nan",
                                              "hangs",
                                              "crashes_mid_turn",
                                              "aborts_mid_turn",
                                              "fails",
                                              "saves_nothing",
                                              "saves_symlink",
                                              "saves_not_all",
                                              "forgets_optimizer",
                                              "half_written",
                                              "writes_to_load"};
  return names;
}

TrainFunction make_toy(const std::string& fault) {
  const auto& names = faults();
  if (std::find(names.begin(), names.end(), fault) == names.end())
    throw std::invalid_argument("no fault is called " + fault);
  return [toy = std::make_shared<Toy>(fault)](const Assignment& turn, TurnControl& control) {
    return toy->train(turn, control);
  };
}

}  // namespace pbt::toy
