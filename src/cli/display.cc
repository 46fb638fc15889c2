#include "cli/display.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/storage.h"
#include "cli/terminal.h"
#include "pbt/clock.h"
#include "view/machine_views.h"
#include "view/text_views.h"

namespace pbt {
namespace {

constexpr std::chrono::milliseconds redraw_every{500};

std::string turn_line(const Experiment& experiment, const TurnRecorded& recorded) {
  const Turn& turn = recorded.turn;
  std::string line =
      fmt::format("{}  step {}  {} {}", to_string(turn.key), turn.to_step, experiment.objective.metric,
                  std::isfinite(turn.score) ? short_number(experiment.objective.metric_value(turn.score)) : "diverged");
  if (turn.partial) line += "  (cut short)";
  for (const std::string& name : searched_names(experiment))
    if (const Value* value = turn.hyperparameters.find(name)) {
      const double* real = std::get_if<double>(value);
      line += fmt::format("  {}={}", name, real != nullptr ? short_number(*real) : to_string(*value));
    }
  if (recorded.decision && recorded.decision->donor) line += "  -> copies " + to_string(*recorded.decision->donor);
  return line;
}

std::string decided_lines(const Experiment& experiment, const std::vector<Decision>& decisions) {
  if (experiment.synchronous) {
    const auto copies = std::count_if(decisions.begin(), decisions.end(),
                                      [](const Decision& decision) { return decision.kind == DecisionKind::copy; });
    return fmt::format("round decided: {} of {} members copy another", copies, decisions.size());
  }
  std::string lines;
  for (const Decision& decision : decisions)
    lines += fmt::format("{}m{} waits no more: {} ({})", lines.empty() ? "" : "\n", decision.member,
                         to_string(decision.kind), decision.reason);
  return lines;
}

std::string failure_line(const TurnFailed& failed) {
  const TrainerFailure& what = failed.failure.what;
  std::string line =
      fmt::format("{} failed ({}): {}", to_string(failed.failure.turn), to_string(what.kind), what.message);
  if (!what.log_tail.empty()) line += "\n" + what.log_tail;
  if (failed.replacement) line += "\n" + failed.replacement->reason;
  return line;
}

}  // namespace

Display::Display(const Experiment& experiment, const RunReader& reader, bool json)
    : experiment_(experiment), reader_(reader), json_(json), live_(!json && output_is_terminal()) {}

void Display::listen(const Event& event) {
  if (const auto* recorded = std::get_if<TurnRecorded>(&event)) {
    if (json_)
      print_line(turn_json(experiment_, recorded->turn, recorded->decision ? &*recorded->decision : nullptr));
    else if (!live_)
      print_line(turn_line(experiment_, *recorded));
  } else if (const auto* failed = std::get_if<TurnFailed>(&event)) {
    print_line(json_ ? failure_json(failed->failure) : failure_line(*failed));
  } else if (const auto* decided = std::get_if<MembersDecided>(&event)) {
    if (!json_ && !live_) print_line(decided_lines(experiment_, decided->decisions));
  } else if (const auto* noted = std::get_if<Noted>(&event); noted && !json_) {
    print_line(noted->text);
  }
}

void Display::tick() {
  if (!live_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_drawn_ < redraw_every) return;
  last_drawn_ = now;
  const std::lock_guard lock(mutex_);
  draw();
}

void Display::say_stopping() {
  if (said_stopping_) return;
  said_stopping_ = true;
  if (!json_)
    print_line("Stopping: the running turns are saved; interrupt again to end at once. The same command resumes.");
}

void Display::say_draining() {
  if (said_draining_) return;
  said_draining_ = true;
  if (!json_) print_line("Draining: the running turns go on to their end; then this worker leaves.");
}

void Display::finish() {
  if (!live_) return;
  const std::lock_guard lock(mutex_);
  draw();
  drawn_.clear();
}

void Display::summarise(const Location& location, const RunStatus& status) {
  if (json_) {
    print(status_json(experiment_, overview(experiment_, reader_)) + "\n");
    return;
  }
  print(status.reason.empty() ? to_string(status.state) + "\n" : to_string(status.state) + ": " + status.reason + "\n");
  if (const TurnPointer best = reader_.population().best)
    print(best_text(experiment_, *best, checkpoint_place(location, experiment_, best->checkpoint)));
}

void Display::print_line(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (live_) erase();
  print(line + "\n");
  if (live_) draw();
}

/// The table is drawn where the cursor is, and drawn over the next time, so that what was printed before stays in the
/// scrollback.
void Display::draw() {
  const TextStyle style = output_style();
  std::string text = status_text(experiment_, overview(experiment_, reader_), SystemClock().now_ms(), style);
  const int most = std::max(5, terminal_lines() - 1);
  if (rows_on_screen(text, style.width) > most) {
    const std::string more = wrapped("(more below: a taller window shows it)", style.width) + '\n';
    while (!text.empty() && rows_on_screen(text + more, style.width) > most)
      text.erase(text.rfind('\n', text.size() - 2) + 1);
    text += more;
  }
  erase();
  print(text);
  drawn_ = std::move(text);
}

/// By the width of now: where the window was made narrower, the terminal has wrapped the lines. Line by line from
/// below: what is cleared from the first line of the screen on, some terminals move to the scrollback, a copy each
/// time.
void Display::erase() {
  if (drawn_.empty()) return;
  std::string codes = "\x1b[0J";
  for (int row = rows_on_screen(drawn_, output_style().width); row > 0; --row) codes += "\x1b[F\x1b[2K";
  print(codes);
  drawn_.clear();
}

}  // namespace pbt
