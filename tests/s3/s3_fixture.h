#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "checkpoint/s3/s3_bytes.h"
#include "pbt/random.h"
#include "tests/support/s3_server.h"
#include "tests/support/scratch_folder.h"

namespace pbt::s3 {

/// The machine's time, which signatures need, without the waits.
class ImpatientClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t now_ms() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
  void wait(std::chrono::milliseconds) override {}
};

/// Compared by ==: of large ones GoogleTest would look for the smallest difference all day.
using Files = std::map<std::string, std::string>;

inline std::string random_bytes(std::uint64_t seed, std::size_t count) {
  Random random{seed};
  std::string bytes;
  while (bytes.size() < count) {
    const std::uint64_t next = random.next();
    bytes.append(reinterpret_cast<const char*>(&next), sizeof next);
  }
  bytes.resize(count);
  return bytes;
}

/// One server for all tests of the program: ours, or the one at PBT_S3_URL with AWS's usual variables and a bucket
/// PBT_S3_BUCKET. Without PBT_S3_PYTHON, an interpreter that has moto, and without PBT_S3_URL, tests are skipped.
class S3 : public testing::Test {
 protected:
  static constexpr std::uint64_t part_bytes = 5 << 20;  // the least that S3 takes

  static bool is_ours() { return std::getenv("PBT_S3_URL") == nullptr; }
  static S3Server& server() {
    static S3Server started(std::getenv("PBT_S3_PYTHON"));
    return started;
  }
  void SetUp() override {
    const char* python = std::getenv("PBT_S3_PYTHON");
    if (is_ours() && (python == nullptr || !std::filesystem::exists(python)))
      GTEST_SKIP() << "no Python packages: make them with scripts/python-environment --tests";
    if (is_ours()) server().tell("faults 0 0");
  }

  /// By way of `url`, with the variables that people would set.
  RemoteBytes bytes(const std::string& url, const std::string& whose = "allowed", std::string bucket = "",
                    int tries_max = 10) {
    std::map<std::string, std::string> variables{{"AWS_ENDPOINT_URL", url}};
    if (is_ours()) {
      const auto [id, secret, token] = server().keys(whose);
      variables.insert({{"AWS_ACCESS_KEY_ID", id}, {"AWS_SECRET_ACCESS_KEY", secret}, {"AWS_SESSION_TOKEN", token}});
      if (bucket.empty()) bucket = server().bucket();
    } else if (bucket.empty()) {
      bucket = std::getenv("PBT_S3_BUCKET");
    }
    const Environment environment = [variables](const std::string& name) {
      return variables.contains(name) ? variables.at(name) : is_ours() ? "" : system_environment()(name);
    };
    // Each test has a prefix of its own.
    const std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
    const HttpSend http = make_http({.stalled_s = stalled_s_});
    return s3_bytes(parse_address("s3://" + bucket + "/tests/" + test, environment),
                    find_credentials(environment, http), clock_,
                    {.part_bytes = part_bytes, .parallel = 4, .retries = {.tries_max = tries_max}}, http);
  }
  RemoteBytes bytes() { return bytes(is_ours() ? server().url() : std::getenv("PBT_S3_URL")); }

  std::filesystem::path folder(const Files& files) {
    const std::filesystem::path made = fresh();
    for (const auto& [name, content] : files) {
      std::filesystem::create_directories((made / name).parent_path());
      std::ofstream(made / name, std::ios::binary) << content;
    }
    return made;
  }
  std::filesystem::path fresh() {
    const std::filesystem::path made = scratch_.path() / std::to_string(++folders_);
    std::filesystem::create_directory(made);
    return made;
  }
  static Files read(const std::filesystem::path& folder) {
    Files files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      files[entry.path().lexically_relative(folder).generic_string()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return files;
  }
  /// What get() brings.
  Files got(const RemoteBytes& remote, const std::string& name) {
    const std::filesystem::path to = fresh();
    EXPECT_TRUE(remote.get(name, to));
    return read(to);
  }

  int stalled_s_ = 30;
  ImpatientClock clock_;
  ScratchFolder scratch_;
  int folders_ = 0;
};

}  // namespace pbt::s3
