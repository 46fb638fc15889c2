// A whole conversation as pbt has it: the real session trainer and protocol, and a trainer that says what the input
// says. No process: this file has a Process of its own, whose trainer lives in the harness. What comes back is bounded,
// and whatever the trainer does is an outcome.
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "tests/support/scratch_folder.h"
#include "trainer/line_channel.h"
#include "trainer/process.h"
#include "trainer/protocol.h"
#include "trainer/session_trainer.h"

namespace {

using namespace pbt;
using fuzz::require;

/// What the trainer does next: a line of the input whenever pbt looks whether to stop, and after the last one it ends.
/// So pbt never has to wait.
struct FakeTrainer {
  std::string_view rest;
  int socket = -1;
  int end = -1;  // an eventfd, readable once it has ended

  void speak() {
    if (socket < 0) return;
    const std::size_t size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    // What does not fit stands for a trainer that is killed in the middle of a line.
    const ssize_t sent = size == 0 ? 0 : ::send(socket, rest.data(), size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < static_cast<ssize_t>(size) || size == 0 || rest[size - 1] != '\n') die();
    rest.remove_prefix(size);
  }
  void die() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(end, &one, sizeof one);
  }
};
FakeTrainer trainer;

const std::string& folder() {
  static const ScratchFolder made(fuzz::fast_base());
  static const std::string path = made.path();
  ::setenv("TMPDIR", path.c_str(), 1);
  return path;
}

struct Control final : TurnControl {
  std::string_view stops;  // one byte a question: rarely a stop
  bool asked = false;

  void progress(const Assignment&, std::int64_t, const Metrics&) override {}
  Stop stop_requested() override {
    trainer.speak();
    const Stop stop = next();
    asked = asked || stop != Stop::no;
    return stop;
  }
  Stop next() {
    if (stops.empty()) return Stop::no;
    const char c = stops.front();
    stops.remove_prefix(1);
    return c == 's' ? Stop::save : c == 'a' ? Stop::abandon : Stop::no;
  }
};

Assignment assignment(int member, int index, const std::vector<std::string>& resident) {
  Assignment turn;
  turn.id = "m" + std::to_string(member) + ".t" + std::to_string(index) + ".f1";
  turn.member = member;
  turn.index = index;
  turn.from_step = 100 * (index - 1);
  turn.steps = 100;
  turn.hyperparameters = {{"lr", 1e-3}};
  turn.save = Folder(std::filesystem::path("/save"));
  if (index == 1) return turn;
  turn.parent = "m" + std::to_string(member) + ".t" + std::to_string(index - 1) + ".f1";
  turn.load = Folder(std::filesystem::path("/load"));
  const bool stays = std::count(resident.begin(), resident.end(), turn.parent) != 0;
  turn.weights = stays ? Weights::resident : Weights::folder;
  return turn;
}

void check(const Outcome& outcome, const Assignment& turn, bool asked) {
  if (const auto* failure = std::get_if<TrainerFailure>(&outcome)) {
    require(!failure->message.empty(), "a failure says why");
    require(failure->message.size() <= 4100, "a failure's message is bounded", failure->message);
    return;
  }
  const auto& report = std::get<Report>(outcome);
  require(asked || !report.partial, "only who was asked to stop stops early");
  require(report.partial || report.step >= turn.target_step(), "a good turn has reached its step");
}

}  // namespace

namespace pbt {

Process Process::start(const Command& command, int, int) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, command.environment.at("PBT_SOCKET").c_str(), sizeof address.sun_path - 1);
  require(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "pbt listens");
  trainer.socket = socket;
  trainer.end = ::eventfd(0, EFD_CLOEXEC);
  trainer.speak();
  return {0, Descriptor(trainer.end), Descriptor(socket), {}};
}

Process::~Process() {
  if (lifeline_.get() == trainer.socket && lifeline_.open()) trainer.socket = -1;
}

std::optional<ExitStatus> Process::wait(std::chrono::milliseconds) {
  if (ended_) return ended_;
  pollfd waits{pidfd_.get(), POLLIN, 0};
  if (::poll(&waits, 1, 0) > 0) ended_ = ExitStatus{3, false};
  return ended_;
}

void Process::terminate() {}

ExitStatus Process::kill_whole() {
  ended_ = ExitStatus{137, false};
  return *ended_;
}

std::string to_string(const ExitStatus& ended) { return "exit status " + std::to_string(ended.status); }

}  // namespace pbt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  Control control;
  control.stops = bytes.text_until_mark(16);
  trainer = {bytes.rest()};
  SessionOptions options;
  options.trainer.command = {"trainer"};
  options.trainer.directory = "/";
  options.trainer.hello_timeout_s = options.trainer.turn_timeout_s = options.trainer.cancel_timeout_s = 60;
  options.experiment = "fuzz";
  options.worker = "w";
  options.objective.metric = "accuracy";
  options.logs = folder();
  const auto session = make_session_trainer(options);
  std::set<std::string> trained;
  for (int index = 1; index <= 3; ++index) {
    std::vector<Assignment> turns{assignment(0, index, session->resident())};
    if (index == 2) turns.push_back(assignment(1, 1, {}));
    const auto outcomes = session->train(turns, control);
    require(outcomes.size() == turns.size(), "one outcome a turn");
    for (std::size_t i = 0; i < turns.size(); ++i) {
      check(outcomes[i], turns[i], control.asked);
      if (std::holds_alternative<Report>(outcomes[i])) trained.insert(turns[i].id);
    }
    for (const std::string& id : session->resident()) require(trained.contains(id), "what is resident was trained", id);
    if (trainer.rest.empty()) break;
  }
  return 0;
}
