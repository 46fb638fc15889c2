#include "trainer/residents.h"

#include <algorithm>

namespace pbt {

std::vector<std::string> Residents::begin(std::vector<Assignment>& turns) {
  for (Assignment& turn : turns) {
    if (turn.weights == Weights::resident && !erase(turn.parent)) turn.weights = Weights::folder;
  }
  return shrink_to(count_max_ - std::min(count_max_, turns.size()));
}

std::vector<std::string> Residents::succeed(const std::string& id) {
  if (count_max_ == 0) return {};
  erase(id);
  ids_.push_back(id);
  return shrink_to(count_max_);
}

void Residents::fail(const Assignment& turn) {
  erase(turn.id);
  erase(turn.parent);
}

void Residents::drop(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) erase(id);
}

bool Residents::erase(const std::string& id) {
  const auto found = std::find(ids_.begin(), ids_.end(), id);
  if (found == ids_.end()) return false;
  ids_.erase(found);
  return true;
}

std::vector<std::string> Residents::shrink_to(std::size_t count) {
  if (ids_.size() <= count) return {};
  const auto end = ids_.begin() + static_cast<std::ptrdiff_t>(ids_.size() - count);
  std::vector<std::string> dropped(ids_.begin(), end);
  ids_.erase(ids_.begin(), end);
  return dropped;
}

}  // namespace pbt
