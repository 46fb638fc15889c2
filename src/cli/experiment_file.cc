#include "cli/experiment_file.h"

#include <fmt/format.h>

#include <cctype>

#include "cli/extended_file.h"
#include "cli/read_parameters.h"
#include "cli/table_reader.h"
#include "cli/toml_document.h"
#include "pbt/error.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

std::string absolute(const fs::path& directory, const std::string& path) {
  return (directory / path).lexically_normal().string();
}

/// Where a message's key stands: the line of the longest known dotted key that the message mentions; 0: none.
int line_of_mention(const TomlNode::Table& table, const std::string& prefix, const std::string& message,
                    std::size_t& longest) {
  int line = 0;
  const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (const auto& [key, node] : table) {
    for (const std::string& name : {prefix + key, key}) {
      for (auto at = message.find(name); at != std::string::npos; at = message.find(name, at + 1)) {
        const bool starts = at == 0 || !word(message[at - 1]);
        const bool ends = at + name.size() == message.size() || !word(message[at + name.size()]);
        if (!starts || !ends || name.size() <= longest) continue;
        longest = name.size();
        line = node.line;
      }
    }
    if (node.table() == nullptr) continue;
    if (const int inner = line_of_mention(*node.table(), prefix + key + '.', message, longest); inner != 0)
      line = inner;
  }
  return line;
}

void read_objective(TableReader reader, Objective& objective) {
  reader.text("metric", objective.metric);
  std::size_t mode = 0;
  reader.one_of("mode", {"max", "min"}, mode);
  objective.mode = mode == 0 ? Mode::maximize : Mode::minimize;
  reader.finish();
}

void read_trainer(TableReader reader, const fs::path& directory, TrainerSpec& trainer) {
  reader.texts("command", trainer.command,
               ", one an argument, because no shell is involved: [\"python\", \"train.py\", \"--steps\", \"{steps}\"]");
  std::size_t kind = 0;
  reader.one_of("kind", {"automatic", "session", "command"}, kind);
  trainer.kind = static_cast<TrainerKind>(kind);
  std::string folder = ".";
  reader.text("directory", folder);
  trainer.directory = absolute(directory, folder);
  if (trainer.directory.size() > 1 && trainer.directory.back() == '/') trainer.directory.pop_back();
  reader.text_map("environment", trainer.environment);
  reader.duration_s("hello_timeout", trainer.hello_timeout_s);
  reader.duration_s("turn_timeout", trainer.turn_timeout_s);
  reader.duration_s("cancel_timeout", trainer.cancel_timeout_s);
  reader.finish();
}

void read_evaluation(TableReader reader, EvaluationSpec& evaluation) {
  reader.texts("command", evaluation.command,
               ", one an argument: [\"./evaluate\", \"{checkpoint}\", \"--seed\", \"{seed}\"]");
  reader.text("metric", evaluation.metric);
  reader.duration_s("timeout", evaluation.timeout_s);
  reader.finish();
}

Setting read_setting(const TomlNode& node, const std::string& key, const std::string& source) {
  if (node.array() != nullptr) {
    std::vector<double> numbers;
    for (const TomlNode& child : *node.array()) {
      const auto value = number(child);
      if (!value) fail_at(source, child.line, key, "expected an array of numbers; " + describe(child) + " is not one");
      numbers.push_back(*value);
    }
    return numbers;
  }
  const auto value = scalar(node);
  if (!value) fail_at(source, node.line, key, "expected a plain value or an array of numbers, not a table");
  return std::visit([](const auto& plain) -> Setting { return plain; }, *value);
}

void read_strategy(const TomlNode* node, const std::string& key, const std::string& source, StrategySpec& strategy) {
  if (node == nullptr) return;
  if (const auto* name = std::get_if<std::string>(&node->value)) {
    strategy = {*name, {}};
    return;
  }
  if (node->table() == nullptr) {
    fail_at(source, node->line, key,
            fmt::format("expected {{ strategy = \"{}\" }} or a name, not {}", strategy.name, describe(*node)));
  }
  for (const auto& [option, child] : *node->table()) {
    if (option != "strategy") {
      strategy.settings[option] = read_setting(child, key + '.' + option, source);
    } else if (const auto* name = std::get_if<std::string>(&child.value)) {
      strategy.name = *name;
    } else {
      fail_at(source, child.line, key + ".strategy", "expected a strategy's name in quotes, not " + describe(child));
    }
  }
}

