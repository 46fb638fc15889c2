#include <fmt/format.h>

#include "checkpoint/directory_storage.h"
#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/storage.h"
#include "cli/terminal.h"
#include "core/nearest.h"
#include "core/space_rules.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "pbt/files.h"
#include "store/open_store.h"
#include "trainer/left_over.h"
#include "view/machine_views.h"
#include "worker/resume.h"

namespace pbt {
namespace {

/// The text as a value that the parameter may take; the space says later whether it is inside.
Value parse_value(const Parameter& parameter, const std::string& text) {
  const auto refuse = [&] {
    return UsageError(fmt::format("--set {}={}: expected {}", parameter.name, text, accepted_values(parameter)));
  };
  std::size_t used = 0;
  try {
    if (std::holds_alternative<RealRange>(parameter.domain)) {
      const Value value = std::stod(text, &used);
      if (used == text.size()) return value;
    } else if (std::holds_alternative<IntegerRange>(parameter.domain)) {
      const Value value = static_cast<std::int64_t>(std::stoll(text, &used));
      if (used == text.size()) return value;
    } else if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
      for (const Value& value : choices->values)
        if (to_string(value) == text) return value;
    }
  } catch (const std::logic_error&) {  // no number, or one that is too large
  }
  throw refuse();
}

Hyperparameters with_settings(const Experiment& experiment, Hyperparameters values, const InjectOptions& options) {
  std::vector<std::string> names;
  for (const Parameter& parameter : experiment.space.parameters) names.push_back(parameter.name);
  for (const std::string& setting : options.settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) throw UsageError("--set " + setting + ": expected NAME=VALUE");
    const std::string name = setting.substr(0, equals);
    const Parameter* parameter = experiment.space.find(name);
    if (parameter == nullptr)
      throw UsageError(
          fmt::format("--set {}: there is no hyperparameter {}{}", setting, name, did_you_mean(name, names)));
    if (parameter->structural && options.checkpoint.empty())
      throw UsageError(fmt::format(
          "--set {}: {} is structural, and the member's weights fit only the value that they were made with; "
          "give weights that fit with --checkpoint",
          setting, name));
    values.set(name, parse_value(*parameter, setting.substr(equals + 1)));
  }
  validate(experiment.space, values, fmt::format("member {} after --set", options.member));
  return values;
}

/// Throws unless the member can take an injection now.
void check_member(const std::string& experiment, const Member& member, std::int64_t now_ms) {
  const std::string who = fmt::format("member {} of {}", member.id, experiment);
  if (!member.worker.empty() && now_ms < member.lease_until_ms)
    throw Error(fmt::format(
        "{} is being trained by {}: `pbt pause {}`, wait until `pbt status` shows it ready, inject, `pbt unpause {}`",
        who, member.worker, experiment, experiment));
  switch (member.state) {
    case MemberState::unborn:
      throw Error(who + " has not begun: give its first values in an [[initial]] row, or wait for its first turn");
    case MemberState::undecided:
      throw Error(who + " waits for its round to be decided: inject when `pbt status` shows it ready");
    case MemberState::stopped:
      throw Error(fmt::format("{} is stopped ({}): raise its budget and `pbt run` it again before you inject", who,
                              member.next->reason));
    case MemberState::ready:
    case MemberState::waiting:
      break;
  }
}

/// The decision that names them brings them into the record; where none comes they are an orphan.
Checkpoint import_weights(const std::string& folder, const Population& population, const Member& member,
                          CheckpointStorage& storage) {
  const std::string name = fmt::format("initial-{}.inject-{}", member.id, population.sequence);
  copy_folder(folder, storage.stage(name));
  return storage.publish(name);
}

}  // namespace

int command_inject(const InjectOptions& options) {
  if (options.settings.empty() && options.checkpoint.empty())
    throw UsageError("nothing to inject: give --set NAME=VALUE, --checkpoint FOLDER, or both");
  const OpenRun run = open_run(options.target);
  SystemClock clock;
  SystemFiles files;
  const Durability durability = run.experiment.checkpoints.durability;
  const auto store = open_store(run.location.address, run.location.experiment, durability, clock);
  (void)release_leases_of(is_dead_here, *store);
  const Population population = store->population();
  if (options.member < 0 || options.member >= static_cast<int>(population.members.size()))
    throw UsageError(fmt::format("--member {}: expected 0 to {}", options.member, population.members.size() - 1));
  const Member& member = population.members[static_cast<std::size_t>(options.member)];
  check_member(run.location.experiment, member, clock.now_ms());

  Decision decision = *member.next;
  decision.revision = decision.turn == member.turns ? decision.revision + 1 : 0;
  decision.turn = member.turns;
  decision.kind = decision.weights ? DecisionKind::proceed : DecisionKind::start;
  decision.donor.reset();
  decision.hyperparameters = with_settings(run.experiment, decision.hyperparameters, options);
  decision.reason = "inject: by hand";
  decision.snapshot = population.sequence;
  decision.attempt = 0;
  if (!options.checkpoint.empty()) {
    const auto storage = open_storage(run.location, run.experiment, /*at_once=*/1, files, clock);
    decision.kind = DecisionKind::start;
    decision.weights.reset();
    decision.imported = import_weights(options.checkpoint, population, member, *storage);
  }
  if (store->commit(Decide{{decision}, {}}).front() != CommitResult::committed)
    throw Error(fmt::format(
        "member {} of {} moved on meanwhile; nothing was changed. `pbt pause` first, then inject, then `pbt unpause`",
        member.id, run.location.experiment));
  std::string text = fmt::format("member {} goes on from {} with\n", member.id,
                                 decision.imported  ? decision.imported->name
                                 : decision.weights ? to_string(*decision.weights)
                                                    : "fresh weights");
  for (const auto& [name, value] : decision.hyperparameters) text += fmt::format("  {} = {}\n", name, to_string(value));
  print(options.json ? decision_json(decision) + "\n" : text);
  return 0;
}

}  // namespace pbt
