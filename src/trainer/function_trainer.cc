#include <exception>
#include <utility>

#include "pbt/trainer.h"
#include "trainer/residents.h"
#include "trainer/verify.h"

namespace pbt {
namespace {

// Passes everything on, and remembers how far the turn was.
class StepControl final : public TurnControl {
 public:
  explicit StepControl(TurnControl& control) : control_(control) {}
  void progress(const Assignment& turn, std::int64_t step, const Metrics& metrics) override {
    step_ = step;
    control_.progress(turn, step, metrics);
  }
  Stop stop_requested() override {
    const Stop stop = control_.stop_requested();
    if (stop != Stop::no) asked_ = true;
    return stop;
  }
  [[nodiscard]] bool asked_to_stop() const { return asked_; }
  [[nodiscard]] std::int64_t step() const { return step_; }

 private:
  TurnControl& control_;
  std::int64_t step_ = 0;
  bool asked_ = false;
};

class FunctionTrainer final : public Trainer {
 public:
  FunctionTrainer(TrainFunction train, int resident_max) : train_(std::move(train)), residents_(resident_max) {}

  std::vector<std::string> resident() const override { return residents_.ids(); }

  std::vector<Outcome> train(const std::vector<Assignment>& turns, TurnControl& control) override {
    std::vector<Assignment> given = turns;
    // The function forgets by itself what has no room: it knows its own resident_max.
    static_cast<void>(residents_.begin(given));
    std::vector<Outcome> outcomes;
    for (const Assignment& turn : given) outcomes.push_back(train_one(turn, control));
    return outcomes;
  }

  void drop(const std::vector<std::string>& ids) override { residents_.drop(ids); }

 private:
  Outcome train_one(const Assignment& turn, TurnControl& control) {
    StepControl watched(control);
    TrainerFailure failure{FailureKind::reported, {}, {}, 0};
    try {
      Report report = train_(turn, watched);
      // Only who was asked to stop may stop early.
      if (!watched.asked_to_stop() || report.step >= turn.target_step()) report.partial = false;
      if (auto wrong = verify_steps(turn, report)) {
        residents_.fail(turn);
        return *wrong;
      }
      static_cast<void>(residents_.succeed(turn.id));
      return report;
    } catch (const Abandoned&) {
      failure.kind = FailureKind::abandoned;
      failure.message = "abandoned";
    } catch (const std::exception& error) {
      failure.message = error.what();
    } catch (...) {
      failure.message = "an exception that is no std::exception";
    }
    residents_.fail(turn);
    failure.step = watched.step();
    return failure;
  }

  TrainFunction train_;
  Residents residents_;
};

}  // namespace

std::unique_ptr<Trainer> make_function_trainer(TrainFunction train, int resident_max) {
  return std::make_unique<FunctionTrainer>(std::move(train), resident_max);
}

}  // namespace pbt
