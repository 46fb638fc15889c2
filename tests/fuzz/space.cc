// A search space made of any numbers at all: refused with a UsageError, or every value that is drawn or moved is
// inside, survives JSON, and the space itself survives the experiment file.
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/experiment_file.h"
#include "core/json.h"
#include "core/space_rules.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace pbt;
using fuzz::Bytes;
using fuzz::require;

const char* const names[] = {"a", "b", "c.d", "e_1"};

Value value_from(Bytes& bytes) {
  switch (bytes.below(4)) {
    case 0:
      return bytes.flag();
    case 1:
      return bytes.integer();
    case 2:
      return bytes.real();
    default:
      return std::string(bytes.text_until_mark(20));
  }
}

Parameter parameter_from(Bytes& bytes) {
  Parameter parameter;
  parameter.name = names[bytes.below(4)];
  const std::uint8_t options = bytes.byte();
  const auto scale = static_cast<Scale>(bytes.below(3));
  switch (options % 4) {
    case 0:
      parameter.domain = RealRange{bytes.real(), bytes.real(), scale, (options & 4U) != 0 ? bytes.real() : 0};
      break;
    case 1:
      parameter.domain =
          IntegerRange{bytes.integer(), bytes.integer(), scale, (options & 4U) != 0 ? bytes.integer() : 1};
      break;
    case 2: {
      Choices choices{{}, (options & 4U) != 0};
      for (std::size_t count = bytes.below(5); count > 0; --count) choices.values.push_back(value_from(bytes));
      parameter.domain = choices;
      break;
    }
    default:
      parameter.domain = Fixed{value_from(bytes)};
  }
  parameter.structural = (options & 8U) != 0;
  if ((options & 16U) != 0) parameter.factors = {bytes.real(), bytes.real()};
  if ((options & 32U) != 0) parameter.resample_probability = bytes.real();
  if ((options & 64U) != 0) parameter.when = Condition{names[bytes.below(4)], {value_from(bytes)}};
  return parameter;
}

void check_moves(const Parameter& parameter, Value value, Bytes& bytes) {
  Random random{5};
  for (int i = 0; i < 4; ++i) {
    const double factor = i < 3 ? (i == 1 ? 1.25 : 0.8) : std::abs(bytes.real());
    if (!(factor > 0) || !std::isfinite(factor)) continue;
    value = move(parameter, value, factor, random);
    require(is_inside(parameter, value), "a moved value is inside", parameter.name + " = " + to_string(value));
  }
}

void check_file(const Space& space) {
  Experiment experiment;
  experiment.name = "fuzz";
  experiment.budget.steps = experiment.interval = 1;
  experiment.objective.metric = "m";
  experiment.trainer.directory = "/";
  experiment.space = space;
  const std::string file = write_experiment(experiment);
  try {
    const auto changes = compare(experiment, read_experiment(file, "written.toml", "/"));
    require(changes.empty(), "a space survives the experiment file", to_string(changes) + "\n" + file);
  } catch (const UsageError& error) {
    fuzz::broken("a file that pbt wrote can be read", error.what() + ("\n" + file));
  }
}

bool is_utf8(const Space& space) {
  for (const Parameter& parameter : space.parameters) {
    if (const auto* choices = std::get_if<Choices>(&parameter.domain))
      for (const Value& value : choices->values)
        if (dump(to_json(value)).find("\xEF\xBF\xBD") != std::string::npos) return false;
    if (const auto* fixed = std::get_if<Fixed>(&parameter.domain))
      if (dump(to_json(fixed->value)).find("\xEF\xBF\xBD") != std::string::npos) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  Space space;
  for (std::size_t count = 1 + bytes.below(3); count > 0; --count) space.parameters.push_back(parameter_from(bytes));
  const bool good = fuzz::expect_only<UsageError>(2000 + 10 * size, [&] {
                      const std::string_view constraint = bytes.text_until_mark(40);
                      if (!constraint.empty()) space.constraints.emplace_back(std::string(constraint));
                      validate(space);
                      return true;
                    }).has_value();
  if (!good || !is_utf8(space)) return 0;  // texts come from TOML and the command line, which are UTF-8
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    Random random{seed};
    const auto values = fuzz::expect_only<UsageError>(2000 + 10 * size, [&] { return sample(space, random); });
    if (!values) continue;  // a constraint that hardly any draw fulfils
    validate(space, *values, "drawn values");
    require(hyperparameters_from_json(parse_json(dump(to_json(*values)), "values")) == *values,
            "values survive the record", dump(to_json(*values)));
    for (const auto& [name, value] : *values) check_moves(*space.find(name), value, bytes);
  }
  check_file(space);
  return 0;
}
