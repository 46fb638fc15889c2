#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/population.h"
#include "pbt/random.h"

namespace pbt {

/// In which order members are served.
enum class Order {
  least_progress,  ///< PBT: fewest steps first, so that no member runs ahead
  finish_started,  ///< sequential methods: what was started first
};

/// What an algorithm says a member does next.
struct Choice {
  DecisionKind kind = DecisionKind::proceed;
  std::optional<TurnKey> weights;  ///< as in Decision
  std::optional<TurnKey> donor;
  Hyperparameters hyperparameters;
  std::string reason;
};

/// A whole tuning method. Pure: what it answers depends on its arguments alone, so that every decision can be computed
/// again from the record. Thread-safe (const). Times and leases in `population` must not be looked at.
class Algorithm {
 public:
  virtual ~Algorithm() = default;
  [[nodiscard]] virtual Order order() const { return Order::least_progress; }
  /// How many turns of history `population` must hold for the other calls; 0: none, -1: all.
  [[nodiscard]] virtual int history_turns() const { return 0; }
  /// An unborn member's first hyperparameters: kind start.
  [[nodiscard]] virtual Choice first(const Population& population, int member, Random& random) const = 0;
  /// Whether its copies name turns of the history: bytes are then kept for as long as somebody may copy them.
  [[nodiscard]] virtual bool copies_history() const { return false; }
  /// Whether it ever lets members wait.
  [[nodiscard]] virtual bool waits() const { return false; }
  /// Of the members that wait, those that need not any longer; asked whenever a turn has ended. What becomes of them
  /// after_turn() says. Default: none.
  [[nodiscard]] virtual std::vector<int> waited_enough(const Population& /*population*/) const { return {}; }
  /// At the end of a complete turn of `member`, which `population` already holds; and again while it waits.
  [[nodiscard]] virtual Choice after_turn(const Population& population, int member, Random& random) const = 0;
  /// What replaces a member whose failures passed the limit: copy, start or stop. Default: first().
  [[nodiscard]] virtual Choice replace(const Population& population, int member, Random& random) const {
    return first(population, member, random);
  }
};

/// Whom a member copies, or nobody. Pure and thread-safe, as Algorithm. Only turns that can be donors (complete, finite
/// score) may be named.
class Exploit {
 public:
  virtual ~Exploit() = default;
  /// `reason`: set to a short text for people when a donor is returned.
  [[nodiscard]] virtual TurnPointer donor(const Population& population, int member, Random& random,
                                          std::string& reason) const = 0;
};

/// New hyperparameters from old ones, inside the space, structural parameters untouched. Pure and thread-safe.
class Explore {
 public:
  virtual ~Explore() = default;
  [[nodiscard]] virtual Hyperparameters explore(const Hyperparameters& values, const Population& population, int member,
                                                Random& random) const = 0;
};

/// The strategies an experiment can name. A value: the composition root starts from `builtin_strategies()` and adds its
/// own.
struct Strategies {
  using MakeExploit = std::function<std::unique_ptr<Exploit>(const Experiment&, const Settings&)>;
  using MakeExplore = std::function<std::unique_ptr<Explore>(const Experiment&, const Settings&)>;
  using MakeAlgorithm = std::function<std::unique_ptr<Algorithm>(const Experiment&, const Strategies&)>;
  std::map<std::string, MakeExploit, std::less<>> exploits;
  std::map<std::string, MakeExplore, std::less<>> explores;
  std::map<std::string, MakeAlgorithm, std::less<>> algorithms;
};

/// pbt, random, bayesian, halving, fixed, replay; truncation, t_test, binary_tournament, none; perturb, resample, none.
[[nodiscard]] Strategies builtin_strategies();

/// The experiment's algorithm. Throws UsageError on an unknown name (with the nearest one) or a wrong setting.
[[nodiscard]] std::unique_ptr<Algorithm> make_algorithm(const Experiment& experiment, const Strategies& strategies);

/// Decides what `key.member` does after turn `key.index` (0: first hyperparameters), from a snapshot that already holds
/// that turn. The budget comes before the algorithm: a member at its end stops. `snapshot`: the sequence of the last
/// entry seen. The random stream is keyed by (experiment seed, member, turn, revision, attempt).
[[nodiscard]] Decision decide(const Experiment& experiment, const Algorithm& algorithm, const Population& population,
                              TurnKey key, int revision, std::int64_t snapshot, int attempt);

}  // namespace pbt
