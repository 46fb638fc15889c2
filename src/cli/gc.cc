#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "checkpoint/collect.h"
#include "checkpoint/directory_storage.h"
#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/storage.h"
#include "cli/terminal.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "pbt/files.h"
#include "store/open_store.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

/// The name of the checkpoint of a turn that the user names as "m3.t7".
std::string checkpoint_of(const RunReader& reader, const std::string& option, const std::string& text) {
  TurnKey key;
  if (std::sscanf(text.c_str(), "m%d.t%d", &key.member, &key.index) != 2 || to_string(key) != text)
    throw UsageError(fmt::format("{} {}: expected a turn as m3.t7, the way `pbt turns` shows them", option, text));
  const TurnPointer turn = reader.turn(key);
  if (!turn) throw UsageError(fmt::format("{} {}: there is no such turn", option, text));
  return turn->checkpoint.name;
}

std::string size_text(std::uint64_t bytes) {
  const auto real = static_cast<double>(bytes);
  if (bytes < 1'000) return fmt::format("{} bytes", bytes);
  return bytes < 1'000'000 ? fmt::format("{:.1f} kB", real / 1e3) : fmt::format("{:.1f} MB", real / 1e6);
}

}  // namespace

int command_gc(const GcOptions& options, const Strategies& strategies) {
  const OpenRun run = open_run(options.target);
  SystemClock clock;
  SystemFiles files;
  CheckpointSpec spec = run.experiment.checkpoints;
  if (options.keep_last) spec.keep_last = *options.keep_last;
  const auto store = open_store(run.location.address, run.location.experiment, spec.durability, clock);
  const auto storage = open_storage(run.location, run.experiment, /*at_once=*/1, files, clock);
  for (const std::string& turn : options.pin) store->control(Pin{checkpoint_of(*store, "--pin", turn), true});
  for (const std::string& turn : options.unpin) store->control(Pin{checkpoint_of(*store, "--unpin", turn), false});
  spec = with_donors(spec, *make_algorithm(run.experiment, strategies), *store);
  const Collected collected = collect_garbage(*store, *storage, spec);
  const int orphans = remove_orphans(*store, *storage);
  const std::vector<Checkpoint> standing = store->checkpoints();
  std::uint64_t bytes = 0;
  for (const Checkpoint& checkpoint : standing) bytes += checkpoint.bytes;
  const Json json = {{"experiment", run.location.experiment}, {"checkpoints_removed", collected.checkpoints},
                     {"bytes_removed", collected.bytes},      {"orphans_removed", orphans},
                     {"checkpoints_left", standing.size()},   {"bytes_left", bytes}};
  const auto count = [](std::size_t n, const std::string& what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
  };
  print(options.json ? json.dump() + "\n"
                     : fmt::format("removed {} ({}) and {}; {} ({}) left\n",
                                   count(static_cast<std::size_t>(collected.checkpoints), "checkpoint"),
                                   size_text(collected.bytes), count(static_cast<std::size_t>(orphans), "orphan"),
                                   count(standing.size(), "checkpoint"), size_text(bytes)));
  return 0;
}

}  // namespace pbt
