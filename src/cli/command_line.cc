#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/complete.h"
#include "cli/manual.h"
#include "core/nearest.h"
#include "view/machine_views.h"

namespace pbt {
namespace {

constexpr int kWrongUsage = 2;

void complain(int argc, char** argv, const std::string& message) {
  const bool json =
      std::any_of(argv, argv + argc, [](const char* argument) { return std::string_view(argument) == "--json"; });
  std::cerr << (json ? error_json(message, kWrongUsage) : "pbt: error: " + message) << '\n';
}

/// What was wrong, and where to look; the nearest subcommand where the first word is none.
std::string explain(const CLI::App& app, const std::string& word, const std::string& what) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return what + "; see `pbt " + word + " --help`";
  if (word.starts_with('-')) return what + "; see `pbt --help`";
  const std::string near = did_you_mean(word, names);
  return "there is no command \"" + word + '"' + (near.empty() ? "; see `pbt --help`" : near);
}

/// The two commands for the machinery around the program, which `--help` does not list: see complete.h and manual.h.
std::optional<int> describe(int argc, char** argv, const CLI::App& app) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty() || (words[0] != "complete" && words[0] != "manual")) return std::nullopt;
  if (words[0] == "complete") {
    for (const std::string& line : completions(app, {words.begin() + 1, words.end()})) std::cout << line << '\n';
    return 0;
  }
  if (words.size() != 3) {
    std::cerr << "usage: pbt manual FOLDER DATE (for those who make packages)\n";
    return kWrongUsage;
  }
  write_manual(app, words[1], words[2]);
  return 0;
}

}  // namespace

void add_target(CLI::App& subcommand, Target& target, const std::string& name) {
  subcommand
      .add_option(name, target.experiment,
                  "A name, or an experiment file; may be left out when there is one experiment only")
      ->option_text("EXPERIMENT");
  subcommand
      .add_option("--store", target.store,
                  "Where the record is: sqlite:PATH (default: PBT_STORE, else sqlite:runs/NAME/pbt.db)")
      ->option_text("STORE");
}

void add_control(CLI::App& app, CommandLine& line, const std::string& name, const std::string& description,
                 const std::string& shown, int (*command)(const ControlOptions&)) {
  auto options = std::make_shared<ControlOptions>();
  CLI::App* sub = app.add_subcommand(name, description);
  const std::string words = (app.get_parent() == nullptr ? "pbt " : "pbt " + app.get_name() + " ") + name;
  sub->footer("Examples:\n  " + words + "\n  " + words + " lander --json");
  sub->callback([&line, options, command] { line.command = [options, command] { return command(*options); }; });
  add_target(*sub, options->target);
  sub->add_flag("--json", options->json, shown);
}

void add_commands(CLI::App& app, CommandLine& line) {
  app.name("pbt")->description(
      "Population Based Training: trains a population of models at once; the worse ones copy the better ones and "
      "change their hyperparameters.");
  app.footer(
      "Examples:\n"
      "  pbt run experiment.toml      train on this machine; the same command resumes\n"
      "  pbt watch                    the population as a live table\n"
      "  pbt best --copy model        the best model so far\n"
      "Exit status: 0 done, 1 the job failed, 2 wrong usage or configuration, 130 interrupted.");
  app.set_version_flag("--version", "pbt " PBT_VERSION);
  app.add_option("--plugin", line.plugins, "A library with strategies of your own; may be repeated")
      ->allow_extra_args(false)
      ->option_text("LIBRARY");
  app.fallthrough();
  app.require_subcommand(1);
  add_init_command(app, line);
  add_running_commands(app, line);
  add_launching_commands(app, line);
  add_reading_commands(app, line);
  add_showing_commands(app, line);
  add_tending_commands(app, line);
}

int parse_command_line(int argc, char** argv, CommandLine& line) {
  CLI::App app;
  add_commands(app, line);
  if (const auto status = describe(argc, argv, app)) return *status;
  char** const dashes =
      std::find_if(argv, argv + argc, [](const char* word) { return std::string_view(word) == "--"; });
  if (dashes != argv + argc) line.trainer.assign(dashes + 1, argv + argc);
  const int own = static_cast<int>(dashes - argv);
  try {
    app.parse(own, argv);
    if (dashes != argv + argc && !line.takes_trainer) throw CLI::ExtrasError({"--"});
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    line.command = nullptr;
    if (own <= 1) {
      std::cerr << app.help();
      return kWrongUsage;
    }
    complain(own, argv, explain(app, argv[1], error.what()));
    return kWrongUsage;
  }
  return 0;
}

}  // namespace pbt
