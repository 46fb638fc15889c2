#include "trainer/session.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "pbt/error.h"
#include "trainer/left_over.h"
#include "trainer/seconds.h"
#include "trainer/session_trainer.h"

namespace pbt {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto send_limit = 10s;  // a trainer that does not read is as good as dead

std::string hint(const TrainerSpec& trainer) {
  return "A session trainer connects to PBT_SOCKET (pbt::serve in C++, pbt.turns in Python); a command that is run "
         "once a turn "
         "needs placeholders such as {save}. The command was: " +
         trainer.command.at(0) + (trainer.command.size() > 1 ? " ..." : "");
}

}  // namespace

// A listening socket in a folder of its own, which only this user can enter; both are removed with it.
struct Session::Listener {
  Listener() {
    path = folder + "/s";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    socket = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket.open() || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.get(), 1) != 0) {
      const int why = errno;
      remove();
      throw Error("cannot listen at " + path + ": " + std::strerror(why));
    }
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { remove(); }

  void remove() const {
    ::unlink(path.c_str());
    ::rmdir(folder.c_str());
  }

  std::string folder = make_temporary_folder(/*length_max=*/100).string();  // a socket's path has 107 bytes
  std::string path;
  Descriptor socket;
};

Session::Session(const SessionOptions& options)
    : log_(worker_log(options.logs, options.worker)), listener_(std::make_unique<Listener>()) {}

Session::~Session() = default;

Session::Started Session::start(const SessionOptions& options, const std::function<Stop()>& stop) {
  std::unique_ptr<Session> session;
  try {
    session.reset(new Session(options));
    session->run(options);
    if (auto failed = session->shake_hands(options, stop)) {
      session->process_->kill_whole();
      failed->log_tail = session->log_.tail();
      return *failed;
    }
    session->listener_.reset();
    return session;
  } catch (const protocol::ProtocolError& error) {
    return TrainerFailure{FailureKind::protocol, error.what(), session->log_.tail(), 0};
  } catch (const Error& error) {
    return TrainerFailure{FailureKind::crash, error.what(), {}, 0};
  }
}

void Session::run(const SessionOptions& options) {
  Command command{options.trainer.command, options.trainer.environment, options.trainer.directory};
  command.environment["PBT_SOCKET"] = listener_->path;
  command.environment["PBT_EXPERIMENT"] = options.experiment;
  command.environment["PBT_RECORD"] = options.record;
  command.environment["PBT_WORKER"] = options.worker;
  process_ = std::make_unique<Process>(Process::start(command, log_.input(), log_.input()));
  log_.close_input();
}

std::optional<TrainerFailure> Session::shake_hands(const SessionOptions& options, const std::function<Stop()>& stop) {
  const std::string seconds = to_string(Value(options.trainer.hello_timeout_s));
  auto deadline = Clock::now() + milliseconds(options.trainer.hello_timeout_s);
  TrainerFailure late{
      FailureKind::timeout,
      "the trainer said no hello within " + seconds + " s (trainer.hello_timeout). " + hint(options.trainer),
      {},
      0};
  std::optional<protocol::FromTrainer> first;
  while (!first) {
    if (stop() != Stop::no)
      return TrainerFailure{FailureKind::abandoned, "asked to stop while the trainer was starting", {}, 0};
    if (Clock::now() >= deadline) return late;
    const Event event = next(stop_tick);
    if (const auto* message = std::get_if<protocol::FromTrainer>(&event)) first = *message;
    if (std::holds_alternative<Closed>(event)) {
      deadline = std::min(deadline, Clock::now() + milliseconds(options.trainer.cancel_timeout_s));
      late = {FailureKind::protocol, "the trainer closed its connection before it said hello", {}, 0};
    }
    if (const auto* ended = std::get_if<ExitStatus>(&event)) {
      const std::string how = "the trainer ended (" + to_string(*ended) + ") before it said hello. ";
      return TrainerFailure{FailureKind::crash, how + hint(options.trainer), {}, 0};
    }
  }
  return accept_hello(*first, options);
}

std::optional<TrainerFailure> Session::accept_hello(const protocol::FromTrainer& first, const SessionOptions& options) {
  const auto* hello = std::get_if<protocol::TrainerHello>(&first);
  if (hello == nullptr) return TrainerFailure{FailureKind::protocol, "the trainer's first message was no hello", {}, 0};
  hello_ = *hello;
  if (hello_.protocol != protocol::version) {
    return TrainerFailure{FailureKind::protocol,
                          "the trainer speaks protocol " + std::to_string(hello_.protocol) + ", this pbt protocol " +
                              std::to_string(protocol::version) + ": use a client and a pbt of the same version",
                          {},
                          0};
  }
  const char* mode = options.objective.mode == Mode::maximize ? "max" : "min";
  // A failed send means that it has ended just now, which the first turn will find.
  [[maybe_unused]] const bool sent = send(
      protocol::WorkerHello{protocol::version, options.experiment, options.worker, options.objective.metric, mode});
  return std::nullopt;
}

bool Session::send(const protocol::FromWorker& message) {
  return channel_ != nullptr && !closed_ && channel_->send(protocol::encode(message), send_limit);
}

Session::Event Session::next(std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  bool ended = false;
  while (true) {
    if (channel_ != nullptr) {
      if (auto line = channel_->next()) return protocol::decode_from_trainer(*line);
    }
    if (closed_ && !closed_told_ && !ended) {
      closed_told_ = true;
      return Closed{};
    }
    // Its end is told only after everything that it has sent.
    if (ended) return *process_->wait(std::chrono::milliseconds(0));
    const int listening = channel_ == nullptr ? listener_->socket.get() : closed_ ? -1 : channel_->fd();
    pollfd waits[] = {{listening, POLLIN, 0}, {process_->fd(), POLLIN, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const int count = ::poll(waits, 2, static_cast<int>(std::max(left, 0ms).count()));
    if (count == 0) return Nothing{};
    ended = waits[1].revents != 0;
    if (channel_ == nullptr && waits[0].revents != 0) {
      Descriptor connection(::accept4(listener_->socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (connection.open()) channel_ = std::make_unique<LineChannel>(std::move(connection));
    } else if (channel_ != nullptr && !closed_ && !channel_->fill()) {
      closed_ = true;
    }
  }
}

void Session::end(std::chrono::milliseconds limit) {
  if (!closed_ && send(protocol::Goodbye{})) {
    channel_->finish_sending();  // a trainer that only reads until the stream ends need not know the word
    if (process_->wait(limit)) return;
  }
  process_->kill_whole();
}

}  // namespace pbt
