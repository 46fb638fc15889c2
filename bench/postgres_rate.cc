// Workers that share one PostgreSQL store and do nothing but what a turn costs there: lease, snapshot, commit; and two
// renewals where a turn lasts. Prints turns a second, and the median and 99th percentile of a turn's time in the store
// in milliseconds. Twice as many members as workers.
// Usage: postgres_rate URL WORKERS SECONDS [TURN_MS, of training [SHARING: so many workers are threads of one process]]

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "bench/made_up.h"
#include "bench/statistics.h"
#include "store/postgres_store.h"

namespace {

using pbt::bench::Monotonic;

void work(const std::shared_ptr<pbt::Store>& store, int index, std::chrono::milliseconds turn,
          Monotonic::time_point end, std::vector<double>& turns_ms) {
  pbt::SystemClock clock;
  const std::string worker = "worker-" + std::to_string(index);
  pbt::Random random{static_cast<std::uint64_t>(index)};
  // Real workers do not begin at the same moment.
  std::this_thread::sleep_for(turn * random.uniform());
  while (Monotonic::now() < end) {
    std::vector<pbt::Lease> leases;
    double spent_ns = pbt::bench::nanoseconds([&] { leases = store->acquire({.worker = worker}); });
    if (leases.empty()) continue;  // those that were free were being looked at
    for (int third = 0; third < 3 && turn.count() > 0; ++third) {
      std::this_thread::sleep_for(turn / 3);
      if (third < 2) spent_ns += pbt::bench::nanoseconds([&] { (void)store->renew(leases, turn); });
    }
    spent_ns += pbt::bench::nanoseconds([&] {
      (void)store->snapshot();
      const pbt::FinishTurns commit{{pbt::bench::finished(leases.front(), random, clock.now_ms())}};
      // An answer that a full machine kept for too long was asked for again.
      const pbt::CommitResult result = store->commit(commit).front();
      if (result != pbt::CommitResult::repeated) pbt::bench::expect_committed({result});
    });
    turns_ms.push_back(spent_ns / 1e6);
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 4) throw std::invalid_argument("usage: postgres_rate URL WORKERS SECONDS [TURN_MS]");
  const std::string url = arguments[1];
  const int workers = std::stoi(arguments[2]);
  const std::chrono::milliseconds turn(count > 4 ? std::stoi(arguments[4]) : 0);
  const int sharing = count > 5 ? std::stoi(arguments[5]) : 1;
  pbt::SystemClock clock;
  const std::string experiment = "rate-" + std::to_string(clock.now_ms());
  (void)pbt::create_postgres_experiment(url, experiment, "", 2 * workers, clock);
  const auto store = pbt::open_postgres_store(url, experiment, clock);
  pbt::bench::start_all(*store, 2 * workers);
  const auto before = store->population().sequence;

  std::vector<std::vector<double>> turns_ms(static_cast<std::size_t>(workers));
  const std::chrono::seconds duration(std::stoi(arguments[3]));
  {
    const auto end = Monotonic::now() + duration;
    std::vector<std::jthread> threads;
    std::shared_ptr<pbt::Store> process;
    for (int i = 0; i < workers; ++i) {
      if (i % sharing == 0)
        process = pbt::open_postgres_store(url, experiment, clock, {.connections_max = std::min(sharing, 4)});
      threads.emplace_back([&, i, process] { work(process, i, turn, end, turns_ms[static_cast<std::size_t>(i)]); });
    }
  }
  std::vector<double> all;
  for (const std::vector<double>& some : turns_ms) all.insert(all.end(), some.begin(), some.end());
  // A turn and a decision each.
  const double turns = static_cast<double>(store->population().sequence - before) / 2;
  std::printf("%.1f %.2f %.2f\n", turns / static_cast<double>(duration.count()), pbt::bench::median(all),
              pbt::bench::quantile(all, 0.99));
} catch (const std::exception& error) {
  std::fprintf(stderr, "postgres_rate: %s\n", error.what());
  return 1;
}
