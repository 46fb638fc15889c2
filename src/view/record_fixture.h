#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/store.h"

namespace pbt {

/// A small record by hand, for the tests of what reads one: sequences and the population follow from what is added.
class FakeRecord final : public RunReader {
 public:
  explicit FakeRecord(int members) : population_(unborn_population(members)) {
    status_.experiment = "lander";
    status_.created_ms = 1'000;
    status_.training_ms = 4'000;
  }

  void decide(Decision decision) {
    decision.sequence = ++sequence_;
    decisions_.push_back(decision);
    pbt::apply(population_, std::make_shared<const Decision>(decision), [this](TurnKey key) { return turn(key); });
    population_.sequence = sequence_;
  }

  void add(Turn turn) {
    turn.sequence = ++sequence_;
    turn.worker = "host-1-0";
    turn.checkpoint = {turn_id(turn.key, turn.fence), 2048, "0123456789abcdef0123456789abcdef"};
    turns_.push_back(std::make_shared<const Turn>(std::move(turn)));
    pbt::apply(population_, turns_.back());
    population_.sequence = sequence_;
  }

  void fail(Failure failure) {
    failure.sequence = ++sequence_;
    failures_.push_back(failure);
    pbt::apply(population_, failure, false);
  }

  RunStatus& status_now() { return status_; }
  Population& population_now() { return population_; }

  [[nodiscard]] RunStatus status() const override { return status_; }
  [[nodiscard]] Population population(int history_turns) const override {
    Population copy = population_;
    const auto count =
        history_turns < 0 ? turns_.size() : std::min(turns_.size(), static_cast<std::size_t>(history_turns));
    copy.history.assign(turns_.end() - static_cast<std::ptrdiff_t>(count), turns_.end());
    return copy;
  }
  [[nodiscard]] TurnPointer turn(TurnKey key) const override {
    for (const TurnPointer& candidate : turns_) {
      if (candidate->key == key) return candidate;
    }
    return nullptr;
  }
  [[nodiscard]] std::vector<TurnPointer> turns(std::int64_t after, int limit) const override {
    std::vector<TurnPointer> page;
    for (const TurnPointer& candidate : turns_) {
      if (candidate->sequence > after && static_cast<int>(page.size()) < limit) page.push_back(candidate);
    }
    return page;
  }
  [[nodiscard]] std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return page_of(decisions_, after, limit);
  }
  [[nodiscard]] std::vector<Failure> failures(std::int64_t after, int limit) const override {
    return page_of(failures_, after, limit);
  }
  [[nodiscard]] std::vector<Checkpoint> checkpoints() const override { return {}; }

 private:
  template <typename Entry>
  static std::vector<Entry> page_of(const std::vector<Entry>& entries, std::int64_t after, int limit) {
    std::vector<Entry> page;
    for (const Entry& entry : entries) {
      if (entry.sequence > after && static_cast<int>(page.size()) < limit) page.push_back(entry);
    }
    return page;
  }

  RunStatus status_;
  Population population_;
  std::int64_t sequence_ = 0;
  std::vector<TurnPointer> turns_;
  std::vector<Decision> decisions_;
  std::vector<Failure> failures_;
};

/// Maximises accuracy over a learning rate and a batch size; 3 members of 400 steps in turns of 100.
inline Experiment small_experiment() {
  Experiment experiment;
  experiment.name = "lander";
  experiment.population = 3;
  experiment.interval = 100;
  experiment.budget.steps = 400;
  experiment.objective = {"accuracy", Mode::maximize};
  experiment.space.parameters = {{"batch", Choices{{std::int64_t{32}, std::int64_t{64}}, true}, {}, false, {}, {}},
                                 {"optimizer.lr", RealRange{1e-4, 1e-1, Scale::log, 0}, {}, false, {}, {}},
                                 {"layers", Fixed{std::int64_t{2}}, {}, false, {}, {}}};
  return experiment;
}

inline Hyperparameters small_values(double lr, std::int64_t batch) {
  return {{"optimizer.lr", lr}, {"batch", batch}, {"layers", std::int64_t{2}}};
}

inline Turn small_turn(TurnKey key, std::optional<TurnKey> parent, std::int64_t from_step, double score,
                       const Hyperparameters& values) {
  Turn turn;
  turn.key = key;
  turn.fence = key.index;
  turn.parent = parent;
  turn.hyperparameters = values;
  turn.from_step = from_step;
  turn.to_step = from_step + 100;
  turn.score = std::isfinite(score) ? score : -INFINITY;
  turn.metrics = {{"accuracy", score}, {"loss", 0.25}};
  turn.started_ms = 10'000 + 1'000 * (key.index - 1);
  turn.ended_ms = turn.started_ms + 1'000;
  return turn;
}

inline Decision small_decision(int member, int turn, DecisionKind kind, std::optional<TurnKey> from,
                               const Hyperparameters& values, const std::string& reason = "") {
  Decision decision;
  decision.member = member;
  decision.turn = turn;
  decision.kind = kind;
  decision.weights = from;
  if (kind == DecisionKind::copy) decision.donor = from;
  decision.hyperparameters = values;
  decision.reason = reason;
  return decision;
}

/// Member 1 copied member 0 after its first turn and is the best; member 2 diverged and is about to copy member 1.
inline FakeRecord small_record() {
  FakeRecord record(3);
  const Hyperparameters first = small_values(0.01, 32);
  const Hyperparameters second = small_values(0.1, 64);
  const Hyperparameters moved = small_values(0.0125, 32);
  record.decide(small_decision(0, 0, DecisionKind::start, {}, first));
  record.decide(small_decision(1, 0, DecisionKind::start, {}, second));
  record.decide(small_decision(2, 0, DecisionKind::start, {}, second));
  record.add(small_turn({0, 1}, {}, 0, 0.5, first));
  record.decide(small_decision(0, 1, DecisionKind::proceed, TurnKey{0, 1}, first));
  record.add(small_turn({1, 1}, {}, 0, 0.25, second));
  record.decide(small_decision(1, 1, DecisionKind::copy, TurnKey{0, 1}, moved, "truncation: 2nd of 2, copies 1st"));
  record.add(small_turn({0, 2}, TurnKey{0, 1}, 100, 0.75, first));
  record.decide(small_decision(0, 2, DecisionKind::proceed, TurnKey{0, 2}, first));
  record.add(small_turn({1, 2}, TurnKey{0, 1}, 100, 0.875, moved));
  record.decide(small_decision(1, 2, DecisionKind::proceed, TurnKey{1, 2}, moved));
  record.add(small_turn({2, 1}, {}, 0, NAN, second));
  record.decide(small_decision(2, 1, DecisionKind::copy, TurnKey{1, 2}, small_values(0.01, 64),
                               "truncation: 3rd of 3, copies 1st"));
  return record;
}

}  // namespace pbt
