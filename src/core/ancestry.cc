#include "core/ancestry.h"

#include <unistd.h>

namespace pbt {

std::vector<std::filesystem::path> own_ancestry(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> folders;
  std::filesystem::path path = std::filesystem::weakly_canonical(folder);
  while (::access(path.c_str(), R_OK | W_OK | X_OK) == 0) {
    folders.push_back(path);
    if (path == path.parent_path()) break;
    path = path.parent_path();
  }
  return folders;
}

}  // namespace pbt
