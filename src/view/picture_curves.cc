#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "view/chart.h"
#include "view/pictures.h"
#include "view/text_table.h"

namespace pbt {
namespace {

using TurnTable = std::map<TurnKey, TurnPointer>;

TurnTable table_of(const std::vector<TurnPointer>& turns) {
  TurnTable table;
  for (const TurnPointer& turn : turns) table.emplace(turn->key, turn);
  return table;
}

}  // namespace

std::string curves_picture(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                           const Population& population) {
  Svg svg(960, 540);
  std::vector<double> values;
  double last = 1;
  for (const TurnPointer& turn : turns) {
    values.push_back(experiment.objective.metric_value(turn->score));
    last = std::max(last, static_cast<double>(turn->to_step));
  }
  const Plot plot(svg, {76, 52, 936, 484}, {0, last},
                  range_of(values, experiment.objective.mode == Mode::maximize ? 0.1 : 0));
  plot.draw_axes(fmt::format("{}: {} along each member's lineage", experiment.name, experiment.objective.metric),
                 "step", experiment.objective.metric);
  const TurnTable table = table_of(turns);
  const auto point = [&](const Turn& turn) {
    return plot.at(static_cast<double>(turn.to_step), experiment.objective.metric_value(turn.score));
  };
  const auto draw = [&](const TurnPointer& end, const Ink& ink) {
    std::vector<Point> line;
    for (const TurnPointer& turn : lineage(turns, end->key)) line.push_back(point(*turn));
    svg.polyline(line, ink);
  };
  // Turns that nobody stands on any more, each from its parent on.
  for (const TurnPointer& turn : turns) {
    const auto parent = turn->parent ? table.find(*turn->parent) : table.end();
    if (parent != table.end()) svg.line(point(*parent->second), point(*turn), {"#9aa5b1", 0.9, 0.6});
  }
  for (const Member& member : population.members)
    if (member.standing)
      draw(member.standing, {time_colour(static_cast<double>(member.id) /
                                         static_cast<double>(std::max<std::size_t>(population.members.size() - 1, 1))),
                             1.2, 0.75});
  if (population.best) {
    draw(population.best, {"#1b1f24", 2.6});
    svg.circle(point(*population.best), 4.5, "#1b1f24");
    const Point end = point(*population.best);
    svg.text({std::min(end.x, 880.0) - 8, std::max(end.y - 10, 64.0)},
             short_number(experiment.objective.metric_value(population.best->score)),
             {12, Anchor::end, "#1b1f24", true});
  }
  svg.text({936, 42},
           fmt::format("black: the lineage of the best turn{}",
                       population.best ? ", " + to_string(population.best->key) : ""),
           {10, Anchor::end, "#57606a"});
  return svg.str();
}

}  // namespace pbt
