#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.h"
#include "cli/commands.h"

namespace pbt {
namespace {

void add_serve(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* sub = app.add_subcommand("serve", "Show experiments in a browser, live; nothing can be changed there");
  sub->footer(
      "Examples:\n  pbt serve\n  pbt serve sqlite:/shared/pbt.db --port 9000\n"
      "  pbt serve --address 0.0.0.0 --allow-host gpu7.example.org --token-file token");
  sub->callback([&line, options] { line.command = [options] { return command_serve(*options); }; });
  sub->add_option("store", options->store,
                  "Where the records are: sqlite:PATH (default: PBT_STORE, else all below runs/)")
      ->option_text("STORE");
  sub->add_option("--address", options->address,
                  "The address to listen on; another than this machine's own needs a token")
      ->option_text("ADDRESS [127.0.0.1]");
  sub->add_option("--port", options->port, "The port; 0 takes one that is free")
      ->check(CLI::Range(0, 65535))
      ->option_text("PORT [8300]");
  sub->add_option("--allow-host", options->allowed_hosts, "A name by which browsers reach it; may be repeated")
      ->allow_extra_args(false)
      ->option_text("NAME");
  sub->add_option("--token-file", options->token_file,
                  "A file whose first line is the token (default: PBT_TOKEN, else a new one where one is needed)")
      ->option_text("FILE");
  sub->add_flag("--json", options->json, "One JSON object with the address");
}

void add_report(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* sub = app.add_subcommand("report", "Write the dashboard of one experiment as a single HTML file");
  sub->footer("Examples:\n  pbt report\n  pbt report lander --output lander.html");
  sub->callback([&line, options] { line.command = [options] { return command_report(*options); }; });
  add_target(*sub, options->target);
  sub->add_option("-o,--output", options->output, "The file (default: report.html beside the record)")
      ->option_text("FILE");
  sub->add_flag("--json", options->json, "One JSON object with the file");
}

}  // namespace

void add_showing_commands(CLI::App& app, CommandLine& line) {
  add_serve(app, line);
  add_report(app, line);
}

}  // namespace pbt
