// Processes that share one SQLite store, each pausing 10 ms between transactions: how long does any wait, does any
// starve? A transaction is an acquire or a commit; its wait is all the time that the call takes. Prints one line a
// process: transactions, median and longest wait in milliseconds. Usage: contention DATABASE process|power SECONDS
// [PROCESSES]

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/made_up.h"
#include "bench/statistics.h"
#include "store/sqlite_store.h"

namespace {

using namespace std::chrono_literals;
using pbt::bench::Monotonic;

constexpr int members = 64;
constexpr auto between = 10ms;
const std::string experiment = "contention";

void work(const std::string& database, pbt::Durability durability, std::chrono::seconds duration) {
  const pbt::SystemClock clock;
  const auto store = pbt::open_sqlite_store(database, experiment, durability, clock);
  const std::string worker = "process-" + std::to_string(getpid());
  pbt::Random random{static_cast<std::uint64_t>(getpid())};
  std::vector<double> waits_ms;
  const auto end = Monotonic::now() + duration;
  while (Monotonic::now() < end) {
    std::vector<pbt::Lease> leases;
    waits_ms.push_back(pbt::bench::nanoseconds([&] { leases = store->acquire({.worker = worker}); }) / 1e6);
    std::this_thread::sleep_for(between);
    if (leases.empty()) throw std::runtime_error("no member was free, although there are more than processes");
    const pbt::FinishTurns commit{{pbt::bench::finished(leases.front(), random, clock.now_ms())}};
    waits_ms.push_back(pbt::bench::nanoseconds([&] { pbt::bench::expect_committed(store->commit(commit)); }) / 1e6);
    std::this_thread::sleep_for(between);
  }
  std::printf("%zu %.2f %.2f\n", waits_ms.size(), pbt::bench::median(waits_ms), pbt::bench::quantile(waits_ms, 1));
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 4) throw std::invalid_argument("usage: contention DATABASE process|power SECONDS [PROCESSES]");
  const std::string database = arguments[1];
  const auto durability = std::string(arguments[2]) == "power" ? pbt::Durability::power : pbt::Durability::process;
  const std::chrono::seconds duration(std::stoi(arguments[3]));
  const int processes = count > 4 ? std::stoi(arguments[4]) : 8;
  {
    const pbt::SystemClock clock;
    (void)pbt::create_experiment(database, experiment, "", members, clock);
    pbt::bench::start_all(*pbt::open_sqlite_store(database, experiment, durability, clock), members);
  }
  for (int i = 0; i < processes; ++i) {
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("cannot start another process");
    if (child > 0) continue;
    work(database, durability, duration);
    return 0;
  }
  int failed = 0, status = 0;
  while (wait(&status) > 0) failed += status == 0 ? 0 : 1;
  return failed;
} catch (const std::exception& error) {
  std::fprintf(stderr, "contention: %s\n", error.what());
  return 1;
}
