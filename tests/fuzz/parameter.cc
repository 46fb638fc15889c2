// `-p lr=1e-4..1e-1:log`: what is accepted can be drawn, moved, written into an experiment file and read again.
#include "cli/experiment_file.h"
#include "cli/parameter_syntax.h"
#include "core/space_rules.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace pbt;
using fuzz::require;

void check_values(const Parameter& parameter, std::string_view text) {
  Random random{7};
  for (int i = 0; i < 3; ++i) {
    Value value = sample(parameter, random);
    require(is_inside(parameter, value), "a drawn value is inside", text);
    for (const double factor : {0.8, 1.25, 1e9}) {
      value = move(parameter, value, factor, random);
      require(is_inside(parameter, value), "a moved value is inside", text);
    }
  }
}

void check_file(const Parameter& parameter, std::string_view text) {
  Experiment experiment;
  experiment.name = "fuzz";
  experiment.budget.steps = experiment.interval = 1;
  experiment.objective.metric = "m";
  experiment.trainer.directory = "/";
  experiment.trainer.kind = TrainerKind::session;
  experiment.space.parameters = {parameter};
  const std::string file = write_experiment(experiment);
  const Experiment again = read_experiment(file, "written.toml", "/");
  require(compare(experiment, again).empty(), "a parameter survives the experiment file",
          file + "\n" + std::string(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text(data, size);
  const auto parameter = fuzz::expect_only<UsageError>(1000 + 4 * size, [&] { return parse_parameter(text); });
  if (!parameter) return 0;
  require(text.substr(0, text.find('=')) == parameter->name, "the name is what stands before =", text);
  check_values(*parameter, text);
  if (size % 4 == 0) check_file(*parameter, text);  // costs more than all the rest
  return 0;
}
