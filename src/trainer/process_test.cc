#include "trainer/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <optional>

#include "pbt/error.h"
#include "tests/contract/trainer_fixture.h"
#include "trainer/log.h"
#include "trainer/process_table.h"
#include "trainer/test_programs.h"

namespace pbt {
namespace {

using namespace std::chrono_literals;

constexpr auto long_enough = 60s;  // for what takes milliseconds, on a busy machine

class ProcessTest : public testing::Test {
 protected:
  Process start(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {}) {
    const Descriptor log = open_log(log_path());
    return Process::start({std::move(arguments), std::move(environment), folder_.path().string()}, log.get(),
                          log.get());
  }
  Process shell(const std::string& script) { return start({"/bin/sh", "-c", script}); }
  std::filesystem::path log_path() const { return folder_.path() / "log"; }
  std::string output() const { return content_of(log_path()); }

  /// Processes say their ids through a FIFO, so that a test waits for them and not for a time.
  void make_fifo() const { ASSERT_EQ(::mkfifo((folder_.path() / "ids").c_str(), 0600), 0); }
  pid_t read_id() const {
    std::ifstream fifo(folder_.path() / "ids");
    pid_t pid = 0;
    fifo >> pid;
    return pid;
  }
  static bool ends(const Descriptor& pidfd, std::chrono::milliseconds limit) {
    pollfd waits{pidfd.get(), POLLIN, 0};
    return ::poll(&waits, 1, static_cast<int>(limit.count())) == 1;
  }

  ScratchFolder folder_;
};

// Leaves the session, and says the id of what stays.
constexpr const char* daemonise = "setsid sh -c 'echo $$ > ids; exec sleep 1000' & ";

TEST_F(ProcessTest, PassesArgumentsUntouchedAndAddsToTheEnvironment) {
  Process process = start({"/bin/sh", "-c", "echo \"$1|$TOY_WORD|$(pwd)\"; echo err >&2", "sh", "a b $HOME *"},
                          {{"TOY_WORD", "two words"}});
  EXPECT_EQ(process.wait(long_enough)->status, 0);
  EXPECT_EQ(output(), "a b $HOME *|two words|" + folder_.path().string() + "\nerr\n");
}

TEST_F(ProcessTest, GivesTheCommandsExitStatusOrSignal) {
  EXPECT_EQ(to_string(*shell("exit 3").wait(long_enough)), "exit status 3");
  EXPECT_EQ(to_string(*shell("kill -SEGV $$").wait(long_enough)), "SIGSEGV (exit status 139)");
}

TEST_F(ProcessTest, LeavesOnlyTheStandardDescriptorsOpen) {
  // Not the last command, or the shell would become `ls`, which opens a folder.
  Process process = shell("ls /proc/$$/fd; true");
  ASSERT_TRUE(process.wait(long_enough));
  EXPECT_EQ(output(), "0\n1\n2\n");
}

TEST_F(ProcessTest, SaysWhatIsWrongWithAProgramThatCannotStart) {
  const auto message = [&](const std::string& program) -> std::string {
    try {
      start({program});
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  };
  EXPECT_THAT(message("./absent"), testing::HasSubstr("/absent does not exist"));
  std::ofstream(folder_.path() / "text") << "not a program";
  EXPECT_THAT(message("./text"), testing::HasSubstr("is not executable: chmod +x it"));
  EXPECT_THAT(message("no-such-program-at-all"), testing::HasSubstr("no program \"no-such-program-at-all\" on PATH"));
  EXPECT_THROW((void)Process::start({{"true"}, {}, "/no/such/folder"}, 1, 2), Error);
}

TEST_F(ProcessTest, KillsWhatLeftTheSessionTogetherWithTheCommand) {
  make_fifo();
  Process process = shell(std::string(daemonise) + "exec sleep 1000");
  const Descriptor daemon = open_process(read_id());
  ASSERT_TRUE(daemon.open());
  EXPECT_FALSE(ends(daemon, 0ms));
  EXPECT_EQ(process.kill_whole().status, 137);
  EXPECT_TRUE(ends(daemon, 0ms));
}

TEST_F(ProcessTest, KillsWhatTheCommandLeavesBehind) {
  make_fifo();
  // The command waits for a byte, so that the daemon is seen before it ends.
  ASSERT_EQ(::mkfifo((folder_.path() / "go").c_str(), 0600), 0);
  Process process = shell(std::string(daemonise) + "read word < go; exit 5");
  const Descriptor daemon = open_process(read_id());
  ASSERT_TRUE(daemon.open());
  std::ofstream(folder_.path() / "go") << "go\n";
  EXPECT_EQ(process.wait(long_enough)->status, 5);
  EXPECT_TRUE(ends(daemon, 0ms));
}

TEST_F(ProcessTest, EndsEverythingWhenTheProcessThatStartedItIsKilled) {
  make_fifo();
  const pid_t starter = ::fork();
  if (starter == 0) {
    const Process process = shell(std::string(daemonise) + "exec sleep 1000");
    while (true) ::pause();
  }
  const Descriptor daemon = open_process(read_id());
  ASSERT_TRUE(daemon.open());
  ::kill(starter, SIGKILL);
  ::waitpid(starter, nullptr, 0);
  EXPECT_TRUE(ends(daemon, long_enough));
  // Where this process is a subreaper, the guard has come to it.
  while (::waitpid(-1, nullptr, 0) > 0) continue;
}

TEST_F(ProcessTest, FindsWhatAKilledGuardLeavesBehind) {
  make_fifo();
  Process process = shell(std::string(daemonise) + "exec sleep 1000");
  const pid_t daemon_id = read_id();
  const Descriptor daemon = open_process(daemon_id);
  ASSERT_TRUE(daemon.open());
  for (const pid_t child : descendants_of(::getpid())) {
    if (content_of("/proc/" + std::to_string(child) + "/cmdline").find("--lifeline") != std::string::npos)
      ::kill(child, SIGKILL);
  }
  const auto ended = process.wait(long_enough);
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->guard_killed);
  EXPECT_TRUE(ends(daemon, 0ms));
  EXPECT_THAT(descendants_of(::getpid()), testing::IsEmpty());
}

TEST_F(ProcessTest, IsLeftAloneByAGuardThatASchedulerAsksToEnd) {
  make_fifo();
  Process process = shell("trap 'echo saved; exit 0' TERM; echo $$ > ids; while true; do sleep 1000 & wait; done");
  const pid_t command = read_id();
  for (const pid_t child : descendants_of(::getpid())) {
    if (content_of("/proc/" + std::to_string(child) + "/cmdline").find("--lifeline") != std::string::npos)
      ::kill(child, SIGTERM);
  }
  ::kill(command, SIGTERM);
  EXPECT_EQ(process.wait(long_enough)->status, 0);
  EXPECT_EQ(output(), "saved\n");
}

TEST_F(ProcessTest, AsksTheCommandToEndByItself) {
  make_fifo();
  Process process = shell("trap 'echo saved; exit 0' TERM; echo $$ > ids; while true; do sleep 1000 & wait; done");
  ASSERT_GT(read_id(), 0);
  process.terminate();
  EXPECT_EQ(process.wait(long_enough)->status, 0);
  EXPECT_EQ(output(), "saved\n");
}

TEST_F(ProcessTest, LeavesNoZombiesNorDescendants) {
  make_fifo();
  Process process = shell(std::string(daemonise) + "exec sleep 1000");
  ASSERT_GT(read_id(), 0);
  process.kill_whole();
  EXPECT_THAT(descendants_of(::getpid()), testing::IsEmpty());
}

}  // namespace
}  // namespace pbt
