#include "trainer/left_over.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/contract/trainer_fixture.h"
#include "trainer/guard.h"
#include "trainer/log.h"
#include "trainer/process.h"
#include "trainer/process_table.h"
#include "trainer/test_programs.h"

namespace pbt {
namespace {

class LeftOverTest : public testing::Test {
 protected:
  LeftOverTest() { ::setenv("TMPDIR", folder_.path().c_str(), 1); }
  ~LeftOverTest() override { ::unsetenv("TMPDIR"); }

  // Runs `body` in a process of its own, which then waits to be killed.
  template <class Body>
  static pid_t start_process(const Body& body) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    body();
    while (true) ::pause();
  }
  static void kill_and_reap(pid_t pid) {
    ::kill(pid, SIGKILL);
    ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  ScratchFolder folder_;
};

TEST_F(LeftOverTest, TellsADeadProcessOfThisMachineFromALiveOne) {
  const std::string mine = process_name();
  EXPECT_FALSE(is_dead_here(mine + "-0"));
  EXPECT_FALSE(is_dead_here("elsewhere.0000-1-0"));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const std::string gone = mine.substr(0, mine.rfind('-')) + "-" + std::to_string(child) + "-0";
  EXPECT_TRUE(is_dead_here(gone));
}

TEST_F(LeftOverTest, RemovesTheFoldersOfTheDeadAlone) {
  ASSERT_EQ(::mkfifo(path("made").c_str(), 0600), 0);
  const std::filesystem::path mine = make_temporary_folder();
  const pid_t child =
      start_process([&] { std::ofstream(path("made")) << make_temporary_folder().string() << std::endl; });
  std::string of_child;
  std::ifstream(path("made")) >> of_child;
  std::ofstream(of_child + "/result.json") << "{}";
  remove_left_over();
  EXPECT_TRUE(std::filesystem::exists(of_child));
  kill_and_reap(child);
  remove_left_over();
  EXPECT_FALSE(std::filesystem::exists(of_child));
  EXPECT_TRUE(std::filesystem::exists(mine));
}

class OrphanTest : public LeftOverTest, public testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(Guard, OrphanTest, testing::Bool(),
                         [](const auto& form) { return form.param ? "killed" : "stopped"; });

TEST_P(OrphanTest, IsKilledWhenTheGuardIsNotThereToDoItAfterPbtWasKilled) {
  ASSERT_EQ(::mkfifo(path("id").c_str(), 0600), 0);
  const pid_t starter = start_process([&] {
    const Descriptor log = open_log(folder_.path() / "log");
    const std::string script = "setsid sh -c 'echo $$ > id; exec sleep 1000' & exec sleep 1000";
    const Process process =
        Process::start({{"/bin/sh", "-c", script}, {}, folder_.path().string()}, log.get(), log.get());
    while (true) ::pause();
  });
  pid_t orphan = 0;
  std::ifstream(path("id")) >> orphan;
  const Descriptor watched = open_process(orphan);
  ASSERT_TRUE(watched.open());
  pollfd ended{watched.get(), POLLIN, 0};
  remove_left_over();
  EXPECT_EQ(::poll(&ended, 1, 0), 0) << "it was killed although its pbt lives";

  std::vector<pid_t> guards = descendants_of(starter);
  std::erase_if(guards, [](pid_t pid) { return !is_guard(pid); });
  ASSERT_EQ(guards.size(), 1U);
  ::kill(guards.front(), SIGSTOP);  // or it would do its work when pbt is killed
  kill_and_reap(starter);
  if (GetParam()) {
    ::kill(guards.front(), SIGKILL);
    while (is_guard(guards.front())) continue;
  }
  remove_left_over();
  EXPECT_EQ(::poll(&ended, 1, 60'000), 1);
}

}  // namespace
}  // namespace pbt
