#include "tests/simulation/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "pbt/random.h"

namespace pbt::simulation {
namespace {

constexpr int looks_a_turn = 8;
constexpr double hangs_for_turns = 20;

Random random_of(const TrainerShape& shape, const Assignment& turn, std::uint64_t what) {
  return Random{shape.seed, static_cast<std::uint64_t>(turn.seed), what};
}

std::int64_t fence_of(const Assignment& turn) {
  TurnKey key;
  long long fence = 0;
  std::sscanf(turn.id.c_str(), "m%d.t%d.f%lld", &key.member, &key.index, &fence);
  return fence;
}

/// Something to select for: each turn adds more the nearer the rate is to 1e-2, and noise.
double gain(const Assignment& turn, std::int64_t steps, Random& noise) {
  const double distance = turn.hyperparameters.contains("rate") ? std::log10(turn.hyperparameters.real("rate")) + 2 : 1;
  return static_cast<double>(steps) * (1 - 0.2 * distance * distance) * (0.5 + noise.uniform());
}

}  // namespace

std::vector<std::string> SimulatedTrainer::resident() const { return by_age_; }

void SimulatedTrainer::drop(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    resident_.erase(id);
    std::erase(by_age_, id);
  }
}

SimulatedTrainer::Conduct SimulatedTrainer::conduct(const Assignment& turn) const {
  const Faults& faults = process_.world->faults;
  Random random = random_of(shape_, turn, 1);
  if (random.bernoulli(faults.trainer_crash)) return Conduct::crash;
  if (random.bernoulli(faults.trainer_hang)) return Conduct::hang;
  if (random.bernoulli(faults.trainer_diverge)) return Conduct::diverge;
  if (random.bernoulli(faults.trainer_lie)) return Conduct::lie;
  return random.bernoulli(faults.trainer_overshoot) ? Conduct::overshoot : Conduct::good;
}

/// Members differ by up to `slowest`, log-uniformly.
double SimulatedTrainer::seconds(const Assignment& turn) const {
  Random random{shape_.seed, static_cast<std::uint64_t>(turn.member), 2};
  const double slowness = std::pow(std::max(1.0, process_.world->faults.slowest), random.uniform());
  return static_cast<double>(turn.steps) * shape_.seconds_a_step * slowness;
}

Stop SimulatedTrainer::wait(const std::vector<Assignment>& turns, TurnControl& control, Time until) {
  World& world = *process_.world;
  const Time look = std::max<Time>(std::chrono::seconds(1), (until - world.now()) / looks_a_turn);
  for (;;) {
    const Stop stop = control.stop_requested();
    if (stop == Stop::abandon) return stop;
    if (turns.size() == 1) witness_.believes({turns[0].member, turns[0].index}, fence_of(turns[0]));
    if (stop != Stop::no || world.now() >= until) return stop;
    process_.sleep_until(std::min(until, world.now() + look));
    control.progress(turns[0], turns[0].from_step, {});
  }
}

std::vector<Outcome> SimulatedTrainer::train(const std::vector<Assignment>& turns, TurnControl& control) {
  World& world = *process_.world;
  double takes_s = 0;
  std::vector<Conduct> conducts;
  bool crashes = false;
  for (const Assignment& turn : turns) {
    conducts.push_back(conduct(turn));
    crashes = crashes || conducts.back() == Conduct::crash;
    takes_s = std::max(takes_s, seconds(turn) * (conducts.back() == Conduct::hang ? hangs_for_turns : 1));
  }
  const auto takes = Time(static_cast<std::int64_t>(takes_s * 1e9));
  const Time began = world.now();
  const Stop stop = wait(turns, control, began + (crashes ? takes / 2 : takes));
  std::vector<Outcome> outcomes;
  if (stop == Stop::abandon) {
    world.note(Happened::abandoned_turn);
    for (std::size_t i = 0; i < turns.size(); ++i)
      outcomes.emplace_back(std::in_place_type<TrainerFailure>, FailureKind::abandoned, "abandoned", "", 0);
    drop(std::vector(by_age_));
    return outcomes;
  }
  if (crashes && stop == Stop::no) {  // it was one process
    world.note(Happened::trainer_crash);
    for (const Assignment& turn : turns)
      outcomes.emplace_back(std::in_place_type<TrainerFailure>, FailureKind::crash,
                            "the trainer was killed by signal 11", "", turn.from_step + turn.steps / 2);
    drop(std::vector(by_age_));
    return outcomes;
  }
  const double done =
      takes.count() == 0 ? 1 : static_cast<double>((world.now() - began).count()) / static_cast<double>(takes.count());
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const auto steps =
        stop == Stop::no ? turns[i].steps : static_cast<std::int64_t>(done * static_cast<double>(turns[i].steps));
    outcomes.push_back(finish(turns[i], conducts[i], std::min(steps, turns[i].steps), stop != Stop::no));
  }
  while (static_cast<int>(by_age_.size()) > shape_.resident_max) drop({by_age_.front()});
  return outcomes;
}

