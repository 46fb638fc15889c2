#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pbt/assignment.h"
#include "pbt/error.h"

/// The messages of docs/protocol.md as values, and their lines of JSON.
namespace pbt::protocol {

inline constexpr std::int64_t version = 1;

/// A line that is no message of the protocol; what() quotes it.
class ProtocolError : public Error {
 public:
  using Error::Error;
};

struct TrainerHello {
  std::int64_t protocol = version;
  std::string client;
  int resident_max = 0;
  int batch_max = 1;
};
struct Progress {
  std::string id;
  std::int64_t step = 0;
  Metrics metrics;
};
struct Result {
  std::string id;
  Report report;
};
struct Failed {
  std::string id;
  std::string message;
  std::int64_t step = 0;  ///< 0: not said
};
using FromTrainer = std::variant<TrainerHello, Progress, Result, Failed>;

struct WorkerHello {
  std::int64_t protocol = version;
  std::string experiment;
  std::string worker;
  std::string metric;
  std::string mode;  ///< "max" or "min"
};
struct Turns {
  std::vector<Assignment> turns;  ///< their folders are on disk
};
struct Cancel {
  Stop mode = Stop::abandon;  ///< save or abandon
};
struct Drop {
  std::vector<std::string> ids;
};
struct Goodbye {};
using FromWorker = std::variant<WorkerHello, Turns, Cancel, Drop, Goodbye>;

/// One line, ended by a newline.
[[nodiscard]] std::string encode(const FromTrainer& message);
[[nodiscard]] std::string encode(const FromWorker& message);

/// The message of one line, without its newline. Throws ProtocolError.
[[nodiscard]] FromTrainer decode_from_trainer(std::string_view line);
[[nodiscard]] FromWorker decode_from_worker(std::string_view line);

}  // namespace pbt::protocol
