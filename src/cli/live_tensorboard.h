#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "pbt/clock.h"
#include "pbt/experiment.h"
#include "pbt/store.h"
#include "trainer/descriptor.h"
#include "view/tensorboard.h"

namespace pbt {

/// Keeps TensorBoard's files of a run up to date while this process works on it ([log] tensorboard). Of several
/// processes one writes: the first, and when that has ended the next. What goes wrong is told once and never ends a
/// run.
class LiveTensorBoard {
 public:
  /// `folder`: made when there is something to write; empty: nothing is ever written.
  LiveTensorBoard(std::filesystem::path folder, const Experiment& experiment, const RunReader& reader,
                  const Clock& clock, std::function<void(const std::string& what)> tell);

  /// Writes what has come since the last time, when that is some seconds ago.
  void tick();
  /// Writes the rest.
  void finish();

 private:
  void update();
  [[nodiscard]] bool is_the_writer();

  std::filesystem::path folder_;
  const Experiment& experiment_;
  const RunReader& reader_;
  const Clock& clock_;
  std::function<void(const std::string& what)> tell_;
  Descriptor lock_;
  std::optional<TensorBoardLog> log_;
  std::chrono::nanoseconds next_{};
};

}  // namespace pbt
