#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pbt::power_loss {

/// One file operation, in the order in which the process made them. Nodes are files and folders, numbered from 0 (the
/// root that is watched) as they are made, so that a node keeps its number wherever it is moved.
struct Operation {
  enum Kind {
    enter,     ///< `node` gets the name `name` in `folder`; the first time, it is made (`is_folder`)
    leave,     ///< the name `name` leaves `folder`
    move,      ///< `name` of `folder` becomes `to_name` of `to_folder`
    write,     ///< `bytes` at offset `at` of `node`
    truncate,  ///< `node` has `at` bytes, zeros where it grew
    sync,      ///< fsync or fdatasync of `node`, a file or a folder
    sync_all,  ///< syncfs: everything
    promise,   ///< from here on `at` entries of the record are promised to be there; no file operation
  };
  Kind kind = sync;
  int node = 0;
  bool is_folder = false;
  int folder = 0, to_folder = 0;
  std::string name, to_name;
  std::int64_t at = 0;
  std::string bytes;
};

[[nodiscard]] std::string to_string(const Operation& operation);

/// What is on a disk: paths relative to the root, with what they hold; null: a folder.
using Contents = std::map<std::string, std::shared_ptr<const std::string>>;

[[nodiscard]] Contents read_contents(const std::filesystem::path& root);
/// Makes `root` hold that and nothing else.
void write_contents(const Contents& contents, const std::filesystem::path& root);

/// SQLite's shared memory, which is mapped, never flushed, and made anew by whoever opens the database first.
[[nodiscard]] bool is_shared_memory(const std::string& name);

struct Trace {
  Contents before;  ///< what the root held when recording began, all of it durable
  std::vector<Operation> operations;
};

}  // namespace pbt::power_loss