/// Tables in tables become dotted names: [algorithm.schedule.learning_rate] shape is "schedule.learning_rate.shape".
void read_settings(const TomlNode& node, const std::string& path, const std::string& source, Settings& settings) {
  for (const auto& [key, child] : *node.table()) {
    if (child.table() != nullptr) {
      read_settings(child, path + key + '.', source, settings);
    } else {
      settings[path + key] = read_setting(child, "algorithm." + path + key, source);
    }
  }
}

void read_algorithm(const TomlNode* node, const std::string& source, AlgorithmSpec& algorithm) {
  TableReader reader(node, "algorithm", source);
  if (node == nullptr) return;
  reader.text("type", algorithm.type);
  read_strategy(reader.take("exploit"), "algorithm.exploit", source, algorithm.exploit);
  read_strategy(reader.take("explore"), "algorithm.explore", source, algorithm.explore);
  TomlNode rest = *node;
  std::erase_if(std::get<TomlNode::Table>(rest.value), [](const auto& entry) {
    return entry.key == "type" || entry.key == "exploit" || entry.key == "explore";
  });
  // Which of them exist make_algorithm knows.
  read_settings(rest, "", source, algorithm.settings);
}

void read_budget(TableReader reader, Budget& budget) {
  reader.integer("total_steps", budget.total_steps, 0);
  reader.duration_s("wall_clock", budget.wall_clock_s);
  if (reader.contains("target")) reader.real("target", budget.target.emplace());
  reader.finish();
}

void read_failures(TableReader reader, FailureLimits& failures) {
  reader.integer("max_failures", failures.max_failures, 1);
  reader.duration_s("backoff", failures.backoff_s);
  reader.duration_s("backoff_max", failures.backoff_max_s);
  reader.finish();
}

void read_checkpoints(TableReader reader, const fs::path& directory, CheckpointSpec& checkpoints) {
  reader.text("storage", checkpoints.storage);
  const bool elsewhere = checkpoints.storage == "database" || checkpoints.storage.starts_with("s3://");
  if (!checkpoints.storage.empty() && !elsewhere) checkpoints.storage = absolute(directory, checkpoints.storage);
  reader.flag("scratch", checkpoints.scratch);
  std::size_t durability = 0;
  reader.one_of("durability", {"power", "process"}, durability);
  checkpoints.durability = static_cast<Durability>(durability);
  reader.integer("keep_last", checkpoints.keep_last, 0);
  reader.bytes("quota", checkpoints.quota_bytes);
  reader.integer("quota_files", checkpoints.quota_files, 0);
  reader.finish();
}

void read_workers(TableReader reader, WorkersSpec& workers) {
  reader.integer("count", workers.count, 1);
  reader.duration_s("lease", workers.lease_s);
  reader.integer("threads_per_worker", workers.threads_per_worker, 0);
  if (const TomlNode* gpus = reader.take("gpus")) {
    if (gpus->array() == nullptr)
      reader.fail("gpus", *gpus, "expected an array of GPU ids, like [0, 1], not " + describe(*gpus));
    for (const TomlNode& id : *gpus->array()) {
      const auto value = scalar(id);
      if (!value) reader.fail("gpus", id, "expected a GPU id, not " + describe(id));
      workers.gpus.push_back(to_string(*value));
    }
  }
  TableReader needs = reader.table("needs");
  needs.integer("cores", workers.needs.cores, 0);
  needs.bytes("memory", workers.needs.memory_bytes);
  needs.bytes("gpu_memory", workers.needs.gpu_memory_bytes);
  needs.finish();
  reader.integer("workers_per_gpu", workers.workers_per_gpu, 1);
  reader.integer("gpus_per_member", workers.gpus_per_member, 0);
  reader.text_map("environment", workers.environment);
  reader.finish();
}

void read_initial(const TomlNode* rows, const std::string& source, const fs::path& directory, Experiment& experiment) {
  if (rows == nullptr) return;
  if (rows->array() == nullptr)
    fail_at(source, rows->line, "initial", "expected rows, each under its own [[initial]], not " + describe(*rows));
  for (const TomlNode& row : *rows->array()) {
    if (row.table() == nullptr) fail_at(source, row.line, "initial", "expected a table, not " + describe(row));
    InitialMember member;
    Hyperparameters values;
    TomlNode rest = row;
    auto& entries = std::get<TomlNode::Table>(rest.value);
    // A row's `checkpoint` is the folder to start from, unless the space has a hyperparameter of that name.
    std::erase_if(entries, [&](const auto& entry) {
      const auto* folder = std::get_if<std::string>(&entry.node.value);
      if (entry.key != "checkpoint" || folder == nullptr || experiment.space.find("checkpoint") != nullptr)
        return false;
      member.checkpoint = absolute(directory, *folder);
      return true;
    });
    read_values(rest, "", source, values);
    for (const auto& [name, value] : values) {
      const Parameter* parameter = experiment.space.find(name);
      member.hyperparameters.set(name, parameter == nullptr ? value : fit_type(*parameter, value));
    }
    experiment.initial.push_back(std::move(member));
  }
}

