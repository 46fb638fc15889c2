#include "trainer/session_trainer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "core/printable.h"
#include "pbt/error.h"
#include "trainer/residents.h"
#include "trainer/seconds.h"
#include "trainer/session.h"
#include "trainer/verify.h"

namespace pbt {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t message_bytes_max = 4000;

// The turns of one train(), while the trainer works on them.
class Batch {
 public:
  explicit Batch(const std::vector<Assignment>& turns) : turns_(turns), outcomes_(turns.size()), steps_(turns.size()) {}

  [[nodiscard]] const std::vector<Assignment>& turns() const { return turns_; }
  [[nodiscard]] bool open() const {
    return std::any_of(outcomes_.begin(), outcomes_.end(), [](const auto& outcome) { return !outcome; });
  }
  [[nodiscard]] std::optional<std::size_t> find_open(const std::string& id) const {
    for (std::size_t i = 0; i < turns_.size(); ++i) {
      if (turns_[i].id == id && !outcomes_[i]) return i;
    }
    return std::nullopt;
  }
  void reached(std::size_t i, std::int64_t step) { steps_[i] = step; }
  void answer(std::size_t i, Outcome outcome) {
    if (auto* failure = std::get_if<TrainerFailure>(&outcome); failure != nullptr && failure->step == 0)
      failure->step = steps_[i];
    outcomes_[i] = std::move(outcome);
  }
  /// The same failure for every turn that is still open.
  void fail_open(const TrainerFailure& failure) {
    for (std::size_t i = 0; i < turns_.size(); ++i) {
      if (!outcomes_[i]) answer(i, failure);
    }
  }
  [[nodiscard]] std::vector<Outcome> take() {
    std::vector<Outcome> result;
    for (auto& outcome : outcomes_) result.push_back(std::move(*outcome));
    return result;
  }

  // When the trainer is killed, and what that is called then.
  Clock::time_point deadline = Clock::time_point::max();
  TrainerFailure late;
  Stop asked = Stop::no;  // what the trainer was told

 private:
  std::vector<Assignment> turns_;
  std::vector<std::optional<Outcome>> outcomes_;
  std::vector<std::int64_t> steps_;
};

class SessionTrainer final : public Trainer {
 public:
  explicit SessionTrainer(SessionOptions options) : options_(std::move(options)) {}
  SessionTrainer(const SessionTrainer&) = delete;
  SessionTrainer& operator=(const SessionTrainer&) = delete;
  ~SessionTrainer() override {
    if (session_) session_->end(cancel_timeout());
  }

  int batch_max() override {
    // What keeps it from starting is kept for the next train(), which otherwise would wait for it a second time.
    if (!cannot_start_) cannot_start_ = start([] { return Stop::no; });
    return session_ ? session_->hello().batch_max : 1;
  }
  std::vector<std::string> resident() const override { return residents_.ids(); }
  std::vector<Outcome> train(const std::vector<Assignment>& turns, TurnControl& control) override;
  void drop(const std::vector<std::string>& ids) override {
    residents_.drop(ids);
    say_drop(ids);
  }

 private:
  std::optional<TrainerFailure> start(const std::function<Stop()>& stop);
  std::chrono::milliseconds cancel_timeout() const { return milliseconds(options_.trainer.cancel_timeout_s); }
  void converse(Batch& batch, TurnControl& control);
  void pass_on_stop(Batch& batch, TurnControl& control);
  void take(const protocol::FromTrainer& message, Batch& batch, TurnControl& control);
  void take_result(const protocol::Result& result, Batch& batch);
  void take_failure(const protocol::Failed& failed, Batch& batch);
  // The open turns have failed with the process, which is killed.
  void give_up(Batch& batch, TrainerFailure failure);
  void set_time_out(Batch& batch) const;
  // No answer can come any more: the trainer has as long as for a cancel to end by itself.
  void shorten(Batch& batch, TrainerFailure late) const {
    batch.deadline = std::min(batch.deadline, Clock::now() + cancel_timeout());
    if (batch.asked == Stop::no) batch.late = std::move(late);
  }
  void say_drop(const std::vector<std::string>& ids) {
    // A trainer that cannot be told has ended, and its memory with it.
    if (session_ && !ids.empty()) [[maybe_unused]]
      const bool sent = session_->send(protocol::Drop{ids});
  }
  void log_batch(const Batch& batch);

