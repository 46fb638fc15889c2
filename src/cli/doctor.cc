#include "view/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "checkpoint/directory_storage.h"
#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/machine_checks.h"
#include "cli/terminal.h"
#include "pbt/files.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kVerdicts[] = {"fine", "warning", "problem"};

int look_at_machine(bool json) {
  const std::filesystem::path runs = std::filesystem::is_directory("runs") ? "runs" : ".";
  const std::vector<MachineCheck> checks = check_machine(std::filesystem::canonical(runs));
  Json list = Json::array();
  std::string text;
  for (const MachineCheck& check : checks) {
    list.push_back({{"name", check.name}, {"verdict", kVerdicts[check.verdict]}, {"text", check.text}});
    text += fmt::format("{:<9}{:<13}{}\n", check.verdict == MachineCheck::fine ? "ok" : kVerdicts[check.verdict],
                        check.name, check.text);
  }
  const bool healthy =
      std::ranges::none_of(checks, [](const MachineCheck& check) { return check.verdict == MachineCheck::problem; });
  print(json ? Json{{"healthy", healthy}, {"checks", list}}.dump() + "\n" : text);
  return healthy ? 0 : 1;
}

std::string to_text(const std::string& name, const Examination& found) {
  std::string text = fmt::format("experiment {}: {} turns, {} failures, {} decisions ({} computed again", name,
                                 found.turns, found.failures, found.decisions, found.recomputed);
  if (found.under_another_budget > 0)
    text += fmt::format(", {} of them under another budget", found.under_another_budget);
  if (found.resumed > 0) text += fmt::format("; {} resumed under a raised budget", found.resumed);
  if (found.by_hand > 0) text += fmt::format("; {} rewound or injected", found.by_hand);
  text += fmt::format("), {} checkpoints read back whole\n", found.checkpoints);
  for (const std::string& violation : found.violations) text += "violation: " + violation + "\n";
  return text + (found.violations.empty() ? "healthy\n" : fmt::format("{} violations\n", found.violations.size()));
}

Json to_json(const std::string& name, const Examination& found) {
  return {{"experiment", name},
          {"healthy", found.violations.empty()},
          {"turns", found.turns},
          {"failures", found.failures},
          {"decisions", found.decisions},
          {"recomputed", found.recomputed},
          {"under_another_budget", found.under_another_budget},
          {"resumed", found.resumed},
          {"by_hand", found.by_hand},
          {"checkpoints", found.checkpoints},
          {"violations", found.violations}};
}

}  // namespace

int command_doctor(const DoctorOptions& options, const Strategies& strategies) {
  if (options.target.experiment.empty()) return look_at_machine(options.json);
  const OpenRun run = open_run(options.target);
  SystemFiles files;
  const auto storage = make_directory_storage(run.location.checkpoints(), run.experiment.checkpoints.durability, files);
  const Examination found = examine(*run.reader, *storage, run.experiment, *make_algorithm(run.experiment, strategies));
  const std::string& name = run.location.experiment;
  print(options.json ? to_json(name, found).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"
                     : to_text(name, found));
  return found.violations.empty() ? 0 : 1;
}

}  // namespace pbt
