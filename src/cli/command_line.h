#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace pbt {

/// What the command line asks for, once it is parsed.
struct CommandLine {
  std::function<int()> command;      ///< the chosen subcommand with its options
  std::vector<std::string> plugins;  ///< --plugin, in order: libraries to load before the command runs
  std::vector<std::string> trainer;  ///< what follows `--`: a trainer's command, which is never read as options of ours
  bool takes_trainer = false;        ///< set by the subcommands for which there may be one
};

struct Target;
struct ControlOptions;

/// EXPERIMENT and --store, as nearly every subcommand takes them. `name`: under which the first is also an option.
void add_target(CLI::App& subcommand, Target& target, const std::string& name = "experiment");

/// A subcommand of the program, or of one of its subcommands, that takes an experiment and --json alone. `shown`: what
/// --json prints.
void add_control(CLI::App& app, CommandLine& line, const std::string& name, const std::string& description,
                 const std::string& shown, int (*command)(const ControlOptions&));

// Each adds subcommands to the program and, when one is chosen, sets `line.command`. A new subcommand is an option
// struct and a function in commands.h, the function in a file of its own, and a few lines in one of these.
void add_reading_commands(CLI::App& app, CommandLine& line);
void add_init_command(CLI::App& app, CommandLine& line);
void add_running_commands(CLI::App& app, CommandLine& line);
void add_launching_commands(CLI::App& app, CommandLine& line);
void add_showing_commands(CLI::App& app, CommandLine& line);
void add_tending_commands(CLI::App& app, CommandLine& line);

/// All of the program's options and subcommands, into an empty `app`.
void add_commands(CLI::App& app, CommandLine& line);

/// Parses the arguments. When there is nothing to run (--help, --version, wrong usage) it prints what is to be printed,
/// leaves `line.command` empty and returns the exit status.
[[nodiscard]] int parse_command_line(int argc, char** argv, CommandLine& line);

}  // namespace pbt
