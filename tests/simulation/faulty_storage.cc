#include "tests/simulation/faulty_storage.h"

#include "pbt/error.h"

namespace pbt::simulation {

void FaultyStorage::die(Happened how) {
  world().note(how);
  world().kill(process_);
  throw Killed{};
}

void FaultyStorage::before(const char* doing) {
  process_.check_alive();
  World& world = this->world();
  if (world.chance(world.faults.storage_crash / 2)) die(Happened::storage_crash_before);
  if (world.chance(world.faults.storage_error)) {
    world.note(Happened::storage_error);
    throw StorageError(std::string("simulated: an input/output error, ") + doing);
  }
}

void FaultyStorage::after() {
  if (world().chance(world().faults.storage_crash / 2)) die(Happened::storage_crash_after);
}

Folder FaultyStorage::stage(const std::string& name) {
  before("staging a checkpoint");
  Folder folder = storage_.stage(name);
  after();
  return folder;
}

Checkpoint FaultyStorage::publish(const std::string& name) {
  before("publishing a checkpoint");
  if (world().disk_full_until > world().now()) throw StorageError("simulated: no space left on the device");
  Checkpoint checkpoint = storage_.publish(name);
  after();
  return checkpoint;
}

Folder FaultyStorage::open(const Checkpoint& checkpoint) {
  before("reading a checkpoint");
  Folder folder = storage_.open(checkpoint);
  after();
  return folder;
}

void FaultyStorage::remove(const std::string& name) {
  before("removing a checkpoint");
  storage_.remove(name);
  after();
}

std::vector<std::string> FaultyStorage::list() {
  before("listing checkpoints");
  std::vector<std::string> names = storage_.list();
  after();
  return names;
}

}  // namespace pbt::simulation
