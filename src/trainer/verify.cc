#include "trainer/verify.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/json.h"
#include "core/nearest.h"
#include "core/printable.h"

namespace pbt {
namespace {

constexpr double relative_difference_max = 1e-6;
constexpr std::size_t listed_bytes_max = 1000;  // a trainer may report any number of metrics, under names of any length

std::optional<double> number(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

// A trainer may hold a real as float32 and send 1.0 as 1, so that kinds need not agree.
bool same(const Value& asked, const Value& in_effect) {
  if (asked == in_effect) return true;
  const auto a = number(asked);
  const auto b = number(in_effect);
  if (!a || !b) return false;
  if (!std::holds_alternative<double>(asked)) return *a == *b;
  return std::abs(*a - *b) <= relative_difference_max * std::max(std::abs(*a), std::abs(*b));
}

TrainerFailure failure(FailureKind kind, std::string message, const Report& report) {
  return {kind, std::move(message), {}, report.step};
}

std::optional<TrainerFailure> verify_metric(const Report& report, const std::string& metric) {
  if (report.metrics.contains(metric)) return std::nullopt;
  std::vector<std::string> names;
  std::string listed;
  for (const auto& [name, value] : report.metrics) {
    names.push_back(name);
    if (listed.size() < listed_bytes_max)
      listed.append(listed.empty() ? "" : ", ").append("\"").append(name).append("\"");
  }
  return failure(FailureKind::no_metric,
                 "the result has no metric \"" + metric + "\", which the objective asks for; it has " +
                     (listed.empty() ? "none at all" : printable(listed, listed_bytes_max)) +
                     did_you_mean(metric, names) +
                     ". Report it at the end of each turn, or set objective.metric to one of those",
                 report);
}

std::optional<TrainerFailure> verify_in_effect(const Assignment& turn, const Report& report) {
  for (const auto& [name, asked] : turn.hyperparameters) {
    const Value* in_effect = report.in_effect.find(name);
    if (in_effect == nullptr || same(asked, *in_effect)) continue;
    return failure(
        FailureKind::not_in_effect,
        "the hyperparameter " + name + " was to be " + to_string(asked) + ", but " +
            printable(to_string(*in_effect), 200) +
            " was in effect at the end of the turn. The usual cause: loading the checkpoint restored the value that it "
            "was saved with (optimisers and schedulers keep theirs). Load first, then apply the turn's "
            "hyperparameters, then train",
        report);
  }
  return std::nullopt;
}

}  // namespace

std::optional<TrainerFailure> verify_steps(const Assignment& turn, const Report& report) {
  if (report.step > json_integer_max) {
    return failure(FailureKind::protocol,
                   "the trainer says that it reached step " + std::to_string(report.step) +
                       ", beyond 2^53; it was asked to go from " + std::to_string(turn.from_step) + " to " +
                       std::to_string(turn.target_step()),
                   report);
  }
  if (report.step >= (report.partial ? turn.from_step : turn.target_step())) return std::nullopt;
  return failure(
      FailureKind::too_few_steps,
      "the trainer stopped at step " + std::to_string(report.step) + ", but was asked to go from " +
          std::to_string(turn.from_step) + " to " + std::to_string(turn.target_step()) +
          ". A result's step counts from the beginning of training, not of the turn; train on until it is reached",
      report);
}

std::optional<TrainerFailure> verify(const Assignment& turn, const Report& report, const std::string& metric) {
  if (auto wrong = verify_steps(turn, report)) return wrong;
  if (auto wrong = verify_metric(report, metric)) return wrong;
  return verify_in_effect(turn, report);
}

}  // namespace pbt
