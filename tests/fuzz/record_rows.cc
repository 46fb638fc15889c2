// The record as a database may hold it that was damaged or made by somebody hostile: every read and every commit gives
// values in their domains, or a StoreError.
#include <cmath>

#include "tests/fuzz/hostile_record.h"

namespace {

using namespace pbt;
using fuzz::require;

constexpr std::size_t message_bytes_max = 4000;

template <class Function>
void try_to(Function function) {
  (void)fuzz::expect_only<StoreError>(message_bytes_max, [&] {
    function();
    return true;
  });
}

void check(const TurnPointer& turn) {
  require(turn != nullptr, "what is read is there");
  require(turn->key.member >= 0 && turn->key.index >= 1, "members count from 0 and turns from 1");
  require(turn->from_step >= 0 && turn->to_step >= turn->from_step, "steps go on");
  require(!std::isnan(turn->score), "a score is a number, or an infinity");
}

void check(const Member& member) {
  require(member.id >= 0 && member.turns >= 0, "members count from 0 and their turns too");
  require(!to_string(member.state).starts_with('?'), "a state is one of ours");
  require(member.turns == 0 || member.last != nullptr, "a member's last turn is in the record");
  require(member.state == MemberState::unborn || member.next != nullptr, "who was started has a decision");
}

void read(sql::Tables<sqlite::Connection>& tables) {
  try_to([&] { require(!to_string(tables.status().state).starts_with('?'), "a state is one of ours"); });
  try_to([&] {
    const Population population = tables.population(-1);
    for (std::size_t i = 0; i < population.members.size(); ++i) {
      require(population.members[i].id == static_cast<int>(i), "members are numbered without gaps");
      check(population.members[i]);
    }
    for (const TurnPointer& turn : population.history) check(turn);
  });
  try_to([&] {
    for (const TurnPointer& turn : tables.turns(0, 100)) check(turn);
  });
  try_to([&] { (void)tables.decisions(0, 100); });
  try_to([&] { (void)tables.failures(0, 100); });
  try_to([&] { (void)tables.checkpoints(); });
}

void write(sql::Tables<sqlite::Connection>& tables) {
  using namespace contract;
  std::vector<Lease> leases;
  try_to([&] { leases = rules::acquire(tables, {.worker = "v", .count = 3, .duration = minute}, 1'000'000); });
  for (const Lease& lease : leases) {
    check(lease.member);
    try_to([&] { (void)rules::renew(tables, {lease}, 2'000'000); });
    if (lease.member.state == MemberState::unborn) {
      try_to([&] { (void)rules::commit(tables, StartMember{lease, started(lease), 3}, 2'000'000); });
      continue;
    }
    try_to([&] {
      const Turn turn = trained(lease, 1);
      (void)rules::commit(tables, FinishTurns{{{lease, turn, after(turn)}}}, 2'000'000);
    });
    try_to([&] { (void)rules::commit(tables, failed(lease), 2'000'000); });
  }
  try_to([&] { (void)rules::collect(tables, 0, all_flushed); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static fuzz::HostileRecord record;
  fuzz::Bytes bytes(data, size);
  sql::Tables<sqlite::Connection>* tables = nullptr;
  try_to([&] { tables = &record.spoil(bytes); });
  if (tables == nullptr) return 0;
  read(*tables);
  tables->forget();
  write(*tables);
  return 0;
}
