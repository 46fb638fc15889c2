#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/experiment_file.h"
#include "pbt/error.h"

namespace pbt {
namespace {

/// A good file of which each case replaces one line: an empty `find` adds the line at the end.
constexpr const char* kGood = R"(name = "lander"
population = 4
steps = 1000
interval = 100
[objective]
metric = "return"
[trainer]
command = ["./train"]
[hyperparameters]
lr = { low = 1e-5, high = 1e-2, scale = "log" }
batch = { values = [32, 64] }
)";

struct Case {
  const char* what;
  std::string find;
  std::string replace;
  std::string expected;  ///< the message after the file's name
};

std::string message_of(const Case& c) {
  std::string text = kGood;
  if (c.find.empty()) {
    text += c.replace;
  } else {
    text.replace(text.find(c.find), c.find.size(), c.replace);
  }
  try {
    (void)read_experiment(text, "e.toml", "/e");
    return "(accepted)";
  } catch (const UsageError& error) {
    return error.what();
  }
}

const std::vector<Case> kCases{
    {"unknown key", "population = 4", "populaton = 4",
     "e.toml:2: populaton: unknown key; did you mean \"population\"?"},
    {"unknown key far from all", "population = 4", "colour = 4",
     "e.toml:2: colour: unknown key; the keys here are: name, population, steps"},
    {"unknown table", "", "[workes]\ncount = 1\n", "e.toml:12: workes: unknown key; did you mean \"workers\"?"},
    {"unknown key in a table", "", "[workers]\ncont = 1\n",
     "e.toml:13: workers.cont: unknown key; did you mean \"count\"?"},
    {"Ray's interval", "interval = 100", "perturbation_interval = 100",
     "e.toml:4: perturbation_interval: unknown key; Ray Tune's \"perturbation_interval\" is interval here"},
    {"Ray's mutations", "[hyperparameters]", "[hyperparam_mutations]",
     "e.toml:9: hyperparam_mutations: unknown key; Ray Tune's \"hyperparam_mutations\" is the table "
     "[hyperparameters] here"},
    {"Ray's samples", "population = 4", "num_samples = 4",
     "unknown key; Ray Tune's \"num_samples\" is population here"},
    {"wrong type", "population = 4", "population = \"four\"",
     "e.toml:2: population: expected an integer, not a text (\"four\")"},
    {"a fraction of members", "population = 4", "population = 4.5",
     "e.toml:2: population: expected an integer, not a real (4.5)"},
    {"too small", "population = 4", "population = 0", "e.toml:2: population: expected an integer of at least 1, not 0"},
    {"one member with exploit", "population = 4", "population = 1",
     "e.toml:2: population is 1, but exploit \"truncation\" copies"},
    {"interval beyond steps", "interval = 100", "interval = 2000",
     "e.toml:4: interval (2000) is larger than steps (1000)"},
    {"missing name", "name = \"lander\"\n", "", "e.toml: name: this key is missing; for example: name = \"lander\""},
    {"missing steps", "steps = 1000\n", "", "e.toml: steps: this key is missing"},
    {"missing interval", "interval = 100\n", "", "e.toml: interval: this key is missing"},
    {"missing metric", "metric = \"return\"", "mode = \"max\"", "e.toml: objective.metric: this key is missing"},
    {"missing command", "command = [\"./train\"]", "kind = \"session\"",
     "e.toml: trainer.command: this key is missing"},
    {"bad name", "name = \"lander\"", "name = \"a/b\"", "e.toml:1: name: \"a/b\" cannot name an experiment"},
    {"command as one text", "command = [\"./train\"]", "command = \"./train --x\"",
     "e.toml:8: trainer.command: expected an array of texts, one an argument, because no shell is involved"},
    {"a number in the command", "command = [\"./train\"]", "command = [\"./train\", 3]",
     "an integer (3) is not one: put it in quotes"},
    {"wrong mode", "metric = \"return\"", "metric = \"return\"\nmode = \"maximise\"",
     "e.toml:7: objective.mode: expected \"max\" or \"min\", not a text (\"maximise\")"},
    {"wrong kind", "command = [\"./train\"]", "command = [\"./train\"]\nkind = \"sesion\"",
     "not a text (\"sesion\"); did you mean \"session\"?"},
    {"reversed range", "low = 1e-5, high = 1e-2", "low = 1e-2, high = 1e-5", "e.toml:10: hyperparameters.lr: "},
    {"empty range", "low = 1e-5, high = 1e-2", "low = 1e-2, high = 1e-2", "e.toml:10: hyperparameters.lr: "},
    {"log from zero", "low = 1e-5", "low = 0", "e.toml:10: hyperparameters.lr: "},
    {"half a range", "low = 1e-5, ", "", "e.toml:10: hyperparameters.lr: \"low\" is missing"},
    {"two domains", "low = 1e-5", "values = [1], low = 1e-5",
     "e.toml:10: hyperparameters.lr: expected one of: low and high (a range), values (choices), value (fixed)"},
    {"option misspelt", "scale = \"log\"", "scael = \"log\"",
     "e.toml:10: hyperparameters.lr.scael: unknown key; did you mean \"scale\"?"},
    {"scale misspelt", "scale = \"log\"", "scale = \"lgo\"",
     "hyperparameters.lr.scale: expected \"linear\" or \"log\" or \"one_minus_log\", not a text (\"lgo\"); did you "
     "mean \"log\"?"},
    {"min and max", "{ low = 1e-5, high = 1e-2, scale = \"log\" }", "{ min = 1e-5, max = 1e-2 }",
     "e.toml:10: hyperparameters.lr: \"min\" does not make a range; expected low and high"},
    {"a plain array", "{ values = [32, 64] }", "[32, 64]",
     "e.toml:11: hyperparameters.batch: a plain array is not a domain; write { values = [...] } for choices"},
    {"a YAML-like number", "low = 1e-5", "low = \"1e-5\"",
     "e.toml:10: hyperparameters.lr.low: expected a number, not a text (\"1e-5\")"},
    {"no choices", "values = [32, 64]", "values = []", "e.toml:11: hyperparameters.batch: "},
    {"equal choices", "values = [32, 64]", "values = [32, 32]", "e.toml:11: hyperparameters.batch: "},
    {"duplicate key", "population = 4", "population = 4\npopulation = 5", "e.toml:3:14: this is not valid TOML: "},
    {"duplicate by dots", "batch = {", "\"a.b\" = 1\na.b = 2\nbatch = {", "a.b"},
    {"not TOML", "steps = 1000", "steps: 1000", "e.toml:3:6: this is not valid TOML: "},
    {"a date", "population = 4", "population = 1979-05-27", "e.toml:2: dates and times are not used"},
    {"condition on nothing", "batch = {", "x = { low = 0, high = 1, when = { bach = 32 } }\nbatch = {", "bach"},
    {"unreadable constraint", "steps = 1000", "steps = 1000\nconstraints = [\"lr <\"]", "e.toml:4: constraints: "},
    {"constraint over nothing", "steps = 1000", "steps = 1000\nconstraints = [\"lr < bach\"]", "bach"},
    {"duration", "", "[budget]\nwall_clock = \"2 hours\"\n",
     "e.toml:13: budget.wall_clock: expected a duration like \"2h\", \"90m\", \"1h30m\" or a number of seconds"},
    {"size", "", "[checkpoints]\nquota = \"10 gigs\"\n",
     "e.toml:13: checkpoints.quota: expected a size like \"10 GB\""},
    {"strategy as a number", "", "[algorithm]\nexploit = 3\n",
     "e.toml:13: algorithm.exploit: expected { strategy = \"truncation\" } or a name, not an integer (3)"},
    {"initial as a table", "", "[initial]\nlr = 1e-3\n",
     "e.toml:12: initial: expected rows, each under its own [[initial]]"},
    {"initial value unknown", "", "[[initial]]\nlrr = 1e-3\n",
     "there is no hyperparameter \"lrr\"; did you mean \"lr\"?"},
    {"initial value outside", "", "[[initial]]\nlr = 1.0\n", "lr = 1 is outside its range"},
    {"a table for a value", "population = 4", "population = { a = 1 }",
     "e.toml:2: population: expected an integer, not a table"},
    {"a value for a table", "[objective]\nmetric = \"return\"\n", "objective = \"return\"\n",
     "e.toml:5: objective: expected a table, not a text (\"return\")"},
};

TEST(BadExperimentFile, IsAnsweredWithLineKeyAndWhatWasExpected) {
  for (const Case& c : kCases) EXPECT_THAT(message_of(c), testing::HasSubstr(c.expected)) << c.what;
}

TEST(BadExperimentFile, HoldsLettersOutsideOfQuotesThatTheParserOnceTookForImpossible) {
  EXPECT_THAT(message_of({"a Latin letter", "population = 4", "größe = 4", ""}), testing::HasSubstr("e.toml:2:3"));
  EXPECT_THAT(message_of({"a Greek one", "population = 4", "population = \xce\xb1", ""}),
              testing::HasSubstr("e.toml:2:14"));
  EXPECT_EQ(message_of({"quoted, after a line that goes on", "\"return\"", "\"\"\"\\\n  é\"\"\"", ""}), "(accepted)");
}

TEST(BadExperimentFile, HasATableHeaderThatOnceFailedAnAssertion) {
  EXPECT_THAT(message_of({"", "", "[!\n", ""}), testing::HasSubstr("e.toml:12:2: this is not valid TOML"));
  EXPECT_THAT(message_of({"", "", "[[[a]]]\n", ""}), testing::HasSubstr("e.toml:12:3: this is not valid TOML"));
}

TEST(BadExperimentFile, HoldsATextThatNoTrainerCouldBeGiven) {
  EXPECT_THAT(message_of({"", "./train", "./train\\u0000--lr", ""}),
              testing::HasSubstr("[trainer] command: a text must be UTF-8 without NUL bytes"));
  EXPECT_THAT(message_of({"", "values = [32, 64]", "values = [\"a\\u0000\"]", ""}),
              testing::HasSubstr("e.toml:11: hyperparameters.batch: a text must be UTF-8 without NUL bytes"));
}

TEST(GoodExperimentFile, IsAccepted) { EXPECT_EQ(message_of({"", "", "", ""}), "(accepted)"); }

TEST(MissingExperimentFile, IsNamedWithWhatToDo) {
  try {
    (void)read_experiment_file("/nowhere/e.toml");
    FAIL() << "was read";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "/nowhere/e.toml: cannot read this experiment file; `pbt init` writes a new one");
  }
}

}  // namespace
}  // namespace pbt
