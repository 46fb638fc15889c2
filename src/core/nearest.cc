#include "core/nearest.h"

#include <algorithm>

namespace pbt {

int edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the table of distances between prefixes: a swap looks two rows back.
  std::vector<int> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string nearest(std::string_view name, const std::vector<std::string>& valid) {
  // A third of the letters wrong is still a slip; more is another word.
  int best = static_cast<int>(name.size()) / 3 + 1;
  std::string found;
  for (const std::string& candidate : valid) {
    // A trainer may name something with megabytes; that is never near, and need not be compared.
    const std::size_t longer = std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size());
    if (longer > static_cast<std::size_t>(best)) continue;
    const int distance = edit_distance(name, candidate);
    if (distance > best || (distance == best && !found.empty())) continue;
    if (distance >= static_cast<int>(candidate.size())) continue;
    best = distance;
    found = candidate;
  }
  return found;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& valid) {
  const std::string found = nearest(name, valid);
  return found.empty() ? "" : "; did you mean \"" + found + "\"?";
}

}  // namespace pbt
