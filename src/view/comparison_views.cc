#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "view/chart.h"
#include "view/comparison.h"
#include "view/text_table.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

double metric(const Comparison& comparison, double score) { return comparison.mode == Mode::maximize ? score : -score; }

/// In the metric's sign, low first.
Interval metric(const Comparison& comparison, Interval interval) {
  if (comparison.mode == Mode::maximize) return interval;
  return {-interval.high, -interval.low};
}

std::string interval_text(Interval interval) {
  if (std::isnan(interval.low)) return "";
  return fmt::format("[{:.4g}, {:.4g}]", interval.low, interval.high);
}

std::string spent_text(const Comparison& comparison, double spent) {
  return comparison.equal == Equal::steps ? rough_number(spent) : rough_duration(spent);
}

Json number_json(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

Json interval_json(Interval interval) { return Json::array({number_json(interval.low), number_json(interval.high)}); }

/// Why nothing was evaluated again.
std::string why_not(const Comparison& comparison) {
  for (const Method& method : comparison.methods)
    for (const ComparedRun& run : method.runs)
      if (run.best_came_later)
        return "not evaluated again: " + run.name + " went on beyond, and its best turn is from there\n";
  return "[evaluation] in the experiment files would evaluate it again\n";
}

std::string footnotes(const Comparison& comparison, const std::vector<MethodVerdict>& verdicts) {
  const std::size_t others = comparison.methods.size() - 1;
  std::string text = fmt::format(
      "at equal {}: {}; final and tuned are interquartile means over the seeds, with bootstrap 95 % intervals\n",
      comparison.equal == Equal::steps ? "total steps" : "training time", spent_text(comparison, comparison.budget));
  text += verdicts.front().evaluated
              ? "final: the best turn of each run, evaluated again apart from tuning; tuned: the score by which it was "
                "chosen\n"
              : "final: the score by which each run's best turn was chosen, and so too good; " + why_not(comparison);
  if (others > 0)
    text += fmt::format(
        "better: the probability that a run beats one of {}; {} comparison{}, intervals at {:.4g} % each "
        "(Bonferroni)\n",
        comparison.methods.front().name, others, others == 1 ? "" : "s",
        100 * (1 - 0.05 / static_cast<double>(others)));
  return text;
}

}  // namespace

std::string comparison_text(const Comparison& comparison, const std::vector<MethodVerdict>& verdicts) {
  TextTable table;
  const std::string first = comparison.methods.front().name;
  table.columns = {
      {"method", Align::left, 9},  {"algorithm", Align::left, 2}, {"seeds", Align::right, 5},
      {"final", Align::right, 9},  {"95 %", Align::left, 8},      {"tuned", Align::right, 4},
      {"better", Align::right, 7}, {"interval", Align::left, 6},  {first + " gets there at", Align::right, 3}};
  double highest = -std::numeric_limits<double>::infinity();
  for (const MethodVerdict& verdict : verdicts) highest = std::max(highest, verdict.final_mean);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const Method& method = comparison.methods[i];
    const MethodVerdict& verdict = verdicts[i];
    const bool is_first = i == 0;
    table.rows.push_back(
        {{method.name, method.type, std::to_string(method.runs.size()),
          short_number(metric(comparison, verdict.final_mean)),
          interval_text(metric(comparison, verdict.final_interval)),
          short_number(metric(comparison, verdict.tuned_mean)), is_first ? "" : fmt::format("{:.2f}", verdict.better),
          is_first ? "" : interval_text(verdict.better_interval),
          is_first                      ? ""
          : verdict.first_reached_it_at ? spent_text(comparison, *verdict.first_reached_it_at)
                                        : "never"},
         verdict.final_mean == highest ? RowStyle::best : RowStyle::plain});
  }
  return fmt::format("{} ({} is better)\n", comparison.metric, comparison.mode == Mode::maximize ? "higher" : "lower") +
         render(table, {.width = 0, .colour = false}) + footnotes(comparison, verdicts);
}

