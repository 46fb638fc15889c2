#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

extern char** environ;

namespace pbt {

/// A process of a test's own that reads commands from its standard input and answers each in a line. It ends with its
/// input, and this waits for it.
class AnsweringProcess {
 public:
  /// `words`: the program, looked up on PATH, and its arguments. Throws std::runtime_error when it cannot be started.
  explicit AnsweringProcess(std::vector<std::string> words) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int failed = posix_spawnp(&process_, arguments.front(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    commands_ = fdopen(in[1], "w");
    answers_ = fdopen(out[0], "r");
    if (failed == 0) return;
    std::fclose(commands_);
    std::fclose(answers_);
    throw std::runtime_error("cannot start " + words.front());
  }
  AnsweringProcess(const AnsweringProcess&) = delete;
  AnsweringProcess& operator=(const AnsweringProcess&) = delete;
  ~AnsweringProcess() {
    std::fclose(commands_);
    waitpid(process_, nullptr, 0);
    std::fclose(answers_);
  }

  /// What it answers to that.
  std::string tell(const std::string& command) {
    std::fprintf(commands_, "%s\n", command.c_str());
    std::fflush(commands_);
    return line();
  }
  /// What it says next; empty when it has ended.
  std::string line() {
    std::string text;
    for (int letter = std::fgetc(answers_); letter != EOF && letter != '\n'; letter = std::fgetc(answers_))
      text += static_cast<char>(letter);
    return text;
  }

 private:
  pid_t process_ = 0;
  std::FILE* commands_ = nullptr;
  std::FILE* answers_ = nullptr;
};

}  // namespace pbt
