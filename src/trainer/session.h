#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "pbt/turn.h"
#include "trainer/line_channel.h"
#include "trainer/log.h"
#include "trainer/process.h"
#include "trainer/protocol.h"

namespace pbt {

struct SessionOptions;

/// One running session trainer: its process, its connection and its log, from the hello on. One thread at a time.
class Session {
 public:
  struct Nothing {};  ///< the time was up
  struct Closed {};   ///< the trainer closed its connection; said once. Its end, if it comes, follows
  using Event = std::variant<protocol::FromTrainer, Nothing, Closed, ExitStatus>;
  using Started = std::variant<std::unique_ptr<Session>, TrainerFailure>;

  /// Starts the command and shakes hands. `stop` is asked every 100 ms; at its word the trainer is killed (kind
  /// abandoned).
  [[nodiscard]] static Started start(const SessionOptions& options, const std::function<Stop()>& stop);

  ~Session();  ///< kills it without a goodbye

  [[nodiscard]] const protocol::TrainerHello& hello() const { return hello_; }
  /// False when the trainer did not take it: its connection or it has ended, as events will tell.
  [[nodiscard]] bool send(const protocol::FromWorker& message);
  /// What comes next within `limit`. All messages come before the end. Throws pbt::Error on a line that is no message.
  [[nodiscard]] Event next(std::chrono::milliseconds limit);
  [[nodiscard]] LogPump& log() { return log_; }
  [[nodiscard]] bool ended() { return process_->wait(std::chrono::milliseconds(0)).has_value(); }
  /// Kills all its processes; returns when nothing is left of them.
  void kill() { process_->kill_whole(); }
  /// Says goodbye, waits up to `limit` for it to end by itself, then kills it.
  void end(std::chrono::milliseconds limit);

 private:
  explicit Session(const SessionOptions& options);
  void run(const SessionOptions& options);
  // Why there will be no conversation; nothing when the hellos were exchanged.
  std::optional<TrainerFailure> shake_hands(const SessionOptions& options, const std::function<Stop()>& stop);
  std::optional<TrainerFailure> accept_hello(const protocol::FromTrainer& first, const SessionOptions& options);

  LogPump log_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<LineChannel> channel_;
  bool closed_ = false;
  bool closed_told_ = false;
  protocol::TrainerHello hello_;

  struct Listener;
  std::unique_ptr<Listener> listener_;  // until the trainer has connected
};

}  // namespace pbt
