#include "serve/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pbt::serve {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Targets, AreDecodedIntoPathAndQuery) {
  const auto request = parse_target("/api/v1/experiments/a%20b/turns?first=7&name=x+y%26z&first=8");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/api/v1/experiments/a b/turns");
  EXPECT_THAT(request->query, ElementsAre(Pair("first", "8"), Pair("name", "x y&z")));
}

TEST(Targets, ThatCannotBeReadAreNothing) {
  for (const char* target : {"", "x", "*", "http://evil.example/", "/%", "/%4", "/%zz", "/%00", "/?a=%0", "/?a=%00"})
    EXPECT_FALSE(parse_target(target)) << target;
}

TEST(Targets, MayHaveAnEmptyQuery) {
  EXPECT_TRUE(parse_target("/?"));
  EXPECT_TRUE(parse_target("/?&&=1")->query.empty());
}

TEST(Events, AreFramedByLines) {
  EXPECT_EQ(to_wire({"12", "turns", "{}"}), "id: 12\nevent: turns\ndata: {}\n\n");
  EXPECT_EQ(to_wire({"", "status", "{}"}), "event: status\ndata: {}\n\n");
}

}  // namespace
}  // namespace pbt::serve
