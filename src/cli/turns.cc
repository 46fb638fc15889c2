#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "view/machine_views.h"
#include "view/text_views.h"

namespace pbt {

int command_turns(const TurnsOptions& options) {
  const OpenRun run = open_run(options.target);
  std::vector<TurnPointer> turns = all_turns(*run.reader);
  // Decisions are read after the turns: a turn may lack its decision only while that is not made.
  const DecisionTable decisions = decisions_by_turn(all_decisions(*run.reader));
  if (options.member)
    std::erase_if(turns, [&](const TurnPointer& turn) { return turn->key.member != *options.member; });
  if (options.last > 0 && turns.size() > static_cast<std::size_t>(options.last))
    turns.erase(turns.begin(), turns.end() - options.last);
  if (!options.json) {
    print(turns_text(run.experiment, turns, decisions, output_style()));
    return 0;
  }
  std::string text;
  for (const TurnPointer& turn : turns) {
    const auto found = decisions.find(turn->key);
    text += turn_json(run.experiment, *turn, found == decisions.end() ? nullptr : &found->second) + '\n';
  }
  print(text);
  return 0;
}

}  // namespace pbt
