#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/scratch_folder.h"

extern char** environ;

namespace pbt {

/// A PostgreSQL server of a test's own, by the script beside this; gone with it.
class PostgresServer {
 public:
  explicit PostgresServer(const std::vector<std::string>& settings = {}) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    std::vector<std::string> words{"bash", PBT_POSTGRES_SERVER, folder_.path().string()};
    words.insert(words.end(), settings.begin(), settings.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int failed = posix_spawnp(&process_, arguments.front(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    commands_ = fdopen(in[1], "w");
    answers_ = fdopen(out[0], "r");
    if (failed != 0 || (url_ = line()).empty()) throw std::runtime_error("PostgreSQL did not start");
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() {
    std::fclose(commands_);
    waitpid(process_, nullptr, 0);
    std::fclose(answers_);
  }

  [[nodiscard]] const std::string& url() const { return url_; }
  /// One of the script's commands; returns when it is done.
  void tell(const std::string& command) {
    std::fprintf(commands_, "%s\n", command.c_str());
    std::fflush(commands_);
    if (line() != "ok") throw std::runtime_error("PostgreSQL did not " + command);
  }

 private:
  std::string line() {
    std::string text;
    for (int letter = std::fgetc(answers_); letter != EOF && letter != '\n'; letter = std::fgetc(answers_))
      text += static_cast<char>(letter);
    return text;
  }

  ScratchFolder folder_;
  pid_t process_ = 0;
  std::FILE* commands_ = nullptr;
  std::FILE* answers_ = nullptr;
  std::string url_;
};

}  // namespace pbt
