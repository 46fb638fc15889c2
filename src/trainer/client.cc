#include "pbt/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "pbt/error.h"
#include "trainer/line_channel.h"
#include "trainer/protocol.h"

namespace pbt {
namespace {

using namespace std::chrono_literals;

constexpr auto send_limit = 60s;

Descriptor connect_to_worker() {
  const char* path = std::getenv("PBT_SOCKET");
  if (path == nullptr)
    throw Error("PBT_SOCKET is not set: this program was not started by pbt; train_alone() needs no worker");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (std::strlen(path) >= sizeof address.sun_path) throw Error(std::string("PBT_SOCKET is too long a path: ") + path);
  std::strcpy(address.sun_path, path);
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.open() || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw Error(std::string("cannot connect to the worker at ") + path + ": " + std::strerror(errno));
  }
  return socket;
}

pid_t own_process = 0;

// Schedulers send SIGTERM to every process of a job. The worker gets it too, and asks for the turn to be saved: ending
// before that would lose it. What this process forks ends as ever.
void leave_the_end_to_the_worker(int signal) {
  if (::getpid() == own_process) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void outlive_terminate() {
  struct sigaction before{};
  if (::sigaction(SIGTERM, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) return;  // the trainer has its own
  own_process = ::getpid();
  struct sigaction action{};
  action.sa_handler = leave_the_end_to_the_worker;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTERM, &action, nullptr);
}

// The client's side of one connection. A thread of its own reads, so that a cancel is seen while a turn trains.
class Conversation final : public TurnControl {
 public:
  explicit Conversation(Descriptor socket) : channel_(std::move(socket)) {
    reader_ = std::thread([this] { read(); });
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  ~Conversation() override {
    ::shutdown(channel_.fd(), SHUT_RDWR);
    reader_.join();
  }

  // Throws Error when the connection breaks before a goodbye.
  void run(const TrainFunction& train, const ClientOptions& options) {
    send(protocol::TrainerHello{protocol::version, "c++ " PBT_VERSION, options.resident_max, 1});
    const auto hello = receive();
    const auto* worker = std::get_if<protocol::WorkerHello>(&hello);
    if (worker == nullptr) throw Error("the worker's first message was no hello");
    if (worker->protocol != protocol::version) {
      throw Error("the worker speaks protocol " + std::to_string(worker->protocol) + ", this client protocol " +
                  std::to_string(protocol::version) + ": use a client and a pbt of the same version");
    }
    while (true) {
      const protocol::FromWorker message = receive();
      if (std::holds_alternative<protocol::Goodbye>(message)) return;
      if (const auto* drop = std::get_if<protocol::Drop>(&message); drop != nullptr && options.drop)
        options.drop(drop->ids);
      if (const auto* turns = std::get_if<protocol::Turns>(&message)) {
        for (const Assignment& turn : turns->turns) send(answer(train, turn));
      }
    }
  }

  void progress(const Assignment& turn, std::int64_t step, const Metrics& metrics) override {
    step_ = step;
    send(protocol::Progress{turn.id, step, metrics});
  }
  Stop stop_requested() override { return stop_; }

 private:
  protocol::FromTrainer answer(const TrainFunction& train, const Assignment& turn) {
    step_ = 0;
    try {
      if (stop_ == Stop::abandon) throw Abandoned{};
      return protocol::Result{turn.id, train(turn, *this)};
    } catch (const Abandoned&) {
      return protocol::Failed{turn.id, "abandoned", step_};
    } catch (const std::exception& error) {
      return protocol::Failed{turn.id, error.what(), step_};
    } catch (...) {
      return protocol::Failed{turn.id, "an exception that is no std::exception", step_};
    }
  }

  void send(const protocol::FromTrainer& message) {
    if (!channel_.send(protocol::encode(message), send_limit)) throw Error("the worker closed the connection");
  }

  protocol::FromWorker receive() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !inbox_.empty() || broken_.has_value(); });
    if (inbox_.empty()) throw Error(*broken_);
    protocol::FromWorker message = std::move(inbox_.front());
    inbox_.pop_front();
    return message;
  }

  // The reader's thread. When the connection ends, the running turn is for nobody.
  void read() {
    std::string why = "the worker closed the connection without a goodbye";
    try {
      while (true) {
        pollfd waits{channel_.fd(), POLLIN, 0};
        ::poll(&waits, 1, -1);
        const bool open = channel_.fill();
        while (auto line = channel_.next()) take(protocol::decode_from_worker(*line));
        if (!open) break;
      }
    } catch (const std::exception& error) {
      why = error.what();
    }
    stop_ = Stop::abandon;
    const std::lock_guard lock(mutex_);
    broken_ = why;
    arrived_.notify_all();
  }

  void take(protocol::FromWorker message) {
    // A cancel belongs to the turns that came before it, so that new turns begin without one.
    if (std::holds_alternative<protocol::Turns>(message)) stop_ = Stop::no;
    if (const auto* cancel = std::get_if<protocol::Cancel>(&message)) {
      stop_ = cancel->mode;
      return;
    }
    const std::lock_guard lock(mutex_);
    inbox_.push_back(std::move(message));
    arrived_.notify_all();
  }

  LineChannel channel_;
  std::thread reader_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<protocol::FromWorker> inbox_;  // guarded by mutex_
  std::optional<std::string> broken_;       // guarded by mutex_; why nothing more comes
  std::atomic<Stop> stop_ = Stop::no;
  std::int64_t step_ = 0;  // last progress of the running turn
};

// Nobody listens and nobody stops; progress is a line on standard error, at most one a second.
class Alone final : public TurnControl {
 public:
  void progress(const Assignment&, std::int64_t step, const Metrics& metrics) override {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + 1s;
    std::fprintf(stderr, "step %lld", static_cast<long long>(step));
    for (const auto& [name, value] : metrics) std::fprintf(stderr, "  %s %g", name.c_str(), value);
    std::fputc('\n', stderr);
  }
  Stop stop_requested() override { return Stop::no; }

 private:
  std::chrono::steady_clock::time_point next_;
};

}  // namespace

bool started_by_worker() { return std::getenv("PBT_SOCKET") != nullptr; }

int serve(const TrainFunction& train, const ClientOptions& options) {
  outlive_terminate();
  try {
    Conversation(connect_to_worker()).run(train, options);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pbt client: %s\n", error.what());
    return 1;
  }
}

Report train_alone(const TrainFunction& train, const Assignment& assignment) {
  Assignment turn = assignment;
  if (!turn.save.exists()) turn.save = Folder(std::make_shared<Folder::Files>());
  Alone control;
  return train(turn, control);
}

}  // namespace pbt