  SessionOptions options_;
  std::unique_ptr<Session> session_;
  std::optional<TrainerFailure> cannot_start_;
  Residents residents_;
};

std::optional<TrainerFailure> SessionTrainer::start(const std::function<Stop()>& stop) {
  if (session_ && !session_->ended()) return std::nullopt;
  session_.reset();
  residents_.clear();
  auto started = Session::start(options_, stop);
  if (auto* failure = std::get_if<TrainerFailure>(&started)) return *failure;
  session_ = std::get<std::unique_ptr<Session>>(std::move(started));
  residents_ = Residents(session_->hello().resident_max);
  return std::nullopt;
}

std::vector<Outcome> SessionTrainer::train(const std::vector<Assignment>& turns, TurnControl& control) {
  Batch asked(turns);
  std::optional<TrainerFailure> cannot = std::exchange(cannot_start_, std::nullopt);
  if (!cannot) cannot = start([&control] { return control.stop_requested(); });
  for (const Assignment& turn : turns) {
    if (turn.save.path() == nullptr || (turn.load.exists() && turn.load.path() == nullptr)) {
      cannot =
          TrainerFailure{FailureKind::checkpoint,
                         "a trainer that is a process of its own needs checkpoints on disk, and these are in memory",
                         {},
                         0};
    }
  }
  if (cannot) {
    asked.fail_open(*cannot);
    return asked.take();
  }
  std::vector<Assignment> sent = turns;
  say_drop(residents_.begin(sent));
  Batch batch(sent);
  log_batch(batch);
  try {
    set_time_out(batch);
    if (!session_->send(protocol::Turns{sent})) {
      shorten(batch, {FailureKind::protocol, "the trainer does not read what it is sent", {}, 0});
    }
    converse(batch, control);
  } catch (const Error& error) {
    give_up(batch, {FailureKind::protocol, error.what(), {}, 0});
  } catch (...) {
    session_.reset();
    residents_.clear();
    throw;
  }
  if (session_) session_->log().switch_to(worker_log(options_.logs, options_.worker));
  return batch.take();
}

void SessionTrainer::set_time_out(Batch& batch) const {
  const double limit_s = options_.turn_timeout_s ? options_.turn_timeout_s() : options_.trainer.turn_timeout_s;
  batch.late = {
      FailureKind::timeout,
      "no result after " + to_string(Value(limit_s)) +
          " s; the trainer was killed with all its processes. If turns may take that long, set trainer.turn_timeout",
      {},
      0};
  if (limit_s > 0) batch.deadline = std::min(batch.deadline, Clock::now() + milliseconds(limit_s));
}

void SessionTrainer::converse(Batch& batch, TurnControl& control) {
  while (batch.open()) {
    pass_on_stop(batch, control);
    if (Clock::now() >= batch.deadline) return give_up(batch, batch.late);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(batch.deadline - Clock::now()) + 1ms;
    const Session::Event event = session_->next(std::min<std::chrono::milliseconds>(stop_tick, left));
    if (const auto* message = std::get_if<protocol::FromTrainer>(&event)) take(*message, batch, control);
    if (std::holds_alternative<Session::Closed>(event)) {
      // Its end is about to follow, unless it only closed the connection.
      shorten(batch, {FailureKind::protocol, "the trainer closed its connection in the middle of a turn", {}, 0});
    }
    if (const auto* ended = std::get_if<ExitStatus>(&event)) {
      if (batch.asked != Stop::no)
        return give_up(batch, {FailureKind::abandoned, "ended when it was asked to stop", {}, 0});
      return give_up(batch,
                     {FailureKind::crash, "the trainer ended in the middle of a turn: " + to_string(*ended), {}, 0});
    }
  }
}

void SessionTrainer::pass_on_stop(Batch& batch, TurnControl& control) {
  const Stop stop = control.stop_requested();
  if (stop == Stop::no || stop == batch.asked || batch.asked == Stop::abandon) return;
  batch.asked = stop;
  batch.deadline = Clock::now() + cancel_timeout();
  batch.late = {FailureKind::abandoned,
                "the trainer did not stop within " + to_string(Value(options_.trainer.cancel_timeout_s)) +
                    " s (trainer.cancel_timeout) and was killed. Ask for a stop at least once a second while training",
                {},
                0};
  [[maybe_unused]] const bool sent = session_->send(protocol::Cancel{stop});
}

void SessionTrainer::take(const protocol::FromTrainer& message, Batch& batch, TurnControl& control) {
  if (const auto* progress = std::get_if<protocol::Progress>(&message)) {
    // Progress of a turn that is over may come late, and concerns nobody.
    if (const auto i = batch.find_open(progress->id)) {
      batch.reached(*i, progress->step);
      control.progress(batch.turns()[*i], progress->step, progress->metrics);
    }
  } else if (const auto* result = std::get_if<protocol::Result>(&message)) {
    take_result(*result, batch);
  } else if (const auto* failed = std::get_if<protocol::Failed>(&message)) {
    take_failure(*failed, batch);
  } else {
    throw Error("the trainer said hello a second time");
  }
}

void SessionTrainer::take_result(const protocol::Result& result, Batch& batch) {
  const auto i = batch.find_open(result.id);
  if (!i)
    throw Error("a result for \"" + printable(result.id, 100) +
                "\", which is no open turn: one answer a turn, with the turn's own id");
  Report report = result.report;
  // Only who was asked to stop may stop early.
  if (batch.asked == Stop::no || report.step >= batch.turns()[*i].target_step()) report.partial = false;
  if (auto wrong = verify_steps(batch.turns()[*i], report)) {
    wrong->log_tail = session_->log().tail();
    // It keeps what it takes for a good turn.
    say_drop({result.id, batch.turns()[*i].parent});
    residents_.fail(batch.turns()[*i]);
    return batch.answer(*i, *std::move(wrong));
  }
  say_drop(residents_.succeed(result.id));
  batch.answer(*i, std::move(report));
}

void SessionTrainer::take_failure(const protocol::Failed& failed, Batch& batch) {
  const auto i = batch.find_open(failed.id);
  if (!i)
    throw Error("a failure for \"" + printable(failed.id, 100) +
                "\", which is no open turn: one answer a turn, with the turn's own id");
  const bool abandoned = batch.asked != Stop::no && failed.message == "abandoned";
  residents_.fail(batch.turns()[*i]);
  batch.answer(*i, TrainerFailure{abandoned ? FailureKind::abandoned : FailureKind::reported,
                                  printable(failed.message, message_bytes_max), session_->log().tail(), failed.step});
}

void SessionTrainer::give_up(Batch& batch, TrainerFailure failure) {
  // Dead first, so that its last words are in the log.
  std::unique_ptr<Session> session = std::move(session_);
  session->kill();
  failure.log_tail = session->log().tail();
  residents_.clear();
  batch.fail_open(failure);
}

void SessionTrainer::log_batch(const Batch& batch) {
  const std::vector<Assignment>& turns = batch.turns();
  session_->log().switch_to(member_log(options_.logs, turns.front().member));
  for (std::size_t i = 1; i < turns.size(); ++i) {
    note(member_log(options_.logs, turns[i].member), turns[i].id + " is trained in one batch with member " +
                                                         std::to_string(turns.front().member) +
                                                         ", whose log has the output");
  }
}

}  // namespace

std::unique_ptr<Trainer> make_session_trainer(SessionOptions options) {
  return std::make_unique<SessionTrainer>(std::move(options));
}

}  // namespace pbt
