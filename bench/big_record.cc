// A record of many turns beside one of a thousand, in SQLite: what reading where the run stands costs, and what a
// commit costs in both, turn about. Prints milliseconds: status and best (a fresh connection), median commit of the
// small and of the big record. Usage: big_record FOLDER [TURNS]      FOLDER: empty; it then holds big/pbt.db, an
// experiment called "big"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "bench/made_up.h"
#include "bench/statistics.h"
#include "store/sqlite_store.h"

namespace {

namespace fs = std::filesystem;

constexpr int members = 100, pairs = 500;

/// `turns` more, in rounds of all members, with the collection of old checkpoints that a run does.
void fill(pbt::Store& store, const pbt::Clock& clock, int turns, pbt::Random& random) {
  for (int round = 0; round < turns / members; ++round) {
    pbt::FinishTurns commit;
    for (const pbt::Lease& lease : store.acquire({.worker = "bench", .count = members}))
      commit.turns.push_back(pbt::bench::finished(lease, random, clock.now_ms()));
    pbt::bench::expect_committed(store.commit(commit));
    (void)store.collect(1);
  }
}

double commit_ms(pbt::Store& store, const pbt::Clock& clock, pbt::Random& random) {
  const std::vector<pbt::Lease> leases = store.acquire({.worker = "bench"});
  const pbt::FinishTurns commit{{pbt::bench::finished(leases.at(0), random, clock.now_ms())}};
  return pbt::bench::nanoseconds([&] { pbt::bench::expect_committed(store.commit(commit)); }) / 1e6;
}

std::unique_ptr<pbt::Store> make(const fs::path& database, const std::string& name, const std::string& specification,
                                 const pbt::Clock& clock) {
  (void)pbt::create_experiment(database, name, specification, members, clock);
  auto store = pbt::open_sqlite_store(database, name, pbt::Durability::process, clock);
  pbt::bench::start_all(*store, members);
  return store;
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 2) throw std::invalid_argument("usage: big_record FOLDER [TURNS]");
  const fs::path folder = arguments[1];
  const int turns = count > 2 ? std::stoi(arguments[2]) : 1'000'000;
  const pbt::SystemClock clock;
  pbt::Random random{1};
  const std::string specification = text_of(folder / "big.toml");  // so that `pbt status` can read it
  const auto small = make(folder / "small" / "pbt.db", "small", specification, clock);
  const auto big = make(folder / "big" / "pbt.db", "big", specification, clock);
  fill(*small, clock, 1'000, random);
  fill(*big, clock, turns, random);

  std::vector<double> reads, small_commits, big_commits;
  for (int i = 0; i < pairs; ++i) {
    small_commits.push_back(commit_ms(*small, clock, random));
    big_commits.push_back(commit_ms(*big, clock, random));
  }
  for (int i = 0; i < 20; ++i) {
    reads.push_back(pbt::bench::nanoseconds([&] {
                      const auto reader = pbt::open_sqlite_reader(folder / "big" / "pbt.db", "big");
                      (void)reader->status();
                      if (!reader->population().best) throw std::runtime_error("the record has no best turn");
                    }) /
                    1e6);
  }
  std::printf("%.3f %.4f %.4f\n", pbt::bench::median(reads), pbt::bench::median(small_commits),
              pbt::bench::median(big_commits));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "big_record: %s\n", error.what());
  return 1;
}
