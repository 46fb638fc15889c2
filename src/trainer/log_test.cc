#include "trainer/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/trainer_fixture.h"
#include "trainer/test_programs.h"

namespace pbt {
namespace {

void print(const LogPump& pump, const std::string& text) {
  ASSERT_EQ(::write(pump.input(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

TEST(Log, PutsWhatCameBeforeASwitchIntoTheOldLog) {
  const ScratchFolder folder;
  {
    LogPump pump(folder.path() / "logs" / "first");
    print(pump, "one\n");
    pump.switch_to(folder.path() / "logs" / "second");
    print(pump, "two\nthree\n");
    EXPECT_EQ(pump.tail(), "two\nthree");
    pump.switch_to(folder.path() / "logs" / "first");
    EXPECT_EQ(pump.tail(), "");
    print(pump, "four\n");
  }
  EXPECT_EQ(content_of(folder.path() / "logs" / "first"), "one\nfour\n");
  EXPECT_EQ(content_of(folder.path() / "logs" / "second"), "two\nthree\n");
}

TEST(Log, GivesTheLastFortyLinesAsPrintableText) {
  const ScratchFolder folder;
  const auto path = folder.path() / "log";
  EXPECT_EQ(log_tail(path, 0), "");
  std::string expected;
  {
    std::ofstream log(path);
    for (int i = 0; i < 100; ++i) log << "line " << i << '\n';
    log << '\xff' << '\n';
  }
  for (int i = 61; i < 100; ++i) expected += "line " + std::to_string(i) + '\n';
  EXPECT_EQ(log_tail(path, 0), expected + "?");
  EXPECT_EQ(log_tail(path, log_end(path) - 10), "line 99\n?");
}

TEST(Log, CutsAVeryLongLine) {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "log") << std::string(100'000, 'x');
  EXPECT_EQ(log_tail(folder.path() / "log", 0), std::string(8192, 'x'));
}

}  // namespace
}  // namespace pbt
