#include "store/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <latch>
#include <thread>

#include "store/sqlite.h"
#include "tests/contract/stores.h"

namespace pbt {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SqliteStore : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "runs" / "pbt.db"; }
  void create(int population = 2) { create_experiment(file(), "story", "text", population, clock_); }
  std::unique_ptr<Store> open() { return open_sqlite_store(file(), "story", Durability::process, clock_); }
  /// What opening the store, in any way, says.
  std::string refusal() {
    std::vector<std::string> messages;
    const auto note = [&](const auto& act) {
      try {
        act();
        messages.emplace_back("nothing");
      } catch (const StoreError& error) {
        messages.emplace_back(error.what());
      }
    };
    note([&] { (void)open(); });
    note([&] { (void)open_sqlite_reader(file(), "story"); });
    EXPECT_EQ(messages[0].substr(0, 80), messages[1].substr(0, 80));
    EXPECT_THAT(messages[0], HasSubstr(file().string()));
    return messages[0];
  }
  void write(const std::string& bytes) {
    std::filesystem::create_directories(file().parent_path());
    std::ofstream(file(), std::ios::binary) << bytes;
  }
  static bool take_turn(Store& store, const std::string& worker, double score) {
    const auto leases = store.acquire({.worker = worker});
    if (leases.empty()) return false;
    const Lease& lease = leases.front();
    if (lease.member.state == MemberState::unborn)
      while (store.commit(StartMember{lease, contract::started(lease), store.population().starts})[0] ==
             CommitResult::conflict) {
      }
    const Turn turn = contract::trained(lease, score);
    return store.commit(FinishTurns{{{lease, turn, contract::after(turn)}}})[0] == CommitResult::committed;
  }

  ScratchFolder folder_;
  FakeClock clock_;
};

TEST_F(SqliteStore, JoinsAnExperimentThatIsThereAlready) {
  EXPECT_TRUE(create_experiment(file(), "story", "first", 2, clock_));
  EXPECT_FALSE(create_experiment(file(), "story", "second", 5, clock_));
  EXPECT_TRUE(create_experiment(file(), "another", "", 1, clock_));
  EXPECT_EQ(open()->status().specification, "first");
  EXPECT_EQ(open()->population().members.size(), 2U);
  EXPECT_THAT(experiments(file()), ElementsAre("another", "story"));
}

TEST_F(SqliteStore, IsMadeOnceWhenManyMakeItAtOnce) {
  constexpr int many = 8;
  for (int round = 0; round < 5; ++round) {
    const std::filesystem::path database = folder_.path() / std::to_string(round) / "pbt.db";
    std::latch all_ready(many);
    std::atomic<int> made = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < many; ++i)
        threads.emplace_back([&] {
          all_ready.arrive_and_wait();
          made += create_experiment(database, "story", "text", 3, clock_);
          EXPECT_EQ(open_sqlite_store(database, "story", Durability::process, clock_)->population().members.size(), 3U);
        });
    }
    EXPECT_EQ(made, 1);
    for (const auto& entry : std::filesystem::directory_iterator(database.parent_path()))
      EXPECT_THAT(entry.path().filename().string(), testing::StartsWith("pbt.db")) << "left over";
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(database.parent_path()), {}), 3)
        << "pbt.db, -wal and -shm";
  }
}

TEST_F(SqliteStore, NamesTheExperimentsThatThereAre) {
  create();
  EXPECT_THROW((void)open_sqlite_store(file(), "stori", Durability::power, clock_), StoreError);
  try {
    (void)open_sqlite_reader(file(), "stori");
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("\"stori\""), HasSubstr("there is: story")));
  }
}

TEST_F(SqliteStore, RefusesAFileThatIsNotThereAndMakesNone) {
  EXPECT_THAT(refusal(), HasSubstr("there is no such store"));
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SqliteStore, RefusesAFileThatIsNoDatabase) {
  write("name = \"lander\"\n" + std::string(5'000, '#'));
  EXPECT_THAT(refusal(), HasSubstr("not a database"));
}

TEST_F(SqliteStore, RefusesAFolder) {
  std::filesystem::create_directories(file());
  EXPECT_THAT(refusal(), HasSubstr("cannot be opened"));
}

TEST_F(SqliteStore, RefusesADatabaseOfAnotherProgram) {
  write("");
  sqlite::Connection(file(), sqlite::Open::create).script("CREATE TABLE photographs (name)");
  EXPECT_THAT(refusal(), HasSubstr("no store of pbt"));
}

TEST_F(SqliteStore, RefusesAStoreOfANewerVersion) {
  create();
  sqlite::Connection(file(), sqlite::Open::write).script("PRAGMA user_version = 99");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("newer pbt"), HasSubstr("99")));
}

