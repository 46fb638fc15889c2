#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "pbt/error.h"
#include "serve/api.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"
#include "view/record_fixture.h"

namespace pbt::serve {

/// Reads a record that grows while it is read.
class Window final : public RunReader {
 public:
  explicit Window(const FakeRecord& record) : record_(record) {}
  [[nodiscard]] RunStatus status() const override { return record_.status(); }
  [[nodiscard]] Population population(int history) const override { return record_.population(history); }
  [[nodiscard]] TurnPointer turn(TurnKey key) const override { return record_.turn(key); }
  [[nodiscard]] std::vector<TurnPointer> turns(std::int64_t after, int limit) const override {
    return record_.turns(after, limit);
  }
  [[nodiscard]] std::vector<Decision> decisions(std::int64_t after, int limit) const override {
    return record_.decisions(after, limit);
  }
  [[nodiscard]] std::vector<Failure> failures(std::int64_t after, int limit) const override {
    return record_.failures(after, limit);
  }
  [[nodiscard]] std::vector<Checkpoint> checkpoints() const override { return record_.checkpoints(); }

 private:
  const FakeRecord& record_;
};

/// A site with one experiment, "lander", and one whose record cannot be read, "broken".
struct SmallSite {
  TemporaryFolder folder;
  FakeRecord record = small_record();
  FakeClock clock;
  Site site{Sources{[] { return std::vector<std::string>{"broken", "lander"}; },
                    [this](const std::string& name) -> OpenedRun {
                      if (name == "broken") throw StoreError("the record is damaged");
                      return {nullptr, std::make_unique<Window>(record), small_experiment(),
                              folder.path() / "checkpoints", folder.path() / "logs"};
                    }},
            clock};

  [[nodiscard]] Reply get(const std::string& target, std::map<std::string, std::string> headers = {}) {
    Request request = parse_target(target).value();
    request.headers = std::move(headers);
    return answer(site, request);
  }

  void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories((folder.path() / path).parent_path());
    std::ofstream(folder.path() / path, std::ios::binary) << text;
  }
};

}  // namespace pbt::serve
