#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "view/chart.h"
#include "view/pictures.h"
#include "view/svg.h"
#include "view/text_table.h"

namespace pbt {
namespace {

constexpr double side = 760, inner_radius = 34, outer_radius = 320;
constexpr Point centre{side / 2, side / 2 + 10};

/// The family tree on a disc: each branch has an angle; the radius is the moment in the whole population's time,
/// counted in steps of all members, at which a turn was recorded. What lives reaches the rim.
struct Disc {
  std::vector<double> angles;         ///< of each branch
  std::map<TurnKey, double> moments;  ///< 0 to 1

  /// Where a turn begins: at its parent's end.
  [[nodiscard]] double begin(const Turn& turn) const { return turn.parent ? moments.at(*turn.parent) : 0; }
  [[nodiscard]] double end(const Turn& turn) const { return moments.at(turn.key); }
  [[nodiscard]] static double radius(double moment) { return inner_radius + moment * (outer_radius - inner_radius); }
  [[nodiscard]] static Point at(double angle, double moment) {
    return {centre.x + radius(moment) * std::cos(angle), centre.y + radius(moment) * std::sin(angle)};
  }
};

/// Leaves evenly around the disc in the order of a walk through the tree; what branches stands amid its branches.
Disc laid_out(const std::vector<Branch>& tree, const std::vector<TurnPointer>& turns) {
  Disc disc;
  double total = 0, done = 0;
  for (const TurnPointer& turn : turns) total += static_cast<double>(turn->steps());
  for (const TurnPointer& turn : turns)
    disc.moments[turn->key] = (done += static_cast<double>(turn->steps())) / std::max(total, 1.0);
  disc.angles.resize(tree.size());
  std::vector<std::size_t> order;  // parents before children, depth first
  std::vector<std::size_t> left;
  for (std::size_t i = tree.size(); i-- > 0;)
    if (tree[i].parent < 0) left.push_back(i);
  std::size_t leaves = 0;
  while (!left.empty()) {
    const std::size_t at = left.back();
    left.pop_back();
    order.push_back(at);
    if (tree[at].children.empty()) ++leaves;
    for (auto child = tree[at].children.rbegin(); child != tree[at].children.rend(); ++child)
      left.push_back(static_cast<std::size_t>(*child));
  }
  std::size_t leaf = 0;
  for (const std::size_t at : order)
    if (tree[at].children.empty())
      disc.angles[at] =
          2 * std::numbers::pi * (static_cast<double>(leaf++) / static_cast<double>(leaves)) - std::numbers::pi / 2;
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    const std::vector<int>& children = tree[*at].children;
    if (!children.empty())
      disc.angles[*at] = (disc.angles[static_cast<std::size_t>(children.front())] +
                          disc.angles[static_cast<std::size_t>(children.back())]) /
                         2;
  }
  return disc;
}

/// Branches on the way from the root to the best turn; on the last of them, up to that turn.
std::vector<bool> way_to_best(const std::vector<Branch>& tree) {
  std::vector<bool> on_way(tree.size(), false);
  const auto best = std::ranges::find_if(tree, &Branch::best);
  for (int at = best == tree.end() ? -1 : static_cast<int>(best - tree.begin()); at >= 0;
       at = tree[static_cast<std::size_t>(at)].parent)
    on_way[static_cast<std::size_t>(at)] = true;
  return on_way;
}

void draw_branch(Svg& svg, const Disc& disc, const std::vector<Branch>& tree, std::size_t at, double width,
                 double opacity, std::int64_t until) {
  const Branch& branch = tree[at];
  const double angle = disc.angles[at];
  if (branch.parent >= 0) {
    const double moment = disc.begin(*branch.turns.front());
    svg.arc(centre, Disc::radius(moment), disc.angles[static_cast<std::size_t>(branch.parent)], angle,
            {time_colour(moment), width, opacity});
  }
  for (const TurnPointer& turn : branch.turns) {
    if (turn->sequence > until) break;
    const double from = disc.begin(*turn), to = disc.end(*turn);
    svg.line(Disc::at(angle, from), Disc::at(angle, to), {time_colour((from + to) / 2), width, opacity});
  }
}

/// The key below, and the tree in numbers.
void draw_key(Svg& svg, const std::vector<Branch>& tree, double total_steps) {
  constexpr double left = 24, top = side + 14, width = 160;
  for (int i = 0; i < 80; ++i) svg.rectangle({left + i * width / 80, top}, width / 80 + 0.3, 8, time_colour(i / 79.0));
  svg.text({left + width + 8, top + 8}, fmt::format("0 to {} steps of all members", rough_number(total_steps)),
           {10, Anchor::start, "#57606a"});
  const auto is_root = [](const Branch& branch) { return branch.parent < 0; };
  const auto lives = [&](const Branch& branch) { return is_root(branch) && branch.alive; };
  svg.text({side - 24, top + 8},
           fmt::format("{} began, {} with living descendants; thick: the way to the best turn",
                       std::ranges::count_if(tree, is_root), std::ranges::count_if(tree, lives)),
           {10, Anchor::end, "#57606a"});
}

}  // namespace

std::string lineage_picture(const Experiment& experiment, const std::vector<TurnPointer>& turns,
                            const Population& population) {
  const std::vector<Branch> tree = family_tree(turns, population);
  const Disc disc = laid_out(tree, turns);
  const std::vector<bool> on_way = way_to_best(tree);
  constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
  Svg svg(side, side + 40);
  svg.text({24, 30}, fmt::format("{}: who descends from whom", experiment.name), {15, Anchor::start, "#1b1f24", true});
  // What has died out below, the living above it, the way to the best on top.
  for (const bool alive : {false, true})
    for (std::size_t i = 0; i < tree.size(); ++i)
      if (tree[i].alive == alive) draw_branch(svg, disc, tree, i, alive ? 1.8 : 1.0, alive ? 1 : 0.45, all);
  for (std::size_t i = 0; i < tree.size(); ++i)
    if (on_way[i]) draw_branch(svg, disc, tree, i, 4.5, 1, tree[i].best ? population.best->sequence : all);
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const auto dot = [&](double moment, double radius, const std::string& colour) {
      svg.circle(Disc::at(disc.angles[i], moment), radius, colour);
    };
    if (tree[i].parent < 0) dot(0, 3.4, time_colour(0));
    if (tree[i].alive && tree[i].children.empty()) dot(disc.end(*tree[i].turns.back()), 2.6, time_colour(1));
    if (!tree[i].best) continue;
    dot(disc.end(*population.best), 7, "#1b1f24");
    dot(disc.end(*population.best), 3.6, time_colour(1));
  }
  double total = 0;
  for (const TurnPointer& turn : turns) total += static_cast<double>(turn->steps());
  draw_key(svg, tree, total);
  return svg.str();
}

}  // namespace pbt