std::string comparison_json(const Comparison& comparison, const std::vector<MethodVerdict>& verdicts) {
  Json json{{"metric", comparison.metric},
            {"mode", comparison.mode == Mode::maximize ? "max" : "min"},
            {"equal", comparison.equal == Equal::steps ? "steps" : "wall"},
            {"budget", comparison.budget},
            {"reference", comparison.methods.front().name},
            {"comparisons", comparison.methods.size() - 1},
            {"evaluated", verdicts.front().evaluated},
            {"methods", Json::array()}};
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const Method& method = comparison.methods[i];
    const MethodVerdict& verdict = verdicts[i];
    Json row{
        {"name", method.name},
        {"algorithm", method.type},
        {"final", number_json(metric(comparison, verdict.final_mean))},
        {"final_interval", interval_json(metric(comparison, verdict.final_interval))},
        {"tuned", number_json(metric(comparison, verdict.tuned_mean))},
        {"better", number_json(verdict.better)},
        {"better_interval", interval_json(verdict.better_interval)},
        {"reference_reached_it_at", verdict.first_reached_it_at ? Json(*verdict.first_reached_it_at) : Json(nullptr)},
        {"runs", Json::array()}};
    for (std::size_t k = 0; k < method.runs.size(); ++k) {
      const ComparedRun& run = method.runs[k];
      row["runs"].push_back({{"experiment", run.name},
                             {"seed", run.seed},
                             {"spent", run.spent},
                             {"final", number_json(metric(comparison, verdict.finals[k]))},
                             {"tuned", number_json(metric(comparison, score_at(run.curve, comparison.budget)))}});
    }
    json["methods"].push_back(std::move(row));
  }
  return json.dump();
}

std::string comparison_csv(const Comparison& comparison) {
  std::string text = "method,seed,spent,best_so_far\n";
  for (const Method& method : comparison.methods)
    for (const ComparedRun& run : method.runs)
      for (const CurvePoint& point : run.curve)
        text += fmt::format("{},{},{},{}\n", method.name, run.seed, point.spent, metric(comparison, point.score));
  return text;
}

std::string comparison_picture(const Comparison& comparison, const std::vector<MethodVerdict>& verdicts) {
  Svg svg(960, 540);
  std::vector<MeanCurve> curves;
  std::vector<double> values;
  for (const Method& method : comparison.methods) {
    curves.push_back(mean_curve(comparison, method));
    for (std::size_t i = 0; i < curves.back().mean.size(); ++i) {
      values.push_back(metric(comparison, curves.back().mean[i]));
      const Interval interval = metric(comparison, curves.back().interval[i]);
      if (!std::isnan(interval.low)) values.insert(values.end(), {interval.low, interval.high});
    }
  }
  const bool higher = comparison.mode == Mode::maximize;
  const Plot plot(svg, {76, 52, 760, 484}, {0, comparison.budget}, range_of(values, higher ? 0.08 : 0));
  plot.draw_axes(fmt::format("best {} so far, interquartile mean over seeds", comparison.metric),
                 comparison.equal == Equal::steps ? "total steps of all members" : "seconds of training",
                 comparison.metric);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const MeanCurve& curve = curves[i];
    std::vector<Point> upper, lower, mean;
    for (std::size_t k = 0; k < curve.mean.size(); ++k) {
      const Interval interval = metric(comparison, curve.interval[k]);
      mean.push_back(plot.at(curve.spent[k], metric(comparison, curve.mean[k])));
      if (std::isnan(interval.low)) continue;
      upper.push_back(plot.at(curve.spent[k], interval.high));
      lower.push_back(plot.at(curve.spent[k], interval.low));
    }
    if (!upper.empty()) svg.band(upper, lower, series_colour(i), 0.13);
    svg.polyline(mean, {series_colour(i), i == 0 ? 2.8 : 1.8});
    const double y = 70 + static_cast<double>(i) * 34;
    svg.line({776, y}, {800, y}, {series_colour(i), 2.8});
    svg.text({808, y + 4}, comparison.methods[i].name, {11.5, Anchor::start, "#1b1f24", i == 0});
    svg.text({808, y + 18}, "final " + short_number(metric(comparison, verdicts[i].final_mean)),
             {10, Anchor::start, "#57606a"});
  }
  return svg.str();
}

}  // namespace pbt
