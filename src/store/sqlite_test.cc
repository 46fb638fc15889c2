#include "store/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt::sqlite {
namespace {

TEST(Sqlite, ReadsBackWhatWasBound) {
  const ScratchFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  connection.script("CREATE TABLE t (a, b, c, d, e)");
  EXPECT_EQ(connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", std::int64_t{1} << 40, 0.1,
                               std::string("x\0y", 3), std::string(), std::optional<int>()),
            1);
  auto row = connection.query("SELECT * FROM t");
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.integer(0), std::int64_t{1} << 40);
  EXPECT_EQ(row.real(1), 0.1);
  EXPECT_EQ(row.text(2), std::string("x\0y", 3));
  EXPECT_FALSE(row.is_null(3));
  EXPECT_TRUE(row.is_null(4));
  EXPECT_FALSE(row.next());
}

TEST(Sqlite, RunsOneStatementInsideItself) {
  const ScratchFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  connection.script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  constexpr std::string_view sql = "SELECT a FROM t ORDER BY a";
  std::vector<std::int64_t> seen;
  for (auto outer = connection.query(sql); outer.next();)
    for (auto inner = connection.query(sql); inner.next();) seen.push_back(10 * outer.integer(0) + inner.integer(0));
  EXPECT_THAT(seen, testing::ElementsAre(11, 12, 21, 22));
}

TEST(Sqlite, RollsBackWhatIsNotCommitted) {
  const ScratchFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  connection.script("CREATE TABLE t (a)");
  {
    const Transaction transaction(connection, Transaction::Kind::write);
    connection.execute("INSERT INTO t VALUES (1)");
  }
  auto row = connection.query("SELECT count(*) FROM t");
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.integer(0), 0);
}

TEST(Sqlite, SaysWhereAStatementFailed) {
  const ScratchFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  EXPECT_THAT(what_is_said<StoreError>([&] { connection.execute("INSERT INTO nowhere VALUES (1)"); }),
              testing::AllOf(testing::HasSubstr("a.db"), testing::HasSubstr("no such table: nowhere"),
                             testing::HasSubstr("INSERT INTO nowhere")));
}

TEST(Sqlite, SaysThatThereIsNoMemory) {
  const ScratchFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  sqlite3_hard_heap_limit64(sqlite3_memory_used() + 100'000);
  const std::string said = what_is_said<StoreError>([&] { connection.execute("SELECT zeroblob(1000000)"); });
  sqlite3_hard_heap_limit64(0);
  EXPECT_THAT(said, testing::HasSubstr("no memory left"));
}

TEST(Sqlite, SaysWhatToDoAboutWhatWentWrong) {
  const ScratchFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  connection.script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); PRAGMA max_page_count = 4");
  EXPECT_THAT(what_is_said<StoreError>([&] { connection.execute("INSERT INTO t VALUES (zeroblob(100000))"); }),
              testing::HasSubstr("disk full: make room"));
  EXPECT_THAT(what_is_said<StoreError>([&] { connection.execute("SELECT 1", std::int64_t{3}); }),
              testing::HasSubstr("please report it"));
  EXPECT_THAT(what_is_said<StoreError>([&] { Connection(folder.path() / "absent/b.db", Open::create); }),
              testing::HasSubstr("cannot be opened: check"));
  auto reading = connection.query("SELECT a FROM t");
  ASSERT_TRUE(reading.next());
  EXPECT_THAT(what_is_said<StoreError>([&] { connection.execute("DROP TABLE t"); }),
              testing::HasSubstr("locked by another program"));
}

TEST(Sqlite, WritesNothingOntoASnapshotThatAnotherHasChanged) {
  const ScratchFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  connection.script("PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
  Connection other(folder.path() / "a.db", Open::write);
  const Transaction snapshot(connection, Transaction::Kind::read);
  EXPECT_TRUE(connection.query("SELECT count(*) FROM t").next());
  EXPECT_EQ(other.execute("INSERT INTO t VALUES (1)"), 1);
  EXPECT_THAT(what_is_said<StoreError>([&] { connection.execute("INSERT INTO t VALUES (2)"); }),
              testing::HasSubstr("locked by another"));
}

TEST(Sqlite, ExecutesWhatReturnsRowsToItsEnd) {
  const ScratchFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  connection.script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  connection.execute("UPDATE t SET a = a + 1 RETURNING a");
  auto row = connection.query("SELECT sum(a) FROM t");
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.integer(0), 5);
}

TEST(Sqlite, WritesNothingThroughAReader) {
  const ScratchFolder folder;
  {
    Connection(folder.path() / "a.db", Open::create).script("CREATE TABLE t (a)");
  }
  Connection reader(folder.path() / "a.db", Open::read);
  EXPECT_THROW(reader.execute("INSERT INTO t VALUES (1)"), StoreError);
}

}  // namespace
}  // namespace pbt::sqlite
