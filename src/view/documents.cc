#include "view/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/json.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

Json list(const std::vector<Value>& values) {
  Json json = Json::array();
  for (const Value& value : values) json.push_back(Json(to_json(value)));
  return json;
}

const char* name_of(Scale scale) {
  return scale == Scale::log ? "log" : scale == Scale::one_minus_log ? "one_minus_log" : "linear";
}

Json describe(const Parameter& parameter) {
  Json json = {{"name", parameter.name}};
  if (const auto* real = std::get_if<RealRange>(&parameter.domain)) {
    json.update({{"type", "real"}, {"low", real->low}, {"high", real->high}, {"scale", name_of(real->scale)}});
  } else if (const auto* integer = std::get_if<IntegerRange>(&parameter.domain)) {
    json.update({{"type", "int"}, {"low", integer->low}, {"high", integer->high}, {"scale", name_of(integer->scale)}});
  } else if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
    json.update({{"type", "choice"}, {"values", list(choices->values)}});
  } else {
    json.update({{"type", "fixed"}, {"values", list({std::get<Fixed>(parameter.domain).value})}});
  }
  return json;
}

/// A JSON array of `count` entries, each written by `write(out, i)`: ten times as fast as a Json of a million numbers.
template <typename Write>
std::string array(std::size_t count, const Write& write) {
  std::string text = "[";
  auto out = std::back_inserter(text);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    write(out, i);
  }
  return text + ']';
}

template <typename Out, typename Number>
void write_number(Out& out, Number number) {
  if (std::isfinite(number)) {
    fmt::format_to(out, "{}", number);
  } else {
    fmt::format_to(out, "null");
  }
}

std::string columns(const std::vector<DigestColumn>& columns, const std::vector<int>& rows) {
  return array(columns.size(), [&](auto& out, std::size_t i) {
    const DigestColumn& column = columns[i];
    const std::string values = array(rows.size(), [&](auto& number, std::size_t row) {
      write_number(number, column.values[static_cast<std::size_t>(rows[row])]);
    });
    fmt::format_to(out, R"({{"name":{},"labels":{},"values":{}}})", dump(Json(column.name)), dump(Json(column.labels)),
                   values);
  });
}

/// The nearest ancestor of `row` that is shown, or lies before `first`.
int shown_parent(const TurnDigest& digest, const std::vector<int>& rows, int first, int row) {
  int parent = digest.row(row).parent;
  while (parent >= first && !std::binary_search(rows.begin(), rows.end(), parent)) parent = digest.row(parent).parent;
  return parent;
}

std::string band_list(const std::vector<Band>& bands) {
  return array(bands.size(), [&](auto& out, std::size_t i) {
    fmt::format_to(out, R"({{"step":{},"turns":{},"quantiles":[)", bands[i].step, bands[i].turns);
    for (std::size_t q = 0; q < bands[i].quantiles.size(); ++q) {
      if (q > 0) fmt::format_to(out, ",");
      write_number(out, bands[i].quantiles[q]);
    }
    fmt::format_to(out, "]}}");
  });
}

Json gain_list(const MoveGains& gains) {
  Json parameters = Json::array();
  for (const auto& [name, moves] : gains.by_parameter()) {
    Json list = Json::array();
    for (const auto& [move, gain] : moves) {
      list.push_back({{"move", move},
                      {"turns", gain.turns},
                      {"better", gain.better},
                      {"mean", gain.mean()},
                      {"error", gain.error()}});
    }
    parameters.push_back({{"name", name}, {"moves", std::move(list)}});
  }
  return parameters;
}

constexpr int kStretches = 100;

}  // namespace

std::string description_json(const Experiment& experiment) {
  Json parameters = Json::array();
  for (const Parameter& parameter : experiment.space.parameters) parameters.push_back(describe(parameter));
  return dump(Json{{"name", experiment.name},
                   {"metric", experiment.objective.metric},
                   {"mode", experiment.objective.mode == Mode::maximize ? "max" : "min"},
                   {"algorithm", experiment.algorithm.type},
                   {"exploit", experiment.algorithm.exploit.name},
                   {"explore", experiment.algorithm.explore.name},
                   {"population", experiment.population},
                   {"interval", experiment.interval},
                   {"steps", experiment.budget.steps},
                   {"seed", experiment.seed},
                   {"synchronous", experiment.synchronous},
                   {"hyperparameters", std::move(parameters)}});
}

