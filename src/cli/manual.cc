#include "cli/manual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>

#include "cli/option_texts.h"
#include "cli/write_file.h"

namespace pbt {
namespace {

/// "pbt run", with another blank "pbt-run".
std::string full_name(const CLI::App& app, char between = ' ') {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : full_name(*parent, between) + between + app.get_name();
}

/// Text as roff takes it literally; `code` becomes bold.
std::string escaped(const std::string& text) {
  std::string out = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  bool bold = false;
  for (const char c : text) {
    if (c == '`')
      out += (bold = !bold) ? "\\fB" : "\\fP";
    else if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + escaped(text) + "\\fP"; }
std::string italic(const std::string& text) { return "\\fI" + escaped(text) + "\\fP"; }

/// "-j, --workers COUNT", with the default that the help has: "[16]".
std::string option_heading(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back(bold("-" + name));
  for (const std::string& name : option.get_lnames()) names.push_back(bold("--" + name));
  std::string heading = fmt::format("{}", fmt::join(names, ", "));
  if (!takes_value(option)) return heading;
  const std::string value = value_name(option);
  return heading + ' ' + italic(value) + escaped(option.get_option_text().substr(value.size()));
}

std::string synopsis(const CLI::App& app) {
  std::string text = bold(full_name(app)) + " [\\fIOPTIONS\\fP]";
  for (const CLI::Option* argument : arguments_of(app)) {
    const std::string name = italic(argument->get_option_text().substr(0, argument->get_option_text().find(" [")));
    text += argument->get_required() ? ' ' + name : " [" + name + ']';
  }
  if (subcommands_of(app).empty()) return text;
  return text + (app.get_require_subcommand_min() > 0 ? " \\fICOMMAND\\fP ..." : " [\\fICOMMAND\\fP ...]");
}

std::string entry(const std::string& heading, const std::string& text) {
  return ".TP\n" + heading + '\n' + escaped(text) + '\n';
}

std::string lists(const CLI::App& app) {
  std::string out;
  std::string part = ".SH ARGUMENTS\n";
  for (const CLI::Option* argument : arguments_of(app)) {
    out += std::exchange(part, "") + entry(italic(argument->get_option_text()), argument->get_description());
  }
  out += ".SH OPTIONS\n";
  for (const CLI::Option* option : options_of(app)) out += entry(option_heading(*option), option->get_description());
  part = ".SH COMMANDS\n";
  for (const CLI::App* sub : subcommands_of(app)) {
    out += std::exchange(part, "") + entry(bold(full_name(*sub, '-')) + "(1)", sub->get_description());
  }
  return out;
}

/// What begins a paragraph after `before`; a section's first one needs nothing.
std::string paragraph(const std::string& before) {
  const std::size_t last_line = before.rfind('\n', before.size() - 2) + 1;
  return before.substr(last_line).starts_with(".SH") ? "" : ".PP\n";
}

/// What stands below the options in the help: indented lines are shown as they are, and "Examples:" and "Exit status: 0
/// done" head sections of their own.
std::string footer(const CLI::App& app) {
  std::string out;
  bool literal = false;
  std::istringstream lines(app.get_footer());
  for (std::string line; std::getline(lines, line);) {
    const bool indented = line.starts_with("  ");
    if (indented != literal) out += indented ? paragraph(out) + ".nf\n" : ".fi\n";
    literal = indented;
    const std::string heading = line.substr(0, line.find(':'));
    if (indented) {
      out += escaped(line.substr(2)) + '\n';
    } else if (heading == "Examples" || heading == "Exit status") {
      std::string section = heading;
      std::transform(section.begin(), section.end(), section.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      out += ".SH " + section + '\n';
      if (line.size() > heading.size() + 2) out += escaped(line.substr(heading.size() + 2)) + '\n';
    } else if (!line.empty()) {
      out += paragraph(out) + escaped(line) + '\n';
    }
  }
  return literal ? out + ".fi\n" : out;
}

}  // namespace

std::string manual_page(const CLI::App& app, const std::string& date) {
  const std::string name = full_name(app, '-');
  std::string out =
      fmt::format(".TH \"{}\" 1 {} \"pbt {}\" \"Population Based Training\"\n", escaped(name), date, PBT_VERSION);
  out += fmt::format(".SH NAME\n{} \\- {}\n", escaped(name), escaped(app.get_description()));
  out += ".SH SYNOPSIS\n" + synopsis(app) + '\n' + lists(app) + footer(app);
  if (app.get_parent() != nullptr) out += ".SH SEE ALSO\n" + bold(full_name(*app.get_parent(), '-')) + "(1)\n";
  return out;
}

void write_manual(const CLI::App& app, const std::filesystem::path& folder, const std::string& date) {
  write_file((folder / (full_name(app, '-') + ".1")).string(), manual_page(app, date));
  for (const CLI::App* sub : subcommands_of(app)) write_manual(*sub, folder, date);
}

}  // namespace pbt
