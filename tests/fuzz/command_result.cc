// What a command trainer reports: the JSON in {result}, or the last JSON line of what it printed.
#include "trainer/command_result.h"

#include "tests/fuzz/fuzz.h"
#include "trainer/verify.h"

namespace {

using namespace pbt;
using fuzz::require;

/// The last object of `text` when it comes in pieces of `piece` bytes.
std::optional<std::string> last_object(std::string_view text, std::size_t piece) {
  LastObject last;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) last.add(text.substr(0, piece));
  return last.take();
}

std::optional<CommandResult> check(std::string_view json) {
  Assignment turn;
  turn.from_step = 1000;
  turn.steps = 100;
  turn.hyperparameters = {{"lr", 1e-3}, {"batch", std::int64_t{32}}};
  const auto result = fuzz::expect_only<Error>(1000, [&] { return read_command_result(json, turn); });
  if (!result) return result;
  require(result->report.step >= 0 && static_cast<double>(result->report.step) <= 1e16, "a step is a count", json);
  require(result->says_step || result->report.step == 1100, "a step that is not said is the one asked for", json);
  require(!result->report.partial, "whether it is partial is not the trainer's to say", json);
  if (const auto wrong = verify(turn, result->report, "accuracy"))
    require(!wrong->message.empty() && wrong->message.size() <= 4000, "a failure's message is bounded", wrong->message);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text(data, size);
  (void)check(text);
  const auto whole = last_object(text, text.size());
  require(last_object(text, 1 + size % 7) == whole, "the last object is the same whatever the pieces", text);
  if (!whole) return 0;
  require(whole->front() == '{' && whole->find('\n') == std::string::npos, "the last object is one line", *whole);
  require(text.find(*whole) != std::string_view::npos, "the last object was printed", *whole);
  require(last_object(std::string(text) + "\n{\"accuracy\": 1} \nbye", 5) == "{\"accuracy\": 1} ",
          "a later one counts");
  (void)check(*whole);
  return 0;
}
