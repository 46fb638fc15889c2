#include "pbt/turn.h"

namespace pbt {

std::string to_string(TurnKey key) { return "m" + std::to_string(key.member) + ".t" + std::to_string(key.index); }

std::string turn_id(TurnKey key, std::int64_t fence) { return to_string(key) + ".f" + std::to_string(fence); }

std::string to_string(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::start:
      return "start";
    case DecisionKind::proceed:
      return "continue";
    case DecisionKind::copy:
      return "copy";
    case DecisionKind::wait:
      return "wait";
    case DecisionKind::stop:
      return "stop";
  }
  return "?";
}

std::string to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::crash:
      return "crash";
    case FailureKind::timeout:
      return "timeout";
    case FailureKind::protocol:
      return "protocol";
    case FailureKind::reported:
      return "reported";
    case FailureKind::too_few_steps:
      return "too_few_steps";
    case FailureKind::no_metric:
      return "no_metric";
    case FailureKind::not_in_effect:
      return "not_in_effect";
    case FailureKind::checkpoint:
      return "checkpoint";
    case FailureKind::abandoned:
      return "abandoned";
  }
  return "?";
}

}  // namespace pbt
