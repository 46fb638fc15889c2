#include "store/sqlite_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

#include "tests/support/scratch_folder.h"

namespace pbt::sqlite {
namespace {

using testing::HasSubstr;

/// Three versions, as if two migrations had been written since the first.
constexpr std::array<const char*, 3> three = {
    "CREATE TABLE pets (name TEXT NOT NULL) STRICT; INSERT INTO pets VALUES ('ada'), ('bob');",
    "ALTER TABLE pets ADD COLUMN legs INTEGER NOT NULL DEFAULT 4;",
    "CREATE TABLE owners (pet TEXT NOT NULL) STRICT; INSERT INTO owners SELECT name FROM pets;",
};

class SqliteSchema : public testing::Test {
 protected:
  static std::int64_t number(Connection& connection, std::string_view sql) {
    auto query = connection.query(sql);
    return query.next() ? query.integer(0) : -1;
  }
  [[nodiscard]] std::int64_t version() const {
    Connection connection(file_, Open::read);
    return number(connection, "PRAGMA user_version");
  }
  ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "pbt.db";
};

TEST_F(SqliteSchema, IsBroughtUpFromEveryOlderVersion) {
  for (std::size_t old = 1; old <= three.size(); ++old) {
    file_ = folder_.path() / std::to_string(old);
    create_database(file_, Schema(three).first(old));
    EXPECT_EQ(version(), static_cast<std::int64_t>(old));
    const auto connection = open_database(file_, Open::write, three);
    EXPECT_EQ(version(), 3);
    EXPECT_EQ(number(*connection, "SELECT sum(legs) FROM pets, owners ON pet = name"), 8);
  }
}

TEST_F(SqliteSchema, StaysAtTheOldVersionWholeWhenAMigrationFails) {
  create_database(file_, Schema(three).first(1));
  const std::array<const char*, 3> wrong = {three[0], three[1], "INSERT INTO owners SELECT name FROM pets"};
  EXPECT_THROW((void)open_database(file_, Open::write, wrong), StoreError);
  EXPECT_EQ(version(), 1);
  EXPECT_EQ(open_database(file_, Open::write, three)->execute("UPDATE pets SET legs = 3"), 2);
}

TEST_F(SqliteSchema, IsNotBroughtUpByAReaderWhichSaysWhoDoes) {
  create_database(file_, Schema(three).first(2));
  try {
    (void)open_database(file_, Open::read, three);
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), HasSubstr("older pbt (schema 2, this one reads 3)"));
  }
  EXPECT_EQ(version(), 2);
}

// Who looked at the version before a newer pbt brought it up must not set it back.
TEST_F(SqliteSchema, IsNeverSetBack) {
  create_database(file_, three);
  Connection connection(file_, Open::write);
  EXPECT_THROW(upgrade(connection, Schema(three).first(2)), StoreError);
  EXPECT_EQ(version(), 3);
}

TEST_F(SqliteSchema, IsBroughtUpOnceWhenManyDoSoAtOnce) {
  create_database(file_, Schema(three).first(1));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { (void)open_database(file_, Open::write, three); });
  }
  EXPECT_EQ(version(), 3);
  Connection connection(file_, Open::read);
  EXPECT_EQ(number(connection, "SELECT count(*) FROM owners"), 2);
}

TEST_F(SqliteSchema, RemovesWhatMakersLeftThatDied) {
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  ASSERT_EQ(waitpid(dead, nullptr, 0), dead);
  const std::string left = file_.string() + ".new-" + std::to_string(dead) + "-1";
  const std::string alive = file_.string() + ".new-" + std::to_string(getppid()) + "-1";
  for (const std::string& name : {left, left + "-wal", alive}) std::ofstream(name) << "half a store";
  const std::string making = file_.string() + ".new-";
  const std::vector<std::string> others = {making, making + "mine", making + "0-1"};
  for (const std::string& name : others) std::ofstream(name) << "not ours";
  create_database(file_);
  for (const std::string& name : others) EXPECT_TRUE(std::filesystem::exists(name)) << name;
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_FALSE(std::filesystem::exists(left + "-wal"));
  EXPECT_TRUE(std::filesystem::exists(alive));
}

TEST_F(SqliteSchema, SaysThatItsFolderCannotBeMade) {
  std::ofstream(folder_.path() / "file") << "no folder";
  try {
    create_database(folder_.path() / "file/runs/pbt.db");
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), HasSubstr("its folder cannot be made"));
  }
}

}  // namespace
}  // namespace pbt::sqlite
