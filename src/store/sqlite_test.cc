#include "store/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/contract/stores.h"

namespace pbt::sqlite {
namespace {

using contract::TemporaryFolder;

TEST(Sqlite, ReadsBackWhatWasBound) {
  const TemporaryFolder folder;
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
  const TemporaryFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  connection.script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  constexpr std::string_view sql = "SELECT a FROM t ORDER BY a";
  std::vector<std::int64_t> seen;
  for (auto outer = connection.query(sql); outer.next();)
    for (auto inner = connection.query(sql); inner.next();) seen.push_back(10 * outer.integer(0) + inner.integer(0));
  EXPECT_THAT(seen, testing::ElementsAre(11, 12, 21, 22));
}

TEST(Sqlite, RollsBackWhatIsNotCommitted) {
  const TemporaryFolder folder;
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
  const TemporaryFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  try {
    connection.execute("INSERT INTO nowhere VALUES (1)");
    FAIL() << "expected a StoreError";
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("a.db"), testing::HasSubstr("no such table: nowhere"),
                                             testing::HasSubstr("INSERT INTO nowhere")));
  }
}

TEST(Sqlite, SaysThatThereIsNoMemory) {
  const TemporaryFolder folder;
  Connection connection(folder.path() / "a.db", Open::create);
  sqlite3_hard_heap_limit64(sqlite3_memory_used() + 100'000);
  std::string said;
  try {
    connection.execute("SELECT zeroblob(1000000)");
  } catch (const StoreError& error) {
    said = error.what();
  }
  sqlite3_hard_heap_limit64(0);
  EXPECT_THAT(said, testing::HasSubstr("no memory left"));
}

TEST(Sqlite, WritesNothingThroughAReader) {
  const TemporaryFolder folder;
  {
    Connection(folder.path() / "a.db", Open::create).script("CREATE TABLE t (a)");
  }
  Connection reader(folder.path() / "a.db", Open::read);
  EXPECT_THROW(reader.execute("INSERT INTO t VALUES (1)"), StoreError);
}

}  // namespace
}  // namespace pbt::sqlite
