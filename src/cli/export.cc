#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "cli/write_file.h"
#include "view/machine_views.h"

namespace pbt {
namespace {

template <typename Entries, typename Text>
std::string json_array(const Entries& entries, const Text& text) {
  std::string result;
  for (const auto& entry : entries) result += (result.empty() ? "\n" : ",\n") + text(entry);
  return '[' + result + ']';
}

/// The whole record as one JSON object, an entry a line.
std::string export_json(const OpenRun& run) {
  const std::vector<TurnPointer> turns = all_turns(*run.reader);
  const std::vector<Decision> decisions = all_decisions(*run.reader);
  const DecisionTable table = decisions_by_turn(decisions);
  const auto turn_text = [&](const TurnPointer& turn) {
    const auto found = table.find(turn->key);
    return turn_json(run.experiment, *turn, found == table.end() ? nullptr : &found->second);
  };
  return fmt::format("{{\"status\":{},\n\"turns\":{},\n\"decisions\":{},\n\"failures\":{}}}\n",
                     status_json(run.experiment, overview(run.experiment, *run.reader)), json_array(turns, turn_text),
                     json_array(decisions, decision_json), json_array(all_failures(*run.reader), failure_json));
}

}  // namespace

int command_export(const ExportOptions& options) {
  const OpenRun run = open_run(options.target);
  std::string text;
  if (options.format == "json") {
    text = export_json(run);
  } else {
    const std::vector<TurnPointer> turns = all_turns(*run.reader);
    text = turns_csv(run.experiment, turns, decisions_by_turn(all_decisions(*run.reader)));
  }
  if (options.output.empty() || options.output == "-") {
    print(text);
  } else {
    write_file(options.output, text);
  }
  return 0;
}

}  // namespace pbt