std::string turns_document(const Experiment& experiment, const TurnDigest& digest, int first, int limit) {
  std::vector<int> rows = rows_to_show(digest, limit);
  rows.erase(rows.begin(), std::lower_bound(rows.begin(), rows.end(), first));
  const auto numbers = [&](const auto& number_of) {
    return array(rows.size(),
                 [&](auto& out, std::size_t i) { fmt::format_to(out, "{}", number_of(digest.row(rows[i]))); });
  };
  const std::string scores = array(rows.size(), [&](auto& out, std::size_t i) {
    write_number(out, experiment.objective.metric_value(digest.row(rows[i]).score));
  });
  const std::string parents = array(rows.size(), [&](auto& out, std::size_t i) {
    fmt::format_to(out, "{}", shown_parent(digest, rows, first, rows[i]));
  });
  std::string text = fmt::format(R"({{"total":{},"first":{},"best":{},"row":{},"parent":{},"score":{})", digest.size(),
                                 first, digest.best(), fmt::format("[{}]", fmt::join(rows, ",")), parents, scores);
  const auto add = [&](const char* name, const std::string& values) {
    text += fmt::format(R"(,"{}":{})", name, values);
  };
  add("member", numbers([](const DigestRow& row) { return row.member; }));
  add("turn", numbers([](const DigestRow& row) { return row.index; }));
  add("root", numbers([&](const DigestRow& row) { return digest.row(row.root).member; }));
  add("from_step", numbers([](const DigestRow& row) { return row.from_step; }));
  add("to_step", numbers([](const DigestRow& row) { return row.to_step; }));
  add("total_steps", numbers([](const DigestRow& row) { return row.total_steps; }));
  add("partial", numbers([](const DigestRow& row) { return row.partial ? 1 : 0; }));
  add("started_ms", numbers([](const DigestRow& row) { return row.started_ms; }));
  add("duration_ms", numbers([](const DigestRow& row) { return row.duration_ms; }));
  add("worker", numbers([](const DigestRow& row) { return row.worker; }));
  add("workers", dump(Json(digest.workers())));
  add("hyperparameters", columns(digest.hyperparameters(), rows));
  add("metrics", columns(digest.metrics(), rows));
  return text + '}';
}

std::string progress_document(const Experiment& experiment, const TurnDigest& digest, const MoveGains& gains,
                              const Diversity& diversity) {
  const auto score = [&](int row) { return experiment.objective.metric_value(digest.row(row).score); };
  std::string text = fmt::format(R"({{"total":{},"score":{},"hyperparameters":)", digest.size(),
                                 band_list(bands(digest, score, kStretches)));
  const std::vector<DigestColumn>& columns = digest.hyperparameters();
  text += array(columns.size(), [&](auto& out, std::size_t i) {
    const auto value = [&](int row) { return static_cast<double>(columns[i].values[static_cast<std::size_t>(row)]); };
    const std::vector<Band> found = columns[i].labels.empty() ? bands(digest, value, kStretches) : std::vector<Band>{};
    fmt::format_to(out, R"({{"name":{},"bands":{}}})", dump(Json(columns[i].name)), band_list(found));
  });
  const std::vector<Variety>& samples = diversity.samples();
  text += R"(,"diversity":)" + array(samples.size(), [&](auto& out, std::size_t i) {
            fmt::format_to(out, R"({{"turns":{},"total_steps":{},"ancestors":{},"spread":[{:.4}]}})", samples[i].turns,
                           samples[i].total_steps, samples[i].ancestors, fmt::join(samples[i].spread, ","));
          });
  return text + R"(,"gains":)" + dump(gain_list(gains)) + '}';
}

}  // namespace pbt
