#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.h"
#include "cli/commands.h"

namespace pbt {
namespace {

/// A subcommand whose options live as long as the parsed command line.
template <typename Options>
struct Added {
  CLI::App* app;
  std::shared_ptr<Options> options;
};

template <typename Options>
Added<Options> add(CLI::App& app, CommandLine& line, const std::string& name, const std::string& description,
                   int (*command)(const Options&), const std::string& examples) {
  auto options = std::make_shared<Options>();
  CLI::App* sub = app.add_subcommand(name, description);
  sub->footer("Examples:\n" + examples);
  sub->callback([&line, options, command] { line.command = [options, command] { return command(*options); }; });
  add_target(*sub, options->target);
  return {sub, options};
}

void add_status(CLI::App& app, CommandLine& line) {
  auto [sub, options] = add<StatusOptions>(app, line, "status", "Show the population as a table", command_status,
                                           "  pbt status\n  pbt status lander --json");
  sub->add_flag("--json", options->json, "One JSON object");
}

void add_watch(CLI::App& app, CommandLine& line) {
  auto [sub, options] =
      add<WatchOptions>(app, line, "watch", "Show the population live; q ends the view", command_watch,
                        "  pbt watch\n  pbt watch lander --every 5 | tee progress.log");
  sub->add_option("--every", options->every_s, "Seconds between looks")
      ->check(CLI::Range(0.1, 86400.0))
      ->option_text("SECONDS [1]");
}

void add_best(CLI::App& app, CommandLine& line) {
  auto [sub, options] =
      add<BestOptions>(app, line, "best", "Show the best turn so far: score, hyperparameters, checkpoint", command_best,
                       "  pbt best\n  pbt best --json\n  pbt best lander --copy model");
  sub->add_flag("--json", options->json, "One JSON object");
  sub->add_option("--copy", options->copy, "Copy its checkpoint, verified, to a new folder")->option_text("FOLDER");
}

void add_schedule(CLI::App& app, CommandLine& line) {
  auto [sub, options] = add<ScheduleOptions>(
      app, line, "schedule", "Show the hyperparameters along a lineage, by step", command_schedule,
      "  pbt schedule\n  pbt schedule lander --member 3 --format csv\n  pbt schedule --format ray > pbt_policy.txt");
  auto* format =
      sub->add_option("--format", options->format, "table, csv, json, or ray (for PopulationBasedTrainingReplay)")
          ->check(CLI::IsMember({"table", "csv", "json", "ray"}))
          ->option_text("FORMAT [table]");
  auto* json = sub->add_flag_callback("--json", [options] { options->format = "json"; }, "The same as --format json");
  sub->add_flag("--plot", options->plot, "Draw it in the terminal instead")->excludes(format)->excludes(json);
  sub->add_option("--member", options->choice.member, "Of this member's last turn instead of the best turn")
      ->option_text("MEMBER");
  sub->add_option("--turn", options->choice.turn, "Of this turn of the member, from 1")->option_text("TURN");
}

void add_lineage(CLI::App& app, CommandLine& line) {
  auto [sub, options] = add<LineageOptions>(app, line, "lineage", "Show who copied whom, as a tree", command_lineage,
                                            "  pbt lineage\n  pbt lineage --all\n  pbt lineage lander --json");
  sub->add_flag("--json", options->json, "One JSON object");
  sub->add_flag("--all", options->all, "Also branches on which nobody stands any more");
}

void add_turns(CLI::App& app, CommandLine& line) {
  auto [sub, options] =
      add<TurnsOptions>(app, line, "turns", "Show every turn, in the order of the record", command_turns,
                        "  pbt turns --last 20\n  pbt turns lander --member 3\n  pbt turns --json > turns.jsonl");
  sub->add_flag("--json", options->json, "One JSON object a line");
  sub->add_option("--member", options->member, "Of this member alone")->option_text("MEMBER");
  sub->add_option("--last", options->last, "The last so many")->check(CLI::PositiveNumber)->option_text("COUNT");
}

void add_folder_export(CLI::App& exports, CommandLine& line, const std::string& name, const std::string& description,
                       int (*command)(const FolderExportOptions&)) {
  auto options = std::make_shared<FolderExportOptions>();
  CLI::App* sub = exports.add_subcommand(name, description);
  sub->footer("Examples:\n  pbt export " + name + " exported\n  pbt export " + name + " exported lander");
  sub->callback([&line, options, command] { line.command = [options, command] { return command(*options); }; });
  sub->add_option("folder", options->folder, "The folder to write to")->required()->option_text("FOLDER");
  add_target(*sub, options->target);
}

void add_export(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* sub =
      app.add_subcommand("export", "Write the record to a file, standard output or another program's folder");
  sub->footer(
      "Examples:\n  pbt export --output turns.csv\n  pbt export lander --format json | jq .turns[0]\n"
      "  pbt export tensorboard exported\n  pbt export mlflow mlruns lander");
  add_target(*sub, options->target);
  sub->callback([&line, options, sub] {
    if (sub->get_subcommands().empty()) {
      line.command = [options] { return command_export(*options); };
    } else if (sub->count_all() > sub->get_subcommands().front()->count_all() + 1) {
      throw CLI::ValidationError("export",
                                 "of a folder: what it exports comes after the folder, and there are no other "
                                 "options; for example `pbt export tensorboard exported lander`");
    }
  });
  sub->add_option("--format", options->format, "csv (turns) or json (all)")
      ->check(CLI::IsMember({"csv", "json"}))
      ->option_text("FORMAT [csv]");
  sub->add_flag_callback("--json", [options] { options->format = "json"; }, "The same as --format json");
  sub->add_option("-o,--output", options->output, "A file; written whole or not at all")->option_text("FILE");
  add_folder_export(*sub, line, "tensorboard", "Event files for TensorBoard: a run a member, along its lineage",
                    command_export_tensorboard);
  add_folder_export(*sub, line, "mlflow", "A tracking folder for MLflow: a run a member, along its lineage",
                    command_export_mlflow);
}

void add_plot(CLI::App& app, CommandLine& line) {
  auto [sub, options] = add<PlotOptions>(
      app, line, "plot", "Draw the population: curves along lineages, hyperparameters over steps, the lineage tree",
      command_plot, "  pbt plot\n  pbt plot lander --picture lineage --format png --output pictures");
  sub->add_option("--picture", options->pictures, "curves, schedules or lineage; may be repeated (default: all)")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"curves", "schedules", "lineage"}))
      ->option_text("PICTURE");
  sub->add_option("--format", options->format, "svg, or png (made by rsvg-convert)")
      ->check(CLI::IsMember({"svg", "png"}))
      ->option_text("FORMAT [svg]");
  sub->add_option("-o,--output", options->output, "The folder to write them to (default: pictures/ beside the record)")
      ->option_text("FOLDER");
  sub->add_flag("--json", options->json, "One JSON object with the files");
}

}  // namespace

void add_reading_commands(CLI::App& app, CommandLine& line) {
  add_status(app, line);
  add_watch(app, line);
  add_best(app, line);
  add_schedule(app, line);
  add_lineage(app, line);
  add_turns(app, line);
  add_export(app, line);
  add_plot(app, line);
}

}  // namespace pbt
