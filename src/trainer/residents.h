#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pbt/assignment.h"

namespace pbt {

/// Which turns' weights a trainer keeps in memory, as both sides count them (docs/protocol.md, "Resident weights").
class Residents {
 public:
  /// `count_max`: how many the trainer can keep; 0: none.
  explicit Residents(int count_max = 0) : count_max_(static_cast<std::size_t>(count_max)) {}

  /// Least recently trained first.
  [[nodiscard]] const std::vector<std::string>& ids() const { return ids_; }
  /// Before `turns` are sent. A parent is used up by the first turn that trains from it; a turn whose weights are not
  /// here (any more) is changed to load them from its folder. Returns what to drop so that the new weights find room.
  [[nodiscard]] std::vector<std::string> begin(std::vector<Assignment>& turns);
  /// A turn ended well. Returns what to drop.
  [[nodiscard]] std::vector<std::string> succeed(const std::string& id);
  /// A turn failed or was abandoned: neither it nor its parent stays.
  void fail(const Assignment& turn);
  void drop(const std::vector<std::string>& ids);
  /// The process has ended.
  void clear() { ids_.clear(); }

 private:
  bool erase(const std::string& id);
  std::vector<std::string> shrink_to(std::size_t count);

  std::size_t count_max_;
  std::vector<std::string> ids_;
};

}  // namespace pbt
