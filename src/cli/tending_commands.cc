#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/plugins.h"

namespace pbt {
namespace {

CLI::App* add(CLI::App& app, const std::string& name, const std::string& description, const std::string& examples,
              Target& target) {
  CLI::App* sub = app.add_subcommand(name, description);
  sub->footer("Examples:\n" + examples);
  add_target(*sub, target, "experiment,--experiment");
  return sub;
}

void add_doctor(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* sub = add(
      app, "doctor",
      "Check this machine and its store; with an experiment, check that its record is whole and every decision follows "
      "from it",
      "  pbt doctor\n  pbt doctor postgresql://ann@db/pbt\n  pbt doctor lander --json", options->target);
  sub->get_option("experiment")
      ->description("A name, or an experiment file; or a database's address; without one this machine is checked");
  sub->callback([&line, options] {
    line.command = [&line, options] { return command_doctor(*options, load_strategies(line.plugins)); };
  });
  sub->add_flag("--json", options->json, "One JSON object");
}

void add_replay(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* sub =
      add(app, "replay", "Train one member from scratch along a discovered schedule; the same command resumes",
          "  pbt replay lander --seed 5\n  pbt replay lander --member 3 --turn 40 --seed 6 --json", options->target);
  sub->callback([&line, options] {
    line.command = [&line, options] { return command_replay(*options, load_strategies(line.plugins)); };
  });
  sub->add_option("--seed", options->seed, "Of all randomness; each seed is a replay of its own")
      ->required()
      ->option_text("SEED");
  sub->add_flag("--final", options->final_values,
                "Its last values, held fixed from the beginning: what the schedule alone is worth");
  sub->add_option("--member", options->choice.member,
                  "The schedule of this member's last turn instead of the best turn's")
      ->option_text("MEMBER");
  sub->add_option("--turn", options->choice.turn, "Of this turn of the member, from 1")->option_text("TURN");
  sub->add_flag("--json", options->json, "One JSON object a turn; the last line has both scores");
}

void add_inject(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<InjectOptions>();
  CLI::App* sub = add(app, "inject", "Change what a member's next turn starts from",
                      "  pbt inject lander --member 3 --set learning_rate=1e-4\n  pbt inject lander --member 3 "
                      "--checkpoint pretrained/",
                      options->target);
  sub->callback([&line, options] { line.command = [options] { return command_inject(*options); }; });
  sub->add_option("--member", options->member, "Which one, from 0")->required()->option_text("MEMBER");
  sub->add_option("--set", options->settings, "A hyperparameter's new value; may be repeated")
      ->allow_extra_args(false)
      ->option_text("NAME=VALUE");
  sub->add_option("--checkpoint", options->checkpoint, "A folder of weights to start from; it is copied")
      ->option_text("FOLDER");
  sub->add_flag("--json", options->json, "The decision, as one JSON object");
}

void add_gc(CLI::App& app, CommandLine& line) {
  auto options = std::make_shared<GcOptions>();
  CLI::App* sub = add(app, "gc", "Remove checkpoints that nothing needs; safe at any time",
                      "  pbt gc\n  pbt gc lander --keep-last 0\n  pbt gc lander --pin m3.t7", options->target);
  sub->callback([&line, options] {
    line.command = [&line, options] { return command_gc(*options, load_strategies(line.plugins)); };
  });
  sub->add_option("--keep-last", options->keep_last,
                  "Of each member, beside those that are needed (default: [checkpoints] keep_last)")
      ->check(CLI::NonNegativeNumber)
      ->option_text("COUNT");
  sub->add_option("--pin", options->pin, "Keep this turn's checkpoint until it is unpinned; may be repeated")
      ->allow_extra_args(false)
      ->option_text("TURN");
  sub->add_option("--unpin", options->unpin, "The opposite")->allow_extra_args(false)->option_text("TURN");
  sub->add_flag("--json", options->json, "One JSON object");
}

}  // namespace

void add_tending_commands(CLI::App& app, CommandLine& line) {
  add_doctor(app, line);
  add_replay(app, line);
  add_inject(app, line);
  add_gc(app, line);
}

}  // namespace pbt
