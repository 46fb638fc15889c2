#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pbt/experiment.h"
#include "pbt/store.h"

namespace pbt {

// TensorBoard's event files: records of TensorFlow's TFRecord format (length, CRC-32C, bytes, CRC-32C) with an Event
// protocol buffer each. Encoded here by hand: four small messages do not pay for a protobuf compiler in every build.

/// The CRC-32C (Castagnoli) of `bytes`.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);
/// `data` as one record of an event file.
[[nodiscard]] std::string event_record(std::string_view data);

/// First record of a file: its version.
[[nodiscard]] std::string file_version_event(double wall_time_s);
/// "Forget what this run had said": what follows begins at step 0 again. So a run's curves follow its lineage through
/// a copy instead of jumping back in time.
[[nodiscard]] std::string restart_event(double wall_time_s);
/// Scalars of one step, by tag.
[[nodiscard]] std::string scalars_event(double wall_time_s, std::int64_t step,
                                        const std::map<std::string, double>& scalars);
/// What the hparams plugin shows of a run: its hyperparameters.
[[nodiscard]] std::string hparams_event(double wall_time_s, const std::string& group, const Hyperparameters& values);

/// Writes a population into `folder`, a run a member ("member-3"), as it grows: the scores, metrics and hyperparameters
/// along the lineage that the member stands on.
class TensorBoardLog {
 public:
  /// Begins new files beside those of earlier times, which TensorBoard replaces by them. Throws Error.
  TensorBoardLog(std::filesystem::path folder, const Experiment& experiment);

  /// Brings the runs up to where the members stand. Throws StoreError, and Error when something cannot be written.
  void update(const RunReader& reader);

 private:
  struct Run {
    std::filesystem::path file{};
    std::vector<TurnKey> written{};  ///< the lineage, as far as the file has it
  };

  void begin(int member, Run& run, double wall_time_s) const;
  void write(Run& run, const std::vector<TurnPointer>& turns, double wall_time_s) const;
  [[nodiscard]] std::map<std::string, double> scalars(const Turn& turn) const;

  const std::filesystem::path folder_;
  const std::string name_;
  const Objective objective_;
  std::map<int, Run> runs_;
};

}  // namespace pbt
