#include "view/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/machine_checks.h"
#include "cli/storage.h"
#include "cli/store_checks.h"
#include "cli/terminal.h"
#include "pbt/files.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kVerdicts[] = {"fine", "warning", "problem"};

bool is_database(const std::string& text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

/// Of a database alone where its address stands for the experiment; else of this machine, and of the store that is
/// given.
std::vector<MachineCheck> checks_of(const DoctorOptions& options) {
  const SystemClock clock;
  const bool alone = is_database(options.target.experiment);
  const auto address = given_address(alone ? options.target.experiment : options.target.store);
  std::vector<MachineCheck> checks;
  const std::filesystem::path runs = std::filesystem::is_directory("runs") ? "runs" : ".";
  if (!alone) checks = check_machine(std::filesystem::canonical(runs));
  if (address && !address->is_file())
    for (MachineCheck& check : check_database(address->url, clock)) checks.push_back(std::move(check));
  return checks;
}

int show(const std::vector<MachineCheck>& checks, bool json) {
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
  const std::string& target = options.target.experiment;
  if (target.empty() || is_database(target)) return show(checks_of(options), options.json);
  const OpenRun run = open_run(options.target);
  SystemFiles files;
  const auto storage = open_storage(run.location, run.experiment, /*at_once=*/1, files, *run.clock);
  const Examination found = examine(*run.reader, *storage, run.experiment, *make_algorithm(run.experiment, strategies));
  const std::string& name = run.location.experiment;
  print(options.json ? to_json(name, found).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"
                     : to_text(name, found));
  return found.violations.empty() ? 0 : 1;
}

}  // namespace pbt
