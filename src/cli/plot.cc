#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "cli/write_file.h"
#include "pbt/error.h"
#include "view/pictures.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

using Picture = std::string (*)(const Experiment&, const std::vector<TurnPointer>&, const Population&);

struct Named {
  const char* name;
  Picture draw;
};
constexpr Named pictures[] = {
    {"curves", curves_picture}, {"schedules", schedules_picture}, {"lineage", lineage_picture}};

void write_picture(const fs::path& path, const std::string& svg) {
  if (path.extension() == ".png") {
    write_png(path, svg);
  } else {
    write_file(path, svg);
  }
}

}  // namespace

int command_plot(const PlotOptions& options) {
  const OpenRun run = open_run(options.target);
  // The population first: a member never stands on a turn that the turns do not have.
  const Population population = run.reader->population();
  const std::vector<TurnPointer> turns = all_turns(*run.reader);
  if (turns.empty()) throw Error("experiment " + run.experiment.name + " has no turn yet: there is nothing to draw");
  const fs::path folder = options.output.empty() ? run.location.folder / "pictures" : fs::path(options.output);
  std::error_code ignored;
  fs::create_directories(folder, ignored);  // write_file says where it cannot
  std::vector<std::string> files;
  for (const Named& picture : pictures) {
    if (!options.pictures.empty() && std::ranges::find(options.pictures, picture.name) == options.pictures.end())
      continue;
    const fs::path path = folder / fmt::format("{}.{}", picture.name, options.format);
    write_picture(path, picture.draw(run.experiment, turns, population));
    files.push_back(path.string());
  }
  if (options.json) {
    print(nlohmann::json({{"experiment", run.location.experiment}, {"files", files}}).dump() + "\n");
  } else {
    for (const std::string& file : files) print(file + "\n");
  }
  return 0;
}

}  // namespace pbt
