#include "checkpoint/contents.h"

#include <cerrno>
#include <string_view>
#include <system_error>

#include "checkpoint/digest.h"
#include "core/printable.h"

namespace pbt {

namespace fs = std::filesystem;

Contents contents(const fs::path& folder) {
  Contents found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const fs::file_status status = entry.symlink_status();
    const fs::path relative = entry.path().lexically_relative(folder);
    if (fs::is_directory(status)) {
      found.folders.push_back(relative);
    } else if (fs::is_regular_file(status)) {
      found.files.push_back(relative);
    } else if (!fs::exists(status)) {
      throw fs::filesystem_error("gone", entry.path(), std::make_error_code(std::errc::no_such_file_or_directory));
    } else {
      throw StorageError("a checkpoint may hold only regular files and folders, but " + entry.path().string() +
                         " is a " + (fs::is_symlink(status) ? "symbolic link; save the file itself" : "special file"));
    }
  }
  return found;
}

Checkpoint describe(const std::string& name, const fs::path& folder, const Contents& found) {
  Digest digest;
  for (const fs::path& file : found.files) digest.add_file(file.generic_string(), folder / file);
  return digest.finish(name);
}

const std::string& checked(const std::string& name) {
  const bool plain = !name.empty() && name != "." && name != ".." && name != "staging" && name.size() <= 255 &&
                     name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
  if (!plain)
    throw StorageError("\"" + printable(name, 100) +
                       "\" cannot name a checkpoint: expected one plain file name, like m3.t7.f12; " +
                       "the record that has it is damaged, or not one of pbt's");
  return name;
}

bool is_absence(const std::error_code& error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
         error == std::error_code(ESTALE, std::system_category());  // NFS: of a file that another machine has removed
}

}  // namespace pbt
