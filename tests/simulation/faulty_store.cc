#include "tests/simulation/faulty_store.h"

namespace pbt::simulation {

using namespace std::chrono_literals;

void FaultyStore::die(Happened how) const {
  world().note(how);
  world().kill(process_);
  throw Killed{};
}

void FaultyStore::stall() const {
  if (!world().chance(world().faults.store_stall / 2)) return;
  world().note(Happened::store_stall);
  process_.stopped_until = world().now() + world().up_to(3 * lease_);
  process_.sleep_until(process_.stopped_until);
}

void FaultyStore::before() const {
  process_.check_alive();
  World& world = this->world();
  if (world.chance(world.faults.store_latency)) process_.sleep(world.up_to(25ms));
  stall();
  if (world.chance(world.faults.store_crash / 2)) die(Happened::store_crash_before);
  if (world.database_down_until > world.now()) throw StoreError("simulated: the database is down");
}

void FaultyStore::after() const {
  World& world = this->world();
  if (world.chance(world.faults.store_crash / 2)) die(Happened::store_crash_after);
  stall();
  if (world.chance(world.faults.store_latency)) process_.sleep(world.up_to(25ms));
}

}  // namespace pbt::simulation
