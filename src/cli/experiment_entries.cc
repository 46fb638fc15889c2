#include "cli/experiment_entries.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "cli/quantities.h"
#include "cli/toml_document.h"

namespace pbt {
namespace {

std::string toml(bool flag) { return flag ? "true" : "false"; }
std::string toml(std::int64_t integer) { return std::to_string(integer); }
std::string toml(int integer) { return std::to_string(integer); }
std::string toml(double real) { return toml_real(real); }
std::string toml(const std::string& text) { return toml_text(text); }
std::string toml(const Value& value);

template <typename T>
std::string toml(const std::vector<T>& list) {
  std::vector<std::string> texts;
  for (const T& value : list) texts.push_back(toml(value));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string toml(const Value& value) {
  return std::visit([](const auto& plain) { return toml(plain); }, value);
}

std::string toml(const Setting& setting) {
  return std::visit([](const auto& plain) { return toml(plain); }, setting);
}

std::string toml(const std::map<std::string, std::string>& map) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : map) texts.push_back(toml_key(key) + " = " + toml_text(value));
  return texts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(texts, ", "));
}

std::string seconds(double duration) {
  const bool whole = duration > 0 && std::trunc(duration) == duration && duration < 1e15;
  return whole ? toml_text(duration_text(duration)) : toml_real(duration);
}

std::string bytes(std::uint64_t count) {
  const std::string text = bytes_text(count);
  return text.find(' ') != std::string::npos && parse_bytes(text) == count ? toml_text(text) : std::to_string(count);
}

std::string toml(const StrategySpec& strategy) {
  std::string text = "{ strategy = " + toml_text(strategy.name);
  for (const auto& [key, value] : strategy.settings) text += ", " + toml_key(key) + " = " + toml(value);
  return text + " }";
}

constexpr const char* kScales[] = {"linear", "log", "one_minus_log"};

void domain_fields(const Parameter& parameter, std::vector<std::string>& fields) {
  if (const auto* real = std::get_if<RealRange>(&parameter.domain)) {
    fields = {"low = " + toml(real->low), "high = " + toml(real->high)};
    if (real->scale != Scale::linear) fields.push_back("scale = " + toml_text(kScales[static_cast<int>(real->scale)]));
    if (real->quantum != 0) fields.push_back("quantum = " + toml(real->quantum));
  } else if (const auto* integer = std::get_if<IntegerRange>(&parameter.domain)) {
    fields = {"low = " + toml(integer->low), "high = " + toml(integer->high), "type = \"int\""};
    if (integer->scale != Scale::linear)
      fields.push_back("scale = " + toml_text(kScales[static_cast<int>(integer->scale)]));
    if (integer->quantum != 1) fields.push_back("quantum = " + toml(integer->quantum));
  } else if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
    fields = {"values = " + toml(choices->values)};
    if (choices->ordered) fields.emplace_back("ordered = true");
  } else {
    fields = {"value = " + toml(std::get<Fixed>(parameter.domain).value)};
  }
}

std::string toml(const Parameter& parameter) {
  std::vector<std::string> fields;
  domain_fields(parameter, fields);
  const std::size_t plain = fields.size();
  if (parameter.structural) fields.emplace_back("structural = true");
  if (!parameter.factors.empty()) fields.push_back("factors = " + toml(parameter.factors));
  if (parameter.resample_probability)
    fields.push_back("resample_probability = " + toml(*parameter.resample_probability));
  if (parameter.when)
    fields.push_back(
        fmt::format("when = {{ {} = {} }}", toml_key(parameter.when->parameter), toml(parameter.when->any_of)));
  const auto* fixed = std::get_if<Fixed>(&parameter.domain);
  if (fixed != nullptr && fields.size() == plain) return toml(fixed->value);
  return fmt::format("{{ {} }}", fmt::join(fields, ", "));
}

void add_top(const Experiment& e, std::vector<Entry>& out) {
  out.push_back({"", "name", toml(e.name), "", true});
  out.push_back({"", "population", toml(e.population), "members trained at once; 20 to 40 work best", true});
  out.push_back({"", "steps", toml(e.budget.steps), "each member's budget", true});
  out.push_back({"", "interval", toml(e.interval), "steps a turn: how often a member may copy a better one", true});
  out.push_back({"", "seed", std::to_string(e.seed), "", true});
  out.push_back({"", "synchronous", toml(e.synchronous),
                 "true: decisions wait for the whole round, and one seed gives one record", true});
  std::vector<std::string> constraints;
  for (const Constraint& constraint : e.space.constraints) constraints.push_back(constraint.text());
  out.push_back({"", "constraints", toml(constraints), "", false});
  out.push_back(
      {"objective", "metric", toml(e.objective.metric), "what the trainer reports at the end of a turn", true});
  out.push_back(
      {"objective", "mode", toml_text(e.objective.mode == Mode::maximize ? "max" : "min"), "\"max\" or \"min\"", true});
}

