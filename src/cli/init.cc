#include "cli/init.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/experiment_file.h"
#include "cli/parameter_syntax.h"
#include "cli/terminal.h"
#include "pbt/error.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBeginning =
    "# An experiment of Population Based Training: `pbt check` proves that the trainer keeps its contract, `pbt run` "
    "trains.\n"
    "# Every key is described in docs/formats.md.\n\n";

constexpr const char* kMore =
    "\n# What else there is, with its defaults:\n"
    "# threads_per_worker = 0                        # [workers]; 0: cores / workers, 1 in a synchronous run\n"
    "#\n"
    "# [budget]\n"
    "# total_steps = 10_000_000                      # of all members together\n"
    "# wall_clock = \"2h\"\n"
    "# target = 0.99                                 # of the metric: reached, the experiment is done\n"
    "#\n"
    "# [checkpoints]\n"
    "# keep_last = 1                                 # of each member, beside those that are needed\n"
    "# quota = \"10 GB\"\n"
    "# quota_files = 100000\n"
    "#\n"
    "# [log]\n"
    "# tensorboard = true                            # kept up to date in the run's folder\n"
    "#\n"
    "# [[initial]]                                   # one member's first hyperparameters; the rest is drawn\n"
    "# learning_rate = 1e-3\n";

/// A file's name made into one that an experiment may have.
std::string name_from(const std::string& file) {
  std::string name;
  for (const char c : fs::path(file).stem().string()) {
    const bool allowed =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    name += allowed ? c : '-';
  }
  const auto first = name.find_first_not_of(".-");
  return first == std::string::npos ? "experiment" : name.substr(first);
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

/// One question, once; the usual answer in brackets.
std::string ask_one(std::istream& in, std::ostream& out, const std::string& question, const std::string& usual) {
  out << question << (usual.empty() ? "" : " [" + usual + "]") << ": " << std::flush;
  std::string answer;
  std::getline(in, answer);
  const auto begin = answer.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return usual;
  return answer.substr(begin, answer.find_last_not_of(" \t\r") - begin + 1);
}

/// The same until `accept` takes the answer; at the end of the input the usual one counts.
template <typename Accept>
void ask_until(std::istream& in, std::ostream& out, const std::string& question, const std::string& usual,
               const Accept& accept) {
  for (;;) {
    const std::string answer = ask_one(in, out, question, usual);
    try {
      accept(answer);
      return;
    } catch (const UsageError& error) {
      if (!in) throw;
      out << error.what() << '\n';
    }
  }
}

template <typename Number>
auto whole_number(std::optional<Number>& target) {
  return [&target](std::string text) {
    std::erase_if(text, [](char c) { return c == '_' || c == ','; });
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 1)
      throw UsageError("  a whole number of at least 1, please");
    target = number;
  };
}

void ask_for_parameters(InitOptions& options, std::istream& in, std::ostream& out) {
  out << "Hyperparameters, one a line, like lr=1e-4..1e-1:log, batch=32,64,128, layers=1..4:int; an empty line ends\n";
  for (bool more = true; more;) {
    ask_until(in, out, "  hyperparameter", "", [&](const std::string& text) {
      more = !text.empty();
      if (!more) return;
      (void)parse_parameter(text);
      options.parameters.push_back(text);
    });
  }
}

}  // namespace

void ask(InitOptions& options, std::istream& in, std::ostream& out) {
  if (options.name.empty()) options.name = ask_one(in, out, "Name of the experiment", name_from(options.file));
  if (options.command.empty()) options.command = words(ask_one(in, out, "Command that trains", "python train.py"));
  if (options.metric.empty()) {
    options.metric = ask_one(in, out, "Metric that it reports", "accuracy");
    ask_until(in, out, "Better is max or min", "max", [&](const std::string& mode) {
      if (mode != "max" && mode != "min") throw UsageError("  max or min, please");
      options.mode = mode;
    });
  }
  if (options.parameters.empty()) ask_for_parameters(options, in, out);
  if (!options.steps) ask_until(in, out, "Training steps of each member", "100000", whole_number(options.steps));
  if (!options.interval) {
    const std::string usual = std::to_string(std::max<std::int64_t>(1, *options.steps / 50));
    ask_until(in, out, "Steps a turn", usual, whole_number(options.interval));
  }
  if (!options.population) ask_until(in, out, "Members", "16", whole_number(options.population));
  if (!options.workers) ask_until(in, out, "Members trained at the same time", "1", whole_number(options.workers));
}

std::string new_experiment_file(const InitOptions& options) {
  Experiment experiment;
  experiment.name = options.name.empty() ? name_from(options.file) : options.name;
  experiment.population = options.population.value_or(16);
  experiment.budget.steps = options.steps.value_or(100'000);
  experiment.interval = options.interval.value_or(std::max<std::int64_t>(1, experiment.budget.steps / 50));
  experiment.objective = {options.metric.empty() ? "accuracy" : options.metric,
                          options.mode == "min" ? Mode::minimize : Mode::maximize};
  experiment.trainer.command =
      options.command.empty() ? std::vector<std::string>{"python", "train.py"} : options.command;
  experiment.workers.count = options.workers.value_or(1);
  for (const std::string& text : options.parameters) experiment.space.parameters.push_back(parse_parameter(text));
  if (options.parameters.empty())
    experiment.space.parameters.push_back(parse_parameter("learning_rate=1e-4..1e-1:log"));
  validate(experiment);
  return kBeginning + write_experiment(experiment) + kMore;
}

int command_init(const InitOptions& given) {
  InitOptions options = given;
  const auto refuse_if_there = [&] {
    if (fs::exists(options.file))
      throw UsageError(fmt::format("{}: this file is there already; name another one, or remove it", options.file));
  };
  refuse_if_there();
  if (!options.yes && output_is_terminal() && isatty(STDIN_FILENO) == 1) ask(options, std::cin, std::cout);
  const std::string text = new_experiment_file(options);
  refuse_if_there();
  std::ofstream file(options.file, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw Error(fmt::format("cannot write {}: {}", options.file, std::strerror(errno)));
  print(fmt::format("wrote {0}\nnext: look it over, then `pbt check {0}`, then `pbt run {0}`\n", options.file));
  return 0;
}

}  // namespace pbt
