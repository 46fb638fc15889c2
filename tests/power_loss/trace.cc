#include "tests/power_loss/trace.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace pbt::power_loss {

namespace fs = std::filesystem;

std::string to_string(const Operation& operation) {
  const std::string node = "node " + std::to_string(operation.node);
  const std::string entry = operation.name + " in folder " + std::to_string(operation.folder);
  switch (operation.kind) {
    case Operation::enter:
      return "enter " + entry + " as " + node;
    case Operation::leave:
      return "leave " + entry;
    case Operation::move:
      return "move " + entry + " to " + operation.to_name + " in folder " + std::to_string(operation.to_folder);
    case Operation::write:
      return "write " + std::to_string(operation.bytes.size()) + " bytes at " + std::to_string(operation.at) + " of " +
             node;
    case Operation::truncate:
      return "truncate " + node + " to " + std::to_string(operation.at);
    case Operation::sync:
      return "sync " + node;
    case Operation::sync_all:
      return "sync everything";
    case Operation::promise:
      return "promise " + std::to_string(operation.at) + " entries";
  }
  return "?";
}

bool is_shared_memory(const std::string& name) { return name.ends_with("-shm"); }

Contents read_contents(const fs::path& root) {
  Contents contents;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string path = entry.path().lexically_relative(root).string();
    if (is_shared_memory(path)) continue;
    if (entry.is_directory()) {
      contents[path] = nullptr;
      continue;
    }
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    contents[path] = std::make_shared<const std::string>(bytes.str());
  }
  return contents;
}

void write_contents(const Contents& contents, const fs::path& root) {
  fs::remove_all(root);
  fs::create_directories(root);
  for (const auto& [path, bytes] : contents) {  // sorted: a folder comes before what is in it
    if (!bytes) {
      fs::create_directory(root / path);
      continue;
    }
    std::ofstream file(root / path, std::ios::binary);
    file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
    if (!file.flush()) throw std::runtime_error("cannot write " + (root / path).string());
  }
}

}  // namespace pbt::power_loss
