#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/axis.h"
#include "core/space_rules.h"
#include "view/chart.h"
#include "view/pictures.h"
#include "view/text_table.h"
#include "view/text_views.h"

namespace pbt {
namespace {

constexpr double panel_width = 470, panel_height = 230;

/// From 0, the worst score, to 1, the best; diverged turns are 0.
std::map<TurnKey, double> ranks_of(const std::vector<TurnPointer>& turns) {
  std::vector<TurnPointer> ranked = turns;
  std::ranges::stable_sort(ranked, {}, [](const TurnPointer& turn) { return turn->score; });
  std::map<TurnKey, double> ranks;
  for (std::size_t i = 0; i < ranked.size(); ++i)
    ranks[ranked[i]->key] = static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(ranked.size() - 1, 1));
  return ranks;
}

/// The axis of a numeric parameter, or of the positions of choices.
AxisRange axis_for(const Parameter& parameter) {
  if (const auto axis = numeric_axis(parameter)) return {axis->low, axis->high, axis->scale};
  const auto* choices = std::get_if<Choices>(&parameter.domain);
  return {-0.5, (choices == nullptr ? 1 : static_cast<double>(choices->values.size())) - 0.5};
}

/// Where a value stands on that axis; NaN where it does not.
double place_of(const Parameter& parameter, const Value* value) {
  if (value == nullptr) return std::nan("");
  if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
    for (std::size_t i = 0; i < choices->values.size(); ++i)
      if (same_value(choices->values[i], *value)) return static_cast<double>(i);
    return std::nan("");
  }
  return number(*value).value_or(std::nan(""));
}

void draw_panel(const Plot& plot, const Parameter& parameter, const std::vector<TurnPointer>& turns,
                const std::map<TurnKey, double>& ranks, const std::vector<TurnPointer>& winner) {
  const auto level = [&](const Turn& turn, const Ink& ink) {
    const double place = place_of(parameter, turn.hyperparameters.find(parameter.name));
    if (std::isnan(place)) return;
    plot.svg().line(plot.at(static_cast<double>(turn.from_step), place),
                    plot.at(static_cast<double>(turn.to_step), place), ink);
  };
  for (const TurnPointer& turn : turns) level(*turn, {score_colour(ranks.at(turn->key)), 1.4, 0.8});
  std::vector<Point> path;
  for (const TurnPointer& turn : winner) {
    const double place = place_of(parameter, turn->hyperparameters.find(parameter.name));
    path.push_back(plot.at(static_cast<double>(turn->from_step), place));
    path.push_back(plot.at(static_cast<double>(turn->to_step), place));
  }
  plot.svg().polyline(path, {"#ffffff", 4.6});
  plot.svg().polyline(path, {"#1b1f24", 2.4});
}

}  // namespace

std::string schedules_picture(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                              const Population& population) {
  const std::vector<std::string> names = searched_names(experiment);
  const auto rows = static_cast<double>(std::max<std::size_t>((names.size() + 1) / 2, 1));
  Svg svg(2 * panel_width + 20, rows * panel_height + 50);
  svg.text({24, 26}, fmt::format("{}: hyperparameters over steps", experiment.name),
           {15, Anchor::start, "#1b1f24", true});
  svg.text({2 * panel_width, 26},
           "black: the schedule of the best turn; colour: a turn's score, violet worst, green best",
           {10, Anchor::end, "#57606a"});
  double last = 1;
  for (const TurnPointer& turn : turns) last = std::max(last, static_cast<double>(turn->to_step));
  const auto ranks = ranks_of(turns);
  const auto winner = population.best ? lineage(turns, population.best->key) : std::vector<TurnPointer>();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Parameter& parameter = *experiment.space.find(names[i]);
    const std::size_t column = i % 2, row = i / 2;
    const double left = static_cast<double>(column) * panel_width, top = 50 + static_cast<double>(row) * panel_height;
    const Plot plot(svg, {left + 76, top + 24, left + panel_width - 8, top + panel_height - 44}, {0, last},
                    axis_for(parameter));
    plot.draw_axes(names[i], "step", "");
    if (const auto* choices = std::get_if<Choices>(&parameter.domain))
      for (std::size_t k = 0; k < choices->values.size(); ++k)
        svg.text({plot.frame().left + 4, plot.at(0, static_cast<double>(k)).y - 3}, to_string(choices->values[k]),
                 {9, Anchor::start, "#57606a"});
    draw_panel(plot, parameter, turns, ranks, winner);
  }
  return svg.str();
}

}  // namespace pbt
