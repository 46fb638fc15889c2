#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/answering_process.h"
#include "tests/support/scratch_folder.h"

namespace pbt {

/// A PostgreSQL server of a test's own, by the script beside this; gone with it.
class PostgresServer {
 public:
  explicit PostgresServer(const std::vector<std::string>& settings = {}) : process_(words(folder_, settings)) {
    if (url_.empty()) throw std::runtime_error("PostgreSQL did not start");
  }

  [[nodiscard]] const std::string& url() const { return url_; }
  /// One of the script's commands; returns when it is done.
  void tell(const std::string& command) {
    if (process_.tell(command) != "ok") throw std::runtime_error("PostgreSQL did not " + command);
  }

 private:
  static std::vector<std::string> words(const ScratchFolder& folder, const std::vector<std::string>& settings) {
    std::vector<std::string> words{"bash", PBT_POSTGRES_SERVER, folder.path().string()};
    words.insert(words.end(), settings.begin(), settings.end());
    return words;
  }

  ScratchFolder folder_;
  AnsweringProcess process_;
  std::string url_ = process_.line();
};

}  // namespace pbt
