#include "rl/python_interpreter.h"

#include <signal.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "rl/python_environments_test.h"
#include "tests/support/scratch_folder.h"

namespace pbt::rl {
namespace {

using ::testing::AllOf;
using ::testing::ExitedWithCode;
using ::testing::HasSubstr;

class PythonInterpreter : public PythonPackages {
 protected:
  void SetUp() override {
    PythonPackages::SetUp();
    GTEST_FLAG_SET(death_test_style, "threadsafe");  // what runs an interpreter of its own runs in a process of its own
  }

  /// What is said where `python` cannot run a CartPole; empty where it can.
  static std::string refusal_by(const std::string& python) {
    EnvironmentOptions options;
    options.name = "gymnasium:CartPole-v1";
    options.python = python;
    try {
      const auto environments = make_python_environments(options, 1, 1, Purpose::training);
      return "";
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
  }

  [[noreturn]] static void exit_with(const std::string& said) {
    std::fprintf(stderr, "%s\n", said.c_str());
    std::exit(said.empty() ? 0 : 1);
  }

  /// A virtual environment without packages; its interpreter.
  std::string bare_environment() const {
    const std::string command = PBT_TEST_PYTHON " -m venv --without-pip '" + folder_.path().string() + "'";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return (folder_.path() / "bin" / "python").string();
  }

  ScratchFolder folder_;
};

TEST_F(PythonInterpreter, APathThatIsNoInterpreterIsRefused) {
  EXPECT_THAT(refusal_by("/nowhere/python"),
              AllOf(HasSubstr("\"/nowhere/python\" does not run as a Python interpreter"), HasSubstr("No such file"),
                    HasSubstr("-m venv ENVIRONMENT")));
  EXPECT_THAT(refusal_by("/bin/true"), HasSubstr("does not run as a Python interpreter"));
}

TEST_F(PythonInterpreter, AnotherVersionThanTheOneBuiltInIsRefused) {
  const std::filesystem::path python = folder_.path() / "it's python3.8";
  std::ofstream(python) << "#!/bin/sh\necho 3.8\necho /usr/bin/python3.8\n";
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  EXPECT_THAT(refusal_by(python.string()),
              AllOf(HasSubstr("\"/usr/bin/python3.8\" is Python 3.8, and this program has Python 3."),
                    HasSubstr("-m venv ENVIRONMENT")));
}

TEST_F(PythonInterpreter, AnAbsentPackageIsNamedWithTheCommandThatInstallsIt) {
  const std::string python = bare_environment();
  EXPECT_EXIT(
      exit_with(refusal_by(python)), ExitedWithCode(1),
      "gymnasium:CartPole-v1: [^ ]*/bin/python has no Python package 'gymnasium'; install it with `[^ ]*/bin/python -m "
      "pip install gymnasium`");
}

TEST_F(PythonInterpreter, WithoutANameItIsThatOfTheActiveVirtualEnvironment) {
  bare_environment();
  const auto with_active = [this] {
    setenv("VIRTUAL_ENV", folder_.path().c_str(), /*overwrite=*/1);
    exit_with(refusal_by(""));
  };
  EXPECT_EXIT(with_active(), ExitedWithCode(1), "/pbt-test-[^ ]*/bin/python has no Python package 'gymnasium'");
}

TEST_F(PythonInterpreter, ASecondOneInAProcessIsRefused) {
  start_python(PBT_TEST_PYTHON);
  start_python(PBT_TEST_PYTHON);
  EXPECT_THAT(refusal_by(bare_environment()), HasSubstr("this process runs \"" PBT_TEST_PYTHON "\" already"));
}

TEST_F(PythonInterpreter, LeavesSignalsAlone) {
  start_python(PBT_TEST_PYTHON);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE}) {
    struct sigaction action{};
    sigaction(number, nullptr, &action);
    EXPECT_EQ(action.sa_handler, SIG_DFL) << number;
  }
}

TEST_F(PythonInterpreter, ThreadsPlaySideBySideAsEachDoesAlone) {
  const std::vector<std::string> names = {"gymnasium:CartPole-v1", "atari:MsPacman", "gymnasium:CartPole-v1"};
  std::vector<Trajectory> alone, together(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) alone.push_back(play(*make(names[i], 2, i), 80));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < names.size(); ++i)
    threads.emplace_back([&, i] { together[i] = play(*make(names[i], 2, i), 80); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(together, alone);
}

}  // namespace
}  // namespace pbt::rl
