#include "cli/experiment_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pbt/error.h"
#include "pbt/random.h"

namespace pbt {
namespace {

using testing::ElementsAre;

constexpr const char* kLander = R"(
name       = "lander"
population = 16
steps      = 1_000_000
interval   = 20_000
seed       = 7
synchronous = true
constraints = ["minibatch <= batch"]

[objective]
metric = "episode_return"
mode   = "min"

[trainer]
command = ["build/trainers/rl", "--fast"]
kind = "session"
directory = "sub"
environment = { OMP_NUM_THREADS = "1" }
hello_timeout = "2m"
turn_timeout = 600

[hyperparameters]
learning_rate = { low = 1e-5, high = 1e-2, scale = "log", factors = [0.5, 2] }
unroll        = { low = 5, high = 50, type = "int" }
discount      = { low = 0.9, high = 0.9999, scale = "one_minus_log", resample_probability = 0.1 }
batch         = { values = [32, 64, 128], ordered = true }
minibatch     = { values = [16, 32] }
activation    = { values = ["relu", "tanh"], structural = true }
slope         = { low = 0, high = 1, when = { activation = "relu" } }
momentum      = 0.9
"dotted.name" = true

[hyperparameters.optimizer]
epsilon = { low = 1e-8, high = 1e-4, scale = "log" }
nested.beta = { value = 0.99 }

[algorithm]
type    = "pbt"
burn_in = 40_000
exploit = { strategy = "truncation", fraction = 0.25 }
explore = "resample"

[budget]
total_steps = 10_000_000
wall_clock = "1h30m"
target = 200

[failures]
max_failures = 5
backoff = "2s"

[checkpoints]
durability = "process"
keep_last = 3
quota = "10 GB"
quota_files = 20000

[workers]
count = 4
lease = "90s"
threads_per_worker = 2
gpus = [0, "1"]
workers_per_gpu = 2
environment = { A = "b" }

[log]
tensorboard = true

[[initial]]
learning_rate = 1e-3
optimizer.epsilon = 1e-5

[[initial]]
batch = 64.0
checkpoint = "pretrained"
)";

TEST(ExperimentFile, IsReadWhole) {
  const Experiment e = read_experiment(kLander, "lander.toml", "/home/ada");
  EXPECT_EQ(e.name, "lander");
  EXPECT_EQ(e.population, 16);
  EXPECT_EQ(e.budget.steps, 1'000'000);
  EXPECT_EQ(e.interval, 20'000);
  EXPECT_EQ(e.seed, 7u);
  EXPECT_TRUE(e.synchronous);
  EXPECT_EQ(e.objective.metric, "episode_return");
  EXPECT_EQ(e.objective.mode, Mode::minimize);
  EXPECT_EQ(e.budget.total_steps, 10'000'000);
  EXPECT_EQ(e.budget.wall_clock_s, 5400);
  EXPECT_EQ(e.budget.target, 200.0);
  EXPECT_EQ(e.failures.max_failures, 5);
  EXPECT_EQ(e.failures.backoff_s, 2);
  EXPECT_EQ(e.checkpoints.durability, Durability::process);
  EXPECT_EQ(e.checkpoints.keep_last, 3);
  EXPECT_EQ(e.checkpoints.quota_bytes, 10'000'000'000u);
  EXPECT_EQ(e.checkpoints.quota_files, 20'000);
  EXPECT_TRUE(e.log.tensorboard);
  ASSERT_EQ(e.space.constraints.size(), 1u);
  EXPECT_EQ(e.space.constraints[0].text(), "minibatch <= batch");
}

TEST(ExperimentFile, ResolvesTheTrainersFolderAgainstItsOwn) {
  const Experiment e = read_experiment(kLander, "lander.toml", "/home/ada");
  EXPECT_THAT(e.trainer.command, ElementsAre("build/trainers/rl", "--fast"));
  EXPECT_EQ(e.trainer.kind, TrainerKind::session);
  EXPECT_EQ(e.trainer.directory, "/home/ada/sub");
  EXPECT_EQ(e.trainer.environment.at("OMP_NUM_THREADS"), "1");
  EXPECT_EQ(e.trainer.hello_timeout_s, 120);
  EXPECT_EQ(e.trainer.turn_timeout_s, 600);
  EXPECT_EQ(e.initial.at(1).checkpoint, "/home/ada/pretrained");
}

TEST(ExperimentFile, KeepsTheOrderOfTheHyperparameters) {
  const Experiment e = read_experiment(kLander, "lander.toml", "/home/ada");
  std::vector<std::string> names;
  for (const Parameter& parameter : e.space.parameters) names.push_back(parameter.name);
  EXPECT_THAT(names, ElementsAre("learning_rate", "unroll", "discount", "batch", "minibatch", "activation", "slope",
                                 "momentum", "dotted.name", "optimizer.epsilon", "optimizer.nested.beta"));
}

TEST(ExperimentFile, ReadsEveryKindOfHyperparameter) {
  const Space space = read_experiment(kLander, "lander.toml", "/home/ada").space;
  const auto& rate = std::get<RealRange>(space.find("learning_rate")->domain);
  EXPECT_EQ(rate.low, 1e-5);
  EXPECT_EQ(rate.high, 1e-2);
  EXPECT_EQ(rate.scale, Scale::log);
  EXPECT_THAT(space.find("learning_rate")->factors, ElementsAre(0.5, 2.0));
  EXPECT_EQ(std::get<IntegerRange>(space.find("unroll")->domain).high, 50);
  EXPECT_EQ(std::get<RealRange>(space.find("discount")->domain).scale, Scale::one_minus_log);
  EXPECT_EQ(space.find("discount")->resample_probability, 0.1);
  EXPECT_TRUE(std::get<Choices>(space.find("batch")->domain).ordered);
  EXPECT_TRUE(space.find("activation")->structural);
  ASSERT_TRUE(space.find("slope")->when.has_value());
  EXPECT_EQ(space.find("slope")->when->parameter, "activation");
  EXPECT_THAT(space.find("slope")->when->any_of, ElementsAre(Value(std::string("relu"))));
  EXPECT_EQ(std::get<Fixed>(space.find("momentum")->domain).value, Value(0.9));
  EXPECT_EQ(std::get<Fixed>(space.find("dotted.name")->domain).value, Value(true));
  EXPECT_EQ(std::get<Fixed>(space.find("optimizer.nested.beta")->domain).value, Value(0.99));
}

TEST(ExperimentFile, ReadsTheAlgorithmAndItsStrategies) {
  const AlgorithmSpec a = read_experiment(kLander, "lander.toml", "/home/ada").algorithm;
  EXPECT_EQ(a.type, "pbt");
  EXPECT_EQ(std::get<std::int64_t>(a.settings.at("burn_in")), 40'000);
  EXPECT_EQ(a.exploit.name, "truncation");
  EXPECT_EQ(std::get<double>(a.exploit.settings.at("fraction")), 0.25);
  EXPECT_EQ(a.explore.name, "resample");
  EXPECT_TRUE(a.explore.settings.empty());
}

TEST(ExperimentFile, ReadsTheWorkers) {
  const WorkersSpec w = read_experiment(kLander, "lander.toml", "/home/ada").workers;
  EXPECT_EQ(w.count, 4);
  EXPECT_EQ(w.lease_s, 90);
  EXPECT_EQ(w.threads_per_worker, 2);
  EXPECT_THAT(w.gpus, ElementsAre("0", "1"));
  EXPECT_EQ(w.workers_per_gpu, 2);
  EXPECT_EQ(w.environment.at("A"), "b");
}

TEST(ExperimentFile, FitsInitialValuesToTheTypesOfTheirHyperparameters) {
  const Experiment e = read_experiment(kLander, "lander.toml", "/home/ada");
  ASSERT_EQ(e.initial.size(), 2u);
  EXPECT_EQ(e.initial[0].hyperparameters, (Hyperparameters{{"learning_rate", 1e-3}, {"optimizer.epsilon", 1e-5}}));
  EXPECT_EQ(e.initial[1].hyperparameters, (Hyperparameters{{"batch", std::int64_t{64}}}));
}

TEST(DocumentedExperimentFile, IsRead) {
  std::ostringstream page;
  page << std::ifstream(PBT_SOURCE_DIR "/docs/formats.md").rdbuf();
  const std::string text = page.str();
  const auto begin = text.find("```toml\n");
  ASSERT_NE(begin, std::string::npos);
  const std::string example = text.substr(begin + 8, text.find("\n```\n", begin) - begin - 7);
  EXPECT_EQ(read_experiment(example, "formats.md", "/e").space.parameters.size(), 5u);
}

/// Experiments are compared by what a file would say of them, which is all of them.
void expect_same(const Experiment& a, const Experiment& b) { EXPECT_EQ(to_string(compare(a, b)), ""); }

TEST(WrittenExperiment, ReadsBackTheSame) {
  const Experiment e = read_experiment(kLander, "lander.toml", "/home/ada");
  const std::string text = write_experiment(e);
  const Experiment again = read_experiment(text, "written.toml", "/elsewhere");
  expect_same(e, again);
  EXPECT_EQ(write_experiment(again), text);
}

TEST(WrittenExperiment, LeavesOutWhatIsTheDefault) {
  Experiment e;
  e.name = "small";
  e.interval = 10;
  e.budget.steps = 100;
  e.objective.metric = "accuracy";
  e.trainer.command = {"./train"};
  e.space.parameters = {{"lr", RealRange{0.1, 1, Scale::linear, 0}, {}, false, {}, {}}};
  EXPECT_EQ(write_experiment(e), R"(name = "small"
population = 16                   # members trained at once; 20 to 40 work best
steps = 100                       # each member's budget
interval = 10                     # steps a turn: how often a member may copy a better one
seed = 1
synchronous = false               # true: decisions wait for the whole round, and one seed gives one record

[objective]
metric = "accuracy"               # what the trainer reports at the end of a turn
mode = "max"                      # "max" or "min"

[trainer]
command = ["./train"]

[hyperparameters]
lr = { low = 0.1, high = 1.0 }

[algorithm]
type = "pbt"
exploit = { strategy = "truncation" }
explore = { strategy = "perturb" }

[workers]
count = 1                         # members trained at the same time on this machine
)");
}

/// Draws specifications that hold every kind of thing; not all of them sensible, all of them valid.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_({seed}) {}

  Experiment experiment() {
    Experiment e;
    e.name = "e" + std::to_string(random_.integer(0, 999));
    e.population = static_cast<int>(random_.integer(2, 90));
    e.interval = random_.integer(1, 1000);
    e.budget.steps = random_.integer(1000, std::int64_t{1} << 50);
    e.seed = static_cast<std::uint64_t>(random_.integer(0, INT64_MAX));
    e.synchronous = random_.bernoulli(0.5);
    e.objective = {"metric " + text(), random_.bernoulli(0.5) ? Mode::maximize : Mode::minimize};
    e.trainer.command = {"./train", text(), "{steps}"};
    e.trainer.kind = static_cast<TrainerKind>(random_.index(3));
    e.trainer.directory = "/home/ada " + text();
    e.trainer.environment = {{"A_B", text()}, {"X " + text(), text()}};
    e.trainer.hello_timeout_s = real() + 0.001;
    e.trainer.turn_timeout_s = static_cast<double>(random_.integer(0, 100000));
    for (int i = 0; i < 12; ++i)
      e.space.parameters.push_back(parameter("p" + std::to_string(i) + (random_.bernoulli(0.5) ? ".sub_x" : "")));
    e.algorithm = {"random", {{"flag", true}, {"list", std::vector<double>{real(), 1}}}, strategy(), strategy()};
    e.budget.total_steps = random_.integer(0, 1'000'000);
    e.budget.wall_clock_s = real() * 1e5;
    if (random_.bernoulli(0.5)) e.budget.target = -real();
    e.failures = {static_cast<int>(random_.integer(1, 9)), real(), real()};
    e.checkpoints = {.storage = random_.bernoulli(0.5)   ? "/" + text()
                                : random_.bernoulli(0.5) ? "database"
                                                         : "",
                     .scratch = random_.bernoulli(0.5),
                     .durability = random_.bernoulli(0.5) ? Durability::power : Durability::process,
                     .keep_last = static_cast<int>(random_.integer(0, 9)),
                     .quota_bytes = static_cast<std::uint64_t>(random_.integer(0, std::int64_t{1} << 52)),
                     .quota_files = random_.integer(0, std::int64_t{1} << 52)};
    e.workers.count = static_cast<int>(random_.integer(1, 64));
    e.workers.gpus = {"0", "GPU-" + text()};
    e.workers.gpus_per_member = static_cast<int>(random_.index(3));
    for (int row = 0; row < 2; ++row) e.initial.push_back(initial(e.space));
    return e;
  }

 private:
  double real() { return random_.uniform(0, 1) * (random_.bernoulli(0.5) ? 1 : 1e-7); }

  std::string text() {
    constexpr std::string_view alphabet = "abc_-. \"\\#=[]{}',\n\t\x01\x7fé";
    std::string result = "t";
    for (int i = 0; i < 5; ++i) {
      const std::size_t at = random_.index(alphabet.size() - 2);  // the last character takes two bytes
      result += alphabet[at];
    }
    return result + "é";
  }

  StrategySpec strategy() {
    return {text(), {{"fraction", real()}, {"count", random_.integer(-9, 9)}, {"mode", text()}}};
  }

  Parameter parameter(const std::string& name) {
    Parameter p{name, Fixed{std::string(text())}, {}, false, {}, {}};
    switch (random_.index(5)) {
      case 0:
        p.domain = RealRange{real() + 1e-9, 2 + real(), static_cast<Scale>(random_.index(2)), 0};
        break;
      case 1:
        p.domain = RealRange{-real(), 0.5 + real() / 4, Scale::one_minus_log, 0};
        break;
      case 2:
        p.domain =
            IntegerRange{random_.integer(1, 9), random_.integer(10, 99), static_cast<Scale>(random_.index(2)), 1};
        break;
      case 3:
        p.domain = Choices{{text(), "other " + text()}, random_.bernoulli(0.5)};
        break;
      default:
        break;
    }
    if (random_.bernoulli(0.3)) p.structural = true;
    if (random_.bernoulli(0.3)) p.resample_probability = real();
    return p;
  }

  InitialMember initial(const Space& space) {
    InitialMember member;
    if (random_.bernoulli(0.5)) member.checkpoint = "/c/" + text();
    for (const Parameter& parameter : space.parameters) {
      if (random_.bernoulli(0.3)) member.hyperparameters.set(parameter.name, sample(parameter, random_));
    }
    return member;
  }

  Random random_;
};

TEST(WrittenExperiment, ReadsBackTheSameWhateverItHolds) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Experiment e = Draw(seed).experiment();
    const std::string text = write_experiment(e);
    try {
      expect_same(e, read_experiment(text, "drawn.toml", "/elsewhere"));
    } catch (const UsageError& error) {
      ADD_FAILURE() << "seed " << seed << ": " << error.what() << "\n" << text;
    }
    if (HasFailure()) return;
  }
}

TEST(ExperimentFile, NamesSettingsInTablesByTheirPath) {
  const std::string text = R"(
name = "schedules"
steps = 1000
interval = 100
objective.metric = "score"
trainer.command = ["true"]
hyperparameters.optimizer.rate = { low = 0, high = 1 }

[algorithm]
type = "fixed"
[algorithm.schedule.optimizer]
rate = { shape = "piecewise", steps = [0, 500], values = [1, 0.1] }
)";
  const Experiment experiment = read_experiment(text, "schedules.toml", "/");
  EXPECT_EQ(std::get<std::string>(experiment.algorithm.settings.at("schedule.optimizer.rate.shape")), "piecewise");
  const Experiment again = read_experiment(write_experiment(experiment), "written", "/");
  EXPECT_EQ(again.algorithm.settings, experiment.algorithm.settings);
}

}  // namespace
}  // namespace pbt
