#include "pbt/worker.h"

#include <algorithm>
#include <cstdio>

#include "checkpoint/collect.h"
#include "pbt/error.h"
#include "worker/lease_keeper.h"
#include "worker/record.h"
#include "worker/take_turn.h"

namespace pbt {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds wait_least{1};

/// One turn in as many as the population has members, whoever trains it: a count of a worker's own would never be
/// reached where workers live briefly.
bool calls_for_collection(const Event& event, const Experiment& experiment) {
  const auto* recorded = std::get_if<TurnRecorded>(&event);
  return recorded != nullptr && (recorded->turn.key.member + recorded->turn.key.index) % experiment.population == 0;
}

std::vector<TurnKey> resident_turns(const Trainer& trainer) {
  std::vector<TurnKey> turns;
  for (const std::string& id : trainer.resident()) {
    TurnKey key;
    if (std::sscanf(id.c_str(), "m%d.t%d.", &key.member, &key.index) == 2) turns.push_back(key);
  }
  return turns;
}

/// On the way out with an error: others need not wait for the leases to expire, if the store still answers.
void give_back(Store& store, const std::vector<Lease>& leases) {
  try {
    (void)store.commit(Release{leases});
  } catch (const StoreError&) {
  }
}

}  // namespace

/// What a running turn hears from its worker, and says to it.
class Worker::Control final : public TurnControl {
 public:
  explicit Control(Worker& worker) : worker_(worker) {}

  void progress(const Assignment& turn, std::int64_t step, const Metrics& metrics) override {
    worker_.listener_(TurnProgressed{{turn.member, turn.index}, step, metrics});
  }

  Stop stop_requested() override {
    if (worker_.keeper_->lost()) return Stop::abandon;
    const Stop stop = worker_.stop_;
    // A synchronous run repeats bit for bit only if every turn is whole: it is taken again rather than cut short.
    return stop == Stop::save && worker_.tools_.experiment.synchronous ? Stop::abandon : stop;
  }

 private:
  Worker& worker_;
};

Worker::Worker(Tools tools, WorkerOptions options, Listener listener)
    : tools_(tools),
      options_(std::move(options)),
      listener_(std::move(listener)),
      keeper_(std::make_unique<LeaseKeeper>(tools.store, tools.clock, options_.lease)) {}

Worker::~Worker() = default;

void Worker::tick() { keeper_->tick(); }

void Worker::request_stop(Stop how) {
  Stop now = stop_;
  while (now < how && !stop_.compare_exchange_weak(now, how)) {
  }
}

WorkerEnd Worker::run() {
  milliseconds wait = wait_least;
  while (stop_ == Stop::no && !draining_) {
    end_when_out_of_time();
    // Before serving: who waited longest for its promotion goes before who has not begun.
    if (tools_.algorithm.waits() && !tools_.experiment.synchronous)
      if (const auto decided = end_waits(tools_)) listener_(*decided);
    if (const std::vector<Lease> leases = acquire(); !leases.empty()) {
      take(leases);
      wait = wait_least;
    } else if (const auto decided = tools_.experiment.synchronous ? decide_round(tools_) : std::nullopt) {
      listener_(*decided);
    } else if (auto end = experiment_end()) {
      return *end;
    } else if (options_.exit_when_idle) {
      return WorkerEnd::idle;
    } else {
      tools_.clock.wait(wait);
      wait = std::min(wait * 2, options_.wait_most);
    }
  }
  return WorkerEnd::stopped;
}

std::vector<Lease> Worker::acquire() {
  const std::chrono::nanoseconds before = tools_.clock.monotonic();
  std::vector<Lease> leases =
      tools_.store.acquire({options_.name, tools_.trainer.batch_max(), tools_.algorithm.order(),
                            resident_turns(tools_.trainer), options_.lease, tools_.experiment.interval});
  keeper_->hold(leases, before);
  return leases;
}

void Worker::take(const std::vector<Lease>& leases) {
  Control control(*this);
  std::vector<Event> events;
  for (const Lease& lease : leases) listener_(TurnStarted{lease.turn(), lease.worker});
  try {
    events = take_turns(tools_, leases, control);
  } catch (...) {
    keeper_->let_go();
    give_back(tools_.store, leases);
    throw;
  }
  if (keeper_->lost()) tools_.trainer.drop(tools_.trainer.resident());
  keeper_->let_go();
  for (const Event& event : events) listener_(event);
  tidy_up(events);
}

void Worker::tidy_up(const std::vector<Event>& events) {
  const Experiment& experiment = tools_.experiment;
  const bool is_due = std::any_of(events.begin(), events.end(),
                                  [&](const Event& event) { return calls_for_collection(event, experiment); });
  if (is_due || experiment.checkpoints.quota_bytes > 0) {
    (void)collect_garbage(tools_.store, tools_.storage,
                          with_donors(experiment.checkpoints, tools_.algorithm, tools_.store));
  }
  const auto failed = std::find_if(events.begin(), events.end(),
                                   [](const Event& event) { return std::holds_alternative<TurnFailed>(event); });
  if (failed != events.end()) {
    const TrainerFailure& last = std::get<TurnFailed>(*failed).failure.what;
    if (const auto why = why_hopeless(tools_.store.snapshot(), experiment.failures))
      tools_.store.control(
          SetState{RunState::failed, *why + ": " + last.message + (last.log_tail.empty() ? "" : "\n" + last.log_tail)});
  }
  // A synchronous run ends between rounds, by its decisions.
  const bool may_end_early = !experiment.synchronous && (experiment.budget.target || experiment.budget.total_steps > 0);
  if (may_end_early && !events.empty()) {
    if (const auto why = why_done(experiment, tools_.store.snapshot()))
      tools_.store.control(SetState{RunState::done, *why});
  }
}

void Worker::end_when_out_of_time() {
  const double limit_s = tools_.experiment.budget.wall_clock_s;
  if (limit_s <= 0) return;
  const RunStatus status = tools_.store.status();
  if (status.state == RunState::running && static_cast<double>(status.training_ms) >= limit_s * 1000)
    tools_.store.control(SetState{RunState::done, "the wall-clock budget is spent"});
}

std::optional<WorkerEnd> Worker::experiment_end() {
  const RunStatus status = tools_.store.status();
  if (status.state == RunState::paused)
    return options_.exit_when_idle ? std::optional(WorkerEnd::paused) : std::nullopt;
  if (status.state != RunState::running) return WorkerEnd::finished;
  const Population population = tools_.store.snapshot();
  if (!population.finished()) return {};
  tools_.store.control(SetState{RunState::done, *why_done(tools_.experiment, population)});
  return WorkerEnd::finished;
}

}  // namespace pbt
