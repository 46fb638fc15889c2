// What a trainer's client reads from pbt: one line of docs/protocol.md.
#include "pbt/assignment.h"
#include "tests/fuzz/fuzz.h"
#include "trainer/protocol.h"

namespace {

using namespace pbt;
using fuzz::require;

void check(const Assignment& turn) {
  require(turn.member >= 0 && turn.index >= 1, "members count from 0 and turns from 1");
  require(turn.weights == Weights::none || turn.load.exists(), "weights that are not fresh can be loaded");
  require(turn.save.exists(), "there is a folder to save into");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line = fuzz::text(data, size);
  const auto message =
      fuzz::expect_only<protocol::ProtocolError>(1000, [&] { return protocol::decode_from_worker(line); });
  if (!message) return 0;
  if (const auto* turns = std::get_if<protocol::Turns>(&*message)) {
    require(!turns->turns.empty(), "a batch has a turn");
    for (const Assignment& turn : turns->turns) check(turn);
  }
  const std::string encoded = protocol::encode(*message);
  require(encoded.find('\n') == encoded.size() - 1, "a message is one line", encoded);
  const auto again = protocol::decode_from_worker(std::string_view(encoded).substr(0, encoded.size() - 1));
  require(again.index() == message->index() && protocol::encode(again) == encoded, "a message reads back", encoded);
  return 0;
}
