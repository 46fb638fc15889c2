#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

extern char** environ;

namespace pbt {

/// An S3 server of a test's own, with a proxy before it that makes faults: tests/s3/s3_server.py. Gone with it.
class S3Server {
 public:
  /// `python` has moto: scripts/python-environment --tests makes one.
  explicit S3Server(std::string python, std::string script = PBT_S3_SERVER) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    char* arguments[] = {python.data(), script.data(), nullptr};
    const int failed = posix_spawn(&process_, python.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    commands_ = fdopen(in[1], "w");
    answers_ = fdopen(out[0], "r");
    said_ = nlohmann::json::parse(failed == 0 ? line() : "", nullptr, false);
    if (!said_.is_object()) throw std::runtime_error("the S3 server did not start");
  }
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;
  ~S3Server() {
    std::fclose(commands_);
    waitpid(process_, nullptr, 0);
    std::fclose(answers_);
  }

  /// Where it listens, and where the proxy does.
  [[nodiscard]] std::string url() const { return said_["url"]; }
  [[nodiscard]] std::string proxy() const { return said_["proxy"]; }
  /// The same by TLS, and the file with its certificate, which no machine trusts.
  [[nodiscard]] std::string secure_url() const { return said_["secure"]["url"]; }
  [[nodiscard]] std::string certificate() const { return said_["secure"]["certificate"]; }
  [[nodiscard]] std::string bucket() const { return said_["bucket"]; }
  /// Access key id, secret and token of "allowed", "denied" or "temporary".
  [[nodiscard]] std::array<std::string, 3> keys(const std::string& whose) const { return said_["keys"][whose]; }

  /// One of the script's commands, and what it answers.
  std::string tell(const std::string& command) {
    std::fprintf(commands_, "%s\n", command.c_str());
    std::fflush(commands_);
    return line();
  }

 private:
  std::string line() {
    std::string text;
    for (int letter = std::fgetc(answers_); letter != EOF && letter != '\n'; letter = std::fgetc(answers_))
      text += static_cast<char>(letter);
    return text;
  }

  pid_t process_ = 0;
  std::FILE* commands_ = nullptr;
  std::FILE* answers_ = nullptr;
  nlohmann::json said_;
};

}  // namespace pbt
