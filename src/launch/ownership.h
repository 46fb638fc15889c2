#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "pbt/clock.h"

namespace pbt {

/// Which one of several processes, on any machines that share a folder, looks after what is in it. Relies on no file
/// lock, as those of network file systems may not hold, but on mkdir: owner.1, owner.2, ... are made by one process
/// each, and the last is the owner. In it stands a beat that the owner changes at every tick. Who sees one beat for
/// `silence` by its own clock makes the next folder; who could not write its beat for half of that has lost it.
class Ownership {
 public:
  Ownership(std::filesystem::path folder, std::chrono::milliseconds silence, Clock& clock);
  Ownership(const Ownership&) = delete;
  Ownership& operator=(const Ownership&) = delete;

  /// To be called several times within `silence`. Whether this process is the owner from now until half of it has
  /// passed: it must stop what it does as the owner at the first false. Throws Error when the folder cannot be written.
  [[nodiscard]] bool tick();
  /// Leaves it to others at once.
  void release();

 private:
  [[nodiscard]] std::filesystem::path beat_of(std::int64_t number) const;
  [[nodiscard]] std::int64_t last() const;  ///< 0: nobody was ever the owner
  [[nodiscard]] bool keep();
  [[nodiscard]] bool try_to_be(std::int64_t number);

  std::filesystem::path folder_;
  std::chrono::milliseconds silence_;
  Clock& clock_;
  std::int64_t mine_ = 0;  ///< the number of our folder; 0: we are not the owner
  std::int64_t beats_ = 0;
  std::chrono::nanoseconds kept_{};  ///< when the last beat that was written began
  std::int64_t seen_number_ = -1;
  std::string seen_beat_;
  std::chrono::nanoseconds seen_{};  ///< since when the owner has been silent
};

}  // namespace pbt
