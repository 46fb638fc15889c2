#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace pbt {

// What the command line says of itself, for manual pages and completions: the parts that `--help` shows.

/// Those of one subcommand, in the order of the help.
[[nodiscard]] std::vector<const CLI::App*> subcommands_of(const CLI::App& app);
[[nodiscard]] std::vector<const CLI::Option*> arguments_of(const CLI::App& app);
[[nodiscard]] std::vector<const CLI::Option*> options_of(const CLI::App& app);

[[nodiscard]] bool takes_value(const CLI::Option& option);
/// "COUNT" of "COUNT [16]"; "" for a flag.
[[nodiscard]] std::string value_name(const CLI::Option& option);
/// The values it takes, when they can be listed.
[[nodiscard]] std::vector<std::string> choices_of(const CLI::Option& option);

}  // namespace pbt