Outcome SimulatedTrainer::finish(const Assignment& turn, Conduct conduct, std::int64_t steps, bool partial) {
  World& world = *process_.world;
  if (conduct == Conduct::hang && !partial) {
    world.note(Happened::trainer_hang);
    return TrainerFailure{FailureKind::timeout, "the turn took too long", "", turn.from_step};
  }
  if (conduct == Conduct::overshoot && !partial) {
    world.note(Happened::trainer_overshoot);
    steps += 1 + turn.steps / 5;
  }
  bool fresh = false;
  const Network parent = start_of(turn, fresh);
  Random noise = random_of(shape_, turn, 3);
  Network weights =
      descend(fresh ? nullptr : &parent, turn.hyperparameters, turn.seed, turn.from_step, turn.from_step + steps);
  weights.skill += gain(turn, steps, noise);
  if (mutation_ == Mutation::differs_by_worker) weights.skill += process_.host;
  Report report;
  report.step = turn.from_step + steps;
  report.partial = partial;
  report.in_effect = turn.hyperparameters;
  report.metrics[shape_.metric] = weights.skill + noise.normal();
  for (int i = 0; i < 10; ++i) report.samples.push_back(weights.skill + 3 * noise.normal());
  if (conduct == Conduct::diverge && !partial) {
    world.note(Happened::trainer_diverge);
    report.metrics[shape_.metric] = std::numeric_limits<double>::quiet_NaN();
  }
  if (partial && steps == 0) return report;  // nothing was trained, so nothing is saved
  if (conduct == Conduct::lie && !partial) return lie(turn, std::move(report), weights);
  save(turn, weights);
  return report;
}

Outcome SimulatedTrainer::lie(const Assignment& turn, Report report, const Network& weights) {
  process_.world->note(Happened::trainer_lie);
  const auto which = random_of(shape_, turn, 4).integer(0, 3);
  if (which == 0) return report;  // and nothing is saved
  save(turn, weights);
  if (which == 1) report.step = turn.from_step + turn.steps / 2;
  if (which == 2) report.metrics.clear();
  if (which == 3)
    for (const auto& [name, value] : turn.hyperparameters)
      if (const auto* real = std::get_if<double>(&value)) report.in_effect.set(name, *real * 1.01);
  return report;
}

Network SimulatedTrainer::start_of(const Assignment& turn, bool& fresh) {
  fresh = turn.weights == Weights::none || mutation_ == Mutation::forgets_to_load;
  if (fresh) return {};
  if (turn.weights == Weights::resident) {
    process_.world->note(Happened::resident_weights);
    return resident_.at(turn.parent);
  }
  const auto loaded = simulation::load(turn.load);
  if (!loaded) process_.world->violate("the checkpoint " + turn.parent + " was handed out for loading, but is torn");
  return loaded.value_or(Network{});
}

void SimulatedTrainer::save(const Assignment& turn, const Network& weights) {
  World& world = *process_.world;
  simulation::save(weights, turn.save);
  if (world.chance(world.faults.storage_crash / 4)) {
    world.note(Happened::storage_crash_torn);
    turn.save.write("optimizer", "1234");
    world.kill(process_);
    throw Killed{};
  }
  if (shape_.resident_max == 0) return;
  resident_[turn.id] = weights;
  by_age_.push_back(turn.id);
}

}  // namespace pbt::simulation