TEST_F(SqliteStore, SaysThatADatabaseIsDamaged) {
  create();
  {
    const auto store = open();
    for (int i = 0; i < 200; ++i) take_turn(*store, "ann", i);
  }
  const auto size = std::filesystem::file_size(file());
  {
    std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(4096);
    bytes << std::string(size - 4096, '\xff');
  }
  EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

TEST_F(SqliteStore, SaysThatARowIsDamagedWhateverItHolds) {
  create();
  {
    const auto store = open();
    for (int i = 0; i < 4; ++i) take_turn(*store, "ann", i);
  }
  sqlite::Connection connection(file(), sqlite::Open::write);
  int copies = 0;
  for (const char* harm :
       {"UPDATE members SET state = 7 WHERE id = 1", "UPDATE members SET turns = 7 WHERE id = 1",
        "UPDATE members SET turns = -1 WHERE id = 1", "UPDATE members SET turns = 4294967297 WHERE id = 1",
        "UPDATE members SET standing_idx = 7 WHERE id = 1", "UPDATE members SET next_turn = NULL WHERE id = 1",
        "DELETE FROM members WHERE id = 0", "UPDATE turns SET to_step = from_step - 1 WHERE member = 1",
        "UPDATE turns SET idx = -idx WHERE member = 1", "UPDATE turns SET score = 9e999 WHERE member = 1",
        "UPDATE turns SET metrics = '[' || metrics WHERE member = 1",
        "UPDATE turns SET parent_idx = 0 WHERE member = 1",
        "UPDATE turns SET from_step = -9223372036854775807 WHERE member = 1", "UPDATE experiments SET state = 9",
        "UPDATE turns SET bytes = -1 WHERE member = 1", "UPDATE turns SET bytes = 9223372036854775807 WHERE member = 1",
        "DELETE FROM progress", "DELETE FROM decisions WHERE member = 1"}) {
    const std::filesystem::path copy = file().string() + std::to_string(++copies);
    connection.script("VACUUM INTO '" + copy.string() + "'");
    sqlite::Connection(copy, sqlite::Open::write).script(harm);
    const auto reader = open_sqlite_reader(copy, "story");
    const auto read = [&] {
      (void)reader->status();
      (void)reader->turns(0, 100);
      (void)reader->population(-1);
    };
    EXPECT_THROW(read(), StoreError) << harm;
  }
}

TEST_F(SqliteStore, RemembersLongRecordsAsTheyAre) {
  create();
  const auto store = open();
  for (int i = 0; i < 1100; ++i) ASSERT_TRUE(take_turn(*store, "ann", i));
  const auto reader = open_sqlite_reader(file(), "story");
  for (const RunReader* one :
       {static_cast<const RunReader*>(store.get()), static_cast<const RunReader*>(reader.get())}) {
    const std::vector<TurnPointer> turns = one->turns(0, 5000);
    ASSERT_EQ(turns.size(), 1100U);
    for (int i = 0; i < 1100; ++i) EXPECT_EQ(turns[static_cast<std::size_t>(i)]->score, i);
  }
}

TEST_F(SqliteStore, HoldsColumnsOfTheirOwnTypeAlone) {
  sqlite::Connection connection(file().parent_path().parent_path() / "loose.db", sqlite::Open::create);
  connection.script("CREATE TABLE loose (x); INSERT INTO loose VALUES (NULL), (1.5), ('text'), (x'00')");
  int integers = 0, texts = 0;
  for (auto query = connection.query("SELECT x FROM loose"); query.next();) {
    try {
      (void)query.integer(0);
      ++integers;
    } catch (const StoreError& error) {
      EXPECT_THAT(error.what(), HasSubstr("loose.db: damaged: a row holds no integer where one belongs"));
    }
    try {
      texts += query.text(0) == "text";
    } catch (const StoreError& error) {
      EXPECT_THAT(error.what(), HasSubstr("a row holds no text"));
    }
  }
  EXPECT_EQ(integers, 0);
  EXPECT_EQ(texts, 1);
}

TEST_F(SqliteStore, ReadsAStoreInAFolderThatCannotBeWritten) {
  namespace fs = std::filesystem;
  create();
  const fs::path folder = folder_.path() / "100% #1?";
  fs::rename(file().parent_path(), folder);
  fs::create_directory(folder / "alone");
  fs::copy_file(folder / "pbt.db", folder / "alone" / "pbt.db");
  fs::permissions(folder / "alone" / "pbt.db", fs::perms{0444});
  fs::permissions(folder / "alone", fs::perms{0555});
  fs::permissions(folder_.path(), fs::perms{0555});
  fs::permissions(folder, fs::perms{0555});
  fs::permissions(folder / "pbt.db", fs::perms{0444});
  const bool was_root = geteuid() == 0;  // to whom nothing is read-only
  if (was_root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  EXPECT_EQ(open_sqlite_reader(folder / "pbt.db", "story")->status().specification, "text");
  EXPECT_EQ(open_sqlite_reader(folder / "alone" / "pbt.db", "story")->status().specification, "text");
  EXPECT_THROW((void)open_sqlite_store(folder / "pbt.db", "story", Durability::process, clock_), StoreError);
  if (was_root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  fs::permissions(folder_.path(), fs::perms::owner_all);
  fs::permissions(folder, fs::perms::owner_all);
  fs::permissions(folder / "alone", fs::perms::owner_all);
}

TEST_F(SqliteStore, LeavesItsDatabaseWholeInOneFileWhenClosed) {
  create();
  {
    take_turn(*open(), "ann", 3);
  }
  std::filesystem::copy_file(file(), folder_.path() / "copy.db");
  EXPECT_EQ(open_sqlite_reader(folder_.path() / "copy.db", "story")->population().best->score, 3);
}

TEST_F(SqliteStore, IsReadWhileAnotherHoldsTheWriteLock) {
  create();
  const auto reader = open_sqlite_reader(file(), "story");
  sqlite::Connection other(file(), sqlite::Open::write);
  const sqlite::Transaction writing(other, sqlite::Transaction::Kind::write);
  other.execute("UPDATE experiments SET reason = 'half done'");
  EXPECT_EQ(reader->status().reason, "");
  EXPECT_EQ(open_sqlite_reader(file(), "story")->population().members.size(), 2U);
}

TEST_F(SqliteStore, WaitsForAnotherWriter) {
  create();
  const auto store = open();
  auto other = std::make_unique<sqlite::Connection>(file(), sqlite::Open::write);
  auto writing = std::make_unique<sqlite::Transaction>(*other, sqlite::Transaction::Kind::write);
  other->execute("UPDATE experiments SET reason = 'done'");
  std::latch about_to_wait(1);
  std::jthread waiter([&] {
    about_to_wait.count_down();
    store->control(SetState{RunState::paused, "after"});
  });
  about_to_wait.wait();
  writing->commit();
  waiter.join();
  EXPECT_EQ(store->status().reason, "after");
}

TEST_F(SqliteStore, KeepsCountWhenSeveralThreadsShareOneStore) {
  create(4);
  const auto store = open();
  {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 4; ++worker)
      workers.emplace_back([&, worker] {
        for (int done = 0; done < 25;) done += take_turn(*store, "w" + std::to_string(worker), done);
      });
  }
  const Population population = store->population(-1);
  EXPECT_EQ(population.history.size(), 100U);
  EXPECT_EQ(population.steps_done(), 1'000);
  EXPECT_EQ(population.starts, 4);
}

/// Starts a process that takes turns until it is killed.
pid_t fork_worker(const std::filesystem::path& file, const std::string& name, const Clock& clock,
                  bool (*turn)(Store&, const std::string&, double)) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    const auto store = open_sqlite_store(file, "story", Durability::process, clock);
    for (int i = 0;; ++i) (void)turn(*store, name, i);
  } catch (const std::exception&) {
    _exit(1);
  }
}

TEST_F(SqliteStore, StaysWholeWhenProcessesAreKilledWhileTheyCommit) {
  create(3);
  std::int64_t sequence = 0;
  for (int round = 0; round < 5; ++round) {
    const pid_t ann = fork_worker(file(), "ann", clock_, take_turn);
    const pid_t bob = fork_worker(file(), "bob", clock_, take_turn);
    const auto reader = open_sqlite_reader(file(), "story");
    while (reader->population().sequence < sequence + 50) {
      ASSERT_EQ(waitpid(ann, nullptr, WNOHANG), 0) << "the worker ended by itself";
    }
    kill(ann, SIGKILL);
    kill(bob, SIGKILL);
    waitpid(ann, nullptr, 0);
    waitpid(bob, nullptr, 0);

    clock_.advance(2 * contract::minute);  // whatever they held
    const auto store = open();
    const Population now = store->population(-1);
    sequence = now.sequence;
    Population replayed = unborn_population(3);
    replayed.history = now.history;
    const auto decisions = store->decisions(0, 1'000'000);
    auto next = decisions.begin();
    const auto find = [&](TurnKey key) { return store->turn(key); };
    for (const TurnPointer& turn : now.history) {
      for (; next != decisions.end() && next->sequence < turn->sequence; ++next)
        apply(replayed, std::make_shared<const Decision>(*next), find);
      apply(replayed, turn);
    }
    for (; next != decisions.end(); ++next) apply(replayed, std::make_shared<const Decision>(*next), find);
    EXPECT_EQ(contract::describe(replayed, false), contract::describe(now, false));
    EXPECT_EQ(now.history.size() + decisions.size(), static_cast<std::size_t>(sequence));
    sqlite::Connection check(file(), sqlite::Open::read);
    auto integrity = check.query("PRAGMA integrity_check");
    ASSERT_TRUE(integrity.next());
    EXPECT_EQ(integrity.text(0), "ok");
  }
}

}  // namespace
}  // namespace pbt
