#include "cli/option_texts.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace pbt {

std::vector<const CLI::App*> subcommands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
}

std::vector<const CLI::Option*> arguments_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) {
    return !option->get_group().empty() && !(option->get_lnames().empty() && option->get_snames().empty());
  });
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

std::string value_name(const CLI::Option& option) {
  if (!takes_value(option)) return "";
  const std::string& text = option.get_option_text();
  return text.substr(0, text.find(' '));
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  // CLI11 describes CLI::IsMember in the type alone: "TEXT:{csv,json}".
  const std::string type = option.get_type_name();
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {};
  std::vector<std::string> choices;
  std::istringstream list(type.substr(open + 1, close - open - 1));
  for (std::string choice; std::getline(list, choice, ',');) choices.push_back(choice);
  return choices;
}

}  // namespace pbt
