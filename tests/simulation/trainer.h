#pragma once

#include <map>
#include <string>
#include <vector>

#include "pbt/trainer.h"
#include "tests/simulation/mutation.h"
#include "tests/simulation/network.h"
#include "tests/simulation/witness.h"

namespace pbt::simulation {

struct TrainerShape {
  std::uint64_t seed = 1;
  std::string metric = "score";
  double seconds_a_step = 1;  ///< of the fastest member
  int batch_max = 1;
  int resident_max = 0;
};

/// A trainer whose steps take virtual time, and who does wrong what trainers do wrong. What it does in a turn follows
/// from the turn's seed, as in a real one: who takes over a turn sees the same; a retry does not.
class SimulatedTrainer final : public Trainer {
 public:
  SimulatedTrainer(Process& process, Witness& witness, const TrainerShape& shape, Mutation mutation)
      : process_(process), witness_(witness), shape_(shape), mutation_(mutation) {}

  [[nodiscard]] int batch_max() override { return shape_.batch_max; }
  [[nodiscard]] std::vector<std::string> resident() const override;
  [[nodiscard]] std::vector<Outcome> train(const std::vector<Assignment>& turns, TurnControl& control) override;
  void drop(const std::vector<std::string>& ids) override;

 private:
  enum class Conduct { good, crash, hang, diverge, lie, overshoot };

  [[nodiscard]] Conduct conduct(const Assignment& turn) const;
  [[nodiscard]] double seconds(const Assignment& turn) const;
  [[nodiscard]] Stop wait(const std::vector<Assignment>& turns, TurnControl& control, Time until);
  [[nodiscard]] Outcome finish(const Assignment& turn, Conduct conduct, std::int64_t steps, bool partial);
  [[nodiscard]] Outcome lie(const Assignment& turn, Report report, const Network& weights);
  [[nodiscard]] Network start_of(const Assignment& turn, bool& fresh);
  void save(const Assignment& turn, const Network& weights);

  Process& process_;
  Witness& witness_;
  const TrainerShape shape_;
  const Mutation mutation_;
  std::map<std::string, Network> resident_;  ///< by turn id
  std::vector<std::string> by_age_;
};

}  // namespace pbt::simulation