void add_trainer(const TrainerSpec& t, std::vector<Entry>& out) {
  constexpr const char* kinds[] = {"automatic", "session", "command"};
  out.push_back({"trainer", "command", toml(t.command), "", true});
  out.push_back({"trainer", "kind", toml_text(kinds[static_cast<int>(t.kind)]), "", false});
  out.push_back({"trainer", "directory", toml(t.directory), "where it runs", false});
  out.push_back({"trainer", "environment", toml(t.environment), "", false});
  out.push_back({"trainer", "hello_timeout", seconds(t.hello_timeout_s), "to start up", false});
  out.push_back({"trainer", "turn_timeout", seconds(t.turn_timeout_s), "", false});
  out.push_back({"trainer", "cancel_timeout", seconds(t.cancel_timeout_s), "", false});
}

void add_evaluation(const EvaluationSpec& e, std::vector<Entry>& out) {
  out.push_back({"evaluation", "command", toml(e.command), "of a checkpoint, apart from tuning", false});
  out.push_back({"evaluation", "metric", toml(e.metric), "", false});
  out.push_back({"evaluation", "timeout", seconds(e.timeout_s), "", false});
}

void add_algorithm(const AlgorithmSpec& a, std::vector<Entry>& out) {
  out.push_back({"algorithm", "type", toml(a.type), "", true});
  out.push_back({"algorithm", "exploit", toml(a.exploit), "", true});
  out.push_back({"algorithm", "explore", toml(a.explore), "", true});
  for (const auto& [key, value] : a.settings) out.push_back({"algorithm", toml_key(key), toml(value), "", false});
}

void add_limits(const Experiment& e, std::vector<Entry>& out) {
  out.push_back({"budget", "total_steps", toml(e.budget.total_steps), "of all members together", false});
  out.push_back({"budget", "wall_clock", seconds(e.budget.wall_clock_s), "of time in which it was training", false});
  out.push_back({"budget", "target", e.budget.target ? toml(*e.budget.target) : "",
                 "of the metric: reached, the experiment is done", false});
  out.push_back({"failures", "max_failures", toml(e.failures.max_failures),
                 "of one turn in a row; then the member is replaced", false});
  out.push_back({"failures", "backoff", seconds(e.failures.backoff_s), "before the first retry; doubles", false});
  out.push_back({"failures", "backoff_max", seconds(e.failures.backoff_max_s), "", false});
  out.push_back({"checkpoints", "storage", e.checkpoints.storage.empty() ? "" : toml(e.checkpoints.storage),
                 "a folder, \"database\" or s3://BUCKET/PREFIX", false});
  out.push_back({"checkpoints", "scratch", toml(e.checkpoints.scratch), "staged below TMPDIR, then copied", false});
  out.push_back({"checkpoints", "durability",
                 toml_text(e.checkpoints.durability == Durability::power ? "power" : "process"), "", false});
  out.push_back({"checkpoints", "keep_last", toml(e.checkpoints.keep_last),
                 "of each member, beside those that are needed", false});
  out.push_back({"checkpoints", "quota", bytes(e.checkpoints.quota_bytes), "", false});
  out.push_back({"checkpoints", "quota_files", toml(e.checkpoints.quota_files), "0: no limit", false});
}

void add_workers(const WorkersSpec& w, std::vector<Entry>& out) {
  out.push_back({"workers", "count", toml(w.count), "members trained at the same time on this machine", true});
  out.push_back(
      {"workers", "lease", seconds(w.lease_s), "after which another worker takes a silent one's turn", false});
  out.push_back({"workers", "threads_per_worker", toml(w.threads_per_worker), "0: cores / workers", false});
  out.push_back({"workers", "gpus", toml(w.gpus), "", false});
  out.push_back({"workers", "workers_per_gpu", toml(w.workers_per_gpu), "", false});
  out.push_back({"workers", "gpus_per_member", toml(w.gpus_per_member), "", false});
  out.push_back({"workers", "environment", toml(w.environment), "", false});
  out.push_back({"workers.needs", "cores", toml(w.needs.cores), "for each member trained at the same time", false});
  out.push_back({"workers.needs", "memory", bytes(w.needs.memory_bytes), "", false});
  out.push_back({"workers.needs", "gpu_memory", bytes(w.needs.gpu_memory_bytes), "", false});
}

}  // namespace

std::vector<Entry> entries(const Experiment& experiment) {
  std::vector<Entry> out;
  add_top(experiment, out);
  add_trainer(experiment.trainer, out);
  add_evaluation(experiment.evaluation, out);
  for (const Parameter& parameter : experiment.space.parameters) {
    out.push_back({"hyperparameters", toml_key(parameter.name), toml(parameter), "", true});
  }
  add_algorithm(experiment.algorithm, out);
  add_limits(experiment, out);
  add_workers(experiment.workers, out);
  out.push_back({"log", "tensorboard", toml(experiment.log.tensorboard), "", false});
  for (std::size_t row = 0; row < experiment.initial.size(); ++row) {
    const std::string table = fmt::format("initial {}", row + 1);
    const InitialMember& member = experiment.initial[row];
    if (!member.checkpoint.empty()) out.push_back({table, "checkpoint", toml(member.checkpoint), "", true});
    for (const auto& [name, value] : member.hyperparameters)
      out.push_back({table, toml_key(name), toml(value), "", true});
    if (member.checkpoint.empty() && member.hyperparameters.empty()) out.push_back({table, "", "", "drawn", true});
  }
  return out;
}

}  // namespace pbt
