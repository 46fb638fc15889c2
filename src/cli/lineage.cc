#include "view/lineage.h"

#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "view/machine_views.h"
#include "view/text_views.h"

namespace pbt {

int command_lineage(const LineageOptions& options) {
  const OpenRun run = open_run(options.target);
  // The turns after the population: a member never stands on a turn that the tree does not have.
  const Population population = run.reader->population();
  const std::vector<Branch> tree = family_tree(all_turns(*run.reader), population);
  print(options.json ? lineage_json(run.experiment, tree) + '\n'
                     : lineage_text(run.experiment, tree, options.all ? DeadEnds::shown : DeadEnds::hidden));
  return 0;
}

}  // namespace pbt
