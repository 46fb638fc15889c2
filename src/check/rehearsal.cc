#include "check/rehearsal.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "check/rehearsal_control.h"
#include "pbt/error.h"
#include "pbt/random.h"
#include "trainer/process_table.h"
#include "trainer/verify.h"

namespace pbt {
namespace {

constexpr std::uint64_t random_key = 0x636865636bULL;  // "check": draws that no run of the experiment makes

/// The draw that member 1's hyperparameters come from; lower ones are member 0's.
constexpr std::uint64_t other_member_draw = 1000;

constexpr std::int64_t long_factor = 1000;

const TrainerFailure changed_fault{
    FailureKind::checkpoint, "the trainer changed the checkpoint that it started from", {}, 0};

bool same(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}

std::string text(double number) { return to_string(Value(number)); }

}  // namespace

Rehearsal::Rehearsal(const Experiment& experiment, std::function<std::unique_ptr<Trainer>()> make_trainer,
                     CheckpointStorage& storage, const CheckOptions& options)
    : experiment_(experiment),
      make_trainer_(std::move(make_trainer)),
      storage_(storage),
      options_(options),
      steps_(options.steps > 0 ? options.steps : std::max<std::int64_t>(1, experiment.interval / 10)),
      hyperparameters_{{0, draw_hyperparameters(0)}, {1, draw_hyperparameters(other_member_draw)}} {
  for (const pid_t process : descendants_of(::getpid())) strangers_.insert(process);
}

std::int64_t Rehearsal::long_steps() const { return std::max(experiment_.interval, long_factor * steps_); }

Hyperparameters Rehearsal::draw_hyperparameters(std::uint64_t draw) const {
  Random random{experiment_.seed, random_key, draw};
  return sample(experiment_.space, random);
}

Played Rehearsal::play(Trainer& trainer, const Ask& ask) {
  Played played;
  if (ask.parent != nullptr && !ask.parent->report) {
    played.fault = ask.parent->fault;
    return played;
  }
  if (ask.parent != nullptr && !changed_parent_.empty()) {
    played.fault = changed_fault;
    return played;
  }
  played.turn = assignment_of(trainer, ask);
  Outcome outcome = train(trainer, played.turn, ask.interruption);
  if (auto* failure = std::get_if<TrainerFailure>(&outcome)) {
    played.fault = std::move(*failure);
  } else {
    played.report = std::get<Report>(std::move(outcome));
    played.fault = verify(played.turn, *played.report, experiment_.objective.metric);
    publish(played);
  }
  inspect(ask, played);
  if (played.fault) played.report.reset();
  return played;
}

Assignment Rehearsal::assignment_of(const Trainer& trainer, const Ask& ask) {
  Assignment turn;
  turn.member = ask.member;
  turn.index = ask.index > 0 ? ask.index : ask.parent != nullptr ? ask.parent->turn.index + 1 : 1;
  turn.id = turn_id({turn.member, turn.index}, ++fence_);
  Random random{experiment_.seed, random_key, static_cast<std::uint64_t>(turn.member),
                static_cast<std::uint64_t>(turn.index)};
  turn.seed = static_cast<std::int64_t>(random.next() >> 33);
  turn.hyperparameters = ask.hyperparameters != nullptr ? *ask.hyperparameters : hyperparameters_.at(ask.member);
  turn.steps = ask.steps > 0 ? ask.steps : steps_;
  if (ask.parent != nullptr) {
    turn.from_step = ask.parent->report->step;
    turn.parent = ask.parent->turn.id;
    turn.load = storage_.open(ask.parent->checkpoint);
    const std::vector<std::string> resident = trainer.resident();
    const bool in_memory = std::find(resident.begin(), resident.end(), turn.parent) != resident.end();
    turn.weights = ask.stay_in_memory && in_memory ? Weights::resident : Weights::folder;
    loaded_ = true;
  }
  turn.save = storage_.stage(turn.id);
  return turn;
}

Outcome Rehearsal::train(Trainer& trainer, const Assignment& turn, Interruption* interruption) {
  const auto tell = [&](std::int64_t step) {
    if (options_.progress)
      options_.progress(finding, "turn " + std::to_string(fence_) + ", step " + std::to_string(step));
  };
  tell(turn.from_step);
  RehearsalControl control(interruption, shortest_s_ + options_.margin_s, strangers_, tell);
  Outcome outcome = trainer.train({turn}, control).at(0);
  control.finish();
  has_processes_ = has_processes_ || control.has_processes();
  asks_to_stop_ = asks_to_stop_ || control.was_asked();
  if (turn.steps == steps_ && std::holds_alternative<Report>(outcome))
    shortest_s_ = shortest_s_ == 0 ? control.seconds() : std::min(shortest_s_, control.seconds());
  return outcome;
}

void Rehearsal::publish(Played& played) {
  if (played.fault) return;
  try {
    played.checkpoint = storage_.publish(played.turn.id);
  } catch (const StorageError& error) {
    played.fault = TrainerFailure{FailureKind::checkpoint, error.what(), {}, 0};
  }
}

void Rehearsal::inspect(const Ask& ask, Played& played) {
  if (played.fault && played.fault->kind == FailureKind::too_few_steps && !steps_fault_) steps_fault_ = played.fault;
  if (played.report) overshoot_steps_ = std::max(overshoot_steps_, played.report->step - played.turn.target_step());
  if (ask.parent == nullptr || is_whole(ask.parent->checkpoint)) return;
  changed_parent_ = played.turn.id;
  played.fault = changed_fault;
}

bool Rehearsal::is_whole(const Checkpoint& checkpoint) {
  try {
    // Publishing a second time sums the bytes up anew, where open() trusts what it has seen.
    return storage_.publish(checkpoint.name) == checkpoint;
  } catch (const StorageError&) {  // what is no checkpoint any more: gone, or with a link in it
    return false;
  }
}

std::string Rehearsal::difference(const Played& expected, const Played& got) const {
  const Metrics& metrics = expected.report->metrics;
  for (const auto& [name, value] : metrics) {
    if (unsteady.contains(name)) continue;
    const auto other = got.report->metrics.find(name);
    if (other == got.report->metrics.end()) return "there is no " + name;
    if (!same(value, other->second, options_.tolerance))
      return name + " is " + text(other->second) + " instead of " + text(value);
  }
  const std::vector<double>& samples = expected.report->samples;
  const std::vector<double>& others = got.report->samples;
  const bool as_many = samples.size() == others.size();
  if (as_many && std::equal(samples.begin(), samples.end(), others.begin(),
                            [this](double a, double b) { return same(a, b, options_.tolerance); }))
    return "";
  return as_many ? "the samples differ"
                 : std::to_string(others.size()) + " samples instead of " + std::to_string(samples.size());
}

void Rehearsal::forget_all_but(const Checkpoint& kept) {
  for (const std::string& name : storage_.list())
    if (name != kept.name) storage_.remove(name);
}

}  // namespace pbt
