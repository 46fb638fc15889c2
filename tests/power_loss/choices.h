#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/power_loss/disk.h"

namespace pbt::power_loss {

/// How many of the states at one cut are looked at.
struct Plan {
  int exhaustive_up_to = 6;  ///< so many pending changes, and every subset of them is taken
  int window = 16;           ///< of the latest changes: each alone missing, each alone done, everything up to each
  int random = 4;            ///< drawn subsets of each of four kinds
  std::uint64_t seed = 1;
};

using Visit = std::function<void(const std::string& name, const Choice& choice, Fill fill)>;

/// Calls `visit` for choices among `atoms`, the same for the same plan and cut: nothing and all of it done; single
/// changes missing or done alone, and prefixes; the last writes torn at each sector; single files and folders missing
/// or done alone; names without data, data without names, sizes without data (zeros and garbage); seeded random subsets
/// of changes, of pages and of sectors. A change is what one operation did to one file or folder.
void for_each_choice(const std::vector<Atom>& atoms, const Plan& plan, std::size_t cut, const Visit& visit);

}  // namespace pbt::power_loss
