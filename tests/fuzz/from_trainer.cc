// What pbt reads from a trainer: one line of docs/protocol.md.
#include "pbt/assignment.h"
#include "tests/fuzz/fuzz.h"
#include "trainer/protocol.h"
#include "trainer/verify.h"

namespace {

using namespace pbt;
using fuzz::require;

constexpr double integer_max = 0x1p53;

bool within(std::int64_t integer) { return static_cast<double>(std::abs(integer)) <= integer_max; }

void check(const protocol::TrainerHello& hello) {
  require(within(hello.protocol), "integers stay within 2^53");
  require(hello.resident_max >= 0 && hello.resident_max <= 1'000'000, "resident_max is a count");
  require(hello.batch_max >= 1 && hello.batch_max <= 1'000'000, "batch_max is a count of at least one");
}

void check(const protocol::Progress& progress) { require(within(progress.step), "integers stay within 2^53"); }

void check(const protocol::Failed& failed) { require(within(failed.step), "integers stay within 2^53"); }

void check(const protocol::Result& result) {
  require(within(result.report.step), "integers stay within 2^53");
  Assignment turn;
  turn.from_step = 1000;
  turn.steps = 100;
  turn.hyperparameters = {{"lr", 1e-3}, {"batch", std::int64_t{32}}, {"name", std::string("relu")}, {"flag", true}};
  if (const auto wrong = verify(turn, result.report, "accuracy")) {
    require(!wrong->message.empty() && wrong->message.size() <= 4000, "a failure's message is bounded", wrong->message);
  } else {
    require(result.report.partial || result.report.step >= 1100, "a good report has reached its step");
    require(result.report.metrics.contains("accuracy"), "a good report has the metric");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line = fuzz::text(data, size);
  const auto message =
      fuzz::expect_only<protocol::ProtocolError>(1000, [&] { return protocol::decode_from_trainer(line); });
  if (!message) return 0;
  std::visit([](const auto& m) { check(m); }, *message);
  const std::string encoded = protocol::encode(*message);
  require(encoded.find('\n') == encoded.size() - 1, "a message is one line", encoded);
  const auto again = protocol::decode_from_trainer(std::string_view(encoded).substr(0, encoded.size() - 1));
  require(again.index() == message->index() && protocol::encode(again) == encoded, "a message reads back", encoded);
  return 0;
}