void read_constraints(TableReader& reader, Space& space) {
  const TomlNode* node = reader.take("constraints");
  if (node == nullptr) return;
  if (node->array() == nullptr)
    reader.fail("constraints", *node, "expected an array like [\"minibatch <= batch\"], not " + describe(*node));
  for (const TomlNode& child : *node->array()) {
    const auto* text = std::get_if<std::string>(&child.value);
    if (text == nullptr)
      reader.fail("constraints", child, "expected a text like \"minibatch <= batch\", not " + describe(child));
    try {
      space.constraints.emplace_back(*text);
    } catch (const UsageError& error) {
      reader.fail("constraints", child, error.what());
    }
  }
}

void require(const TableReader& reader, std::string_view key, std::string_view example) {
  if (reader.contains(key)) return;
  throw UsageError(
      fmt::format("{}: {}: this key is missing; for example: {}", reader.source(), reader.dotted(key), example));
}

Experiment read_tree(const TomlNode& root, const std::string& source, const fs::path& directory) {
  Experiment experiment;
  TableReader reader(&root, "", source);
  reader.text("name", experiment.name);
  reader.integer("population", experiment.population, 1);
  reader.integer("steps", experiment.budget.steps, 1);
  reader.integer("interval", experiment.interval, 1);
  std::int64_t seed = 1;
  reader.integer("seed", seed, 0);
  experiment.seed = static_cast<std::uint64_t>(seed);
  reader.flag("synchronous", experiment.synchronous);
  read_objective(reader.table("objective"), experiment.objective);
  read_trainer(reader.table("trainer"), directory, experiment.trainer);
  read_evaluation(reader.table("evaluation"), experiment.evaluation);
  if (const TomlNode* table = reader.take("hyperparameters"))
    experiment.space.parameters = read_parameters(*table, source);
  read_constraints(reader, experiment.space);
  read_algorithm(reader.take("algorithm"), source, experiment.algorithm);
  read_initial(reader.take("initial"), source, directory, experiment);
  read_budget(reader.table("budget"), experiment.budget);
  read_failures(reader.table("failures"), experiment.failures);
  read_checkpoints(reader.table("checkpoints"), directory, experiment.checkpoints);
  read_workers(reader.table("workers"), experiment.workers);
  TableReader log = reader.table("log");
  log.flag("tensorboard", experiment.log.tensorboard);
  log.finish();
  reader.finish();
  require(reader, "name", "name = \"lander\"");
  require(reader, "steps", "steps = 1_000_000 (each member's budget)");
  require(reader, "interval", "interval = 20_000 (steps a turn)");
  TableReader objective = reader.table("objective");
  require(objective, "metric", "[objective] metric = \"accuracy\"");
  // An experiment that is trained in process says so with an empty command.
  require(reader.table("trainer"), "command", "[trainer] command = [\"python\", \"train.py\"]");
  return experiment;
}

/// Read and validated, with the line of what a message mentions.
Experiment validated(const TomlNode& root, const std::string& source, const fs::path& directory) {
  Experiment experiment = read_tree(root, source, directory);
  try {
    validate(experiment);
  } catch (const UsageError& error) {
    std::size_t longest = 0;
    const int line = line_of_mention(*root.table(), "", error.what(), longest);
    throw UsageError(line == 0 ? fmt::format("{}: {}", source, error.what())
                               : fmt::format("{}:{}: {}", source, line, error.what()));
  }
  return experiment;
}

}  // namespace

Experiment read_experiment(std::string_view text, const std::string& source, const fs::path& directory) {
  return validated(parse_toml(text, source), source, directory);
}

Experiment read_experiment_file(const fs::path& path) {
  const ExperimentTree tree = read_extended(path);
  return validated(tree.root, path.string(), tree.directory);
}

}  // namespace pbt
