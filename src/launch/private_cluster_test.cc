#include "launch/private_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "pbt/error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt {
namespace {

using testing::HasSubstr;

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(PrivateService, TellsLibpqWhereTheServerIs) {
  const ScratchFolder folder;
  write_private_service(folder.path(), "node17", 40123);
  EXPECT_EQ(content(folder.path() / "service"), "[pbt]\nhost=node17\nport=40123\nuser=pbt\ndbname=postgres\npassfile=" +
                                                    (folder.path() / "password").string() + "\n");
}

TEST(PrivateService, ForgetsTheMarkOfAnotherMachineAlone) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder.path() / "data");
  const auto mark = folder.path() / "data" / "postmaster.pid";
  std::ofstream(mark) << "4711\n";
  write_private_service(folder.path(), "node17", 40123);
  remove_foreign_mark(folder.path(), "node17");
  EXPECT_TRUE(std::filesystem::exists(mark));
  remove_foreign_mark(folder.path(), "node1");
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST(PostgresProgram, SaysWhatToInstallWhereThereIsNone) {
  EXPECT_THAT(what_is_said<Error>([] { (void)postgres_program("no-such-program"); }),
              HasSubstr("load the module of PostgreSQL, or install it"));
}

}  // namespace
}  // namespace pbt
