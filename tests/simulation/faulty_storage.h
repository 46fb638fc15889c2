#pragma once

#include "pbt/checkpoint.h"
#include "tests/simulation/world.h"

namespace pbt::simulation {

/// One process's way to the checkpoint storage: it dies before, in the middle of, or after a call, and calls fail.
class FaultyStorage final : public CheckpointStorage {
 public:
  FaultyStorage(CheckpointStorage& storage, Process& process) : storage_(storage), process_(process) {}

  Folder stage(const std::string& name) override;
  Checkpoint publish(const std::string& name) override;
  Folder open(const Checkpoint& checkpoint) override;
  void remove(const std::string& name) override;
  std::vector<std::string> list() override;

 private:
  [[nodiscard]] World& world() const { return *process_.world; }
  [[noreturn]] void die(Happened how);
  void before(const char* doing);
  void after();

  CheckpointStorage& storage_;
  Process& process_;
};

}  // namespace pbt::simulation
