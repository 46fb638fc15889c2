// A whole conversation as the C++ client has it: what pbt sends is the input, and all that comes back is a message, one
// answer a turn. In memory: connect() is given a socket that already holds everything.
#include "pbt/client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "trainer/line_channel.h"
#include "trainer/protocol.h"

namespace {

using namespace pbt;
using fuzz::require;

std::string_view input;  // what the worker says
int workers_end = -1;    // of the conversation that runs

/// What the worker has said, cancels apart, up to the first line that is no message.
std::vector<protocol::FromWorker> said() {
  std::vector<protocol::FromWorker> messages;
  std::string_view rest = input;
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    try {
      auto message = protocol::decode_from_worker(rest.substr(0, end));
      if (!std::holds_alternative<protocol::Cancel>(message)) messages.push_back(std::move(message));
    } catch (const protocol::ProtocolError&) {
      break;
    }
    rest.remove_prefix(end + 1);
  }
  return messages;
}

/// The ids that are to be answered, and whether the conversation ends with a goodbye.
std::pair<std::vector<std::string>, bool> expected() {
  std::vector<std::string> ids;
  const auto messages = said();
  const auto* hello = messages.empty() ? nullptr : std::get_if<protocol::WorkerHello>(&messages.front());
  if (hello == nullptr || hello->protocol != protocol::version) return {ids, false};
  for (std::size_t i = 1; i < messages.size(); ++i) {
    if (std::holds_alternative<protocol::Goodbye>(messages[i])) return {ids, true};
    if (const auto* turns = std::get_if<protocol::Turns>(&messages[i]))
      for (const Assignment& turn : turns->turns) ids.push_back(turn.id);
  }
  return {ids, false};
}

Report train(const Assignment& turn, TurnControl& control) {
  control.progress(turn, turn.from_step, {{"loss", 0.5}});
  if (control.stop_requested() == Stop::abandon) throw Abandoned{};
  if (turn.index % 3 == 0) throw std::runtime_error(turn.parent);
  Report report;
  report.step = turn.target_step();
  report.metrics = {{"accuracy", static_cast<double>(turn.seed)}};
  report.in_effect = turn.hyperparameters;
  return report;
}

std::vector<protocol::FromTrainer> answers(LineChannel& channel) {
  (void)channel.fill();
  std::vector<protocol::FromTrainer> messages;
  while (const auto line = channel.next()) messages.push_back(protocol::decode_from_trainer(*line));
  return messages;
}

}  // namespace

/// Linked in the place of connect().
extern "C" int __wrap_connect(int socket, const void*, unsigned) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  require(::send(ends[1], input.data(), input.size(), MSG_DONTWAIT) == static_cast<ssize_t>(input.size()),
          "the socket takes the whole input");
  ::shutdown(ends[1], SHUT_WR);
  ::dup2(ends[0], socket);
  ::close(ends[0]);
  workers_end = ends[1];
  return 0;
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  ::setenv("PBT_SOCKET", "/nowhere", 1);
  stderr = std::fopen("/dev/null", "w");  // where the client says what went wrong
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input = fuzz::text(data, std::min<std::size_t>(size, 65'536));
  if (input.empty()) return 0;
  const auto [ids, goodbye] = expected();
  std::vector<std::string> dropped;
  const int status = serve(train, {2, [&](const std::vector<std::string>& names) { dropped = names; }});
  LineChannel channel{Descriptor(workers_end)};
  require(status == (goodbye ? 0 : 1), "the client ends well after a goodbye alone", input);
  const auto messages = answers(channel);
  require(!messages.empty() && std::holds_alternative<protocol::TrainerHello>(messages.front()), "first comes a hello");
  std::vector<std::string> answered;
  for (const auto& message : messages) {
    if (const auto* result = std::get_if<protocol::Result>(&message)) answered.push_back(result->id);
    if (const auto* failed = std::get_if<protocol::Failed>(&message)) answered.push_back(failed->id);
  }
  require(answered == ids, "every turn is answered once, in order", input);
  return 0;
}
