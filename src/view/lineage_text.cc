#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "view/text_views.h"

namespace pbt {
namespace {

struct Drawing {
  const Objective& objective;
  const std::vector<Branch>& tree;
  DeadEnds dead_ends;
  int hidden = 0;
  std::string text;
};

std::string label(const Drawing& drawing, const Branch& branch) {
  const Turn& first = *branch.turns.front();
  const Turn& last = *branch.turns.back();
  std::string text = to_string(first.key);
  if (branch.turns.size() > 1) text += fmt::format("-t{}", last.key.index);
  const bool copied = first.parent && first.parent->member != first.key.member;
  if (copied) text += fmt::format(" from {}", to_string(*first.parent));
  text +=
      fmt::format("  steps {} to {}  {} ", grouped(first.from_step), grouped(last.to_step), drawing.objective.metric);
  text += std::isfinite(last.score) ? short_number(drawing.objective.metric_value(last.score)) : "diverged";
  if (branch.best) text += "  (best)";
  if (!branch.alive) text += "  (ended)";
  return text;
}

void draw(Drawing& drawing, int at, const std::string& indent, const char* corner, const char* under) {
  const Branch& branch = drawing.tree[static_cast<std::size_t>(at)];
  drawing.text += indent + corner + label(drawing, branch) + '\n';
  std::vector<int> children;
  for (const int child : branch.children) {
    const bool shown = drawing.dead_ends == DeadEnds::shown || drawing.tree[static_cast<std::size_t>(child)].alive;
    if (shown) children.push_back(child);
  }
  // One child goes on below its parent without an indent: lineages are deep, and mostly do not fork.
  if (children.size() == 1) draw(drawing, children.front(), indent + under, "", "");
  for (std::size_t i = 0; children.size() > 1 && i < children.size(); ++i) {
    const bool last = i + 1 == children.size();
    draw(drawing, children[i], indent + under, last ? "└─ " : "├─ ", last ? "   " : "│  ");
  }
}

}  // namespace

std::string lineage_text(const Experiment& experiment, const std::vector<Branch>& tree, DeadEnds dead_ends) {
  Drawing drawing{experiment.objective, tree, dead_ends, 0, ""};
  for (std::size_t at = 0; at < tree.size(); ++at) {
    if (!tree[at].alive && dead_ends == DeadEnds::hidden) ++drawing.hidden;
    if (tree[at].parent >= 0 || (!tree[at].alive && dead_ends == DeadEnds::hidden)) continue;
    draw(drawing, static_cast<int>(at), "", "", "");
  }
  if (drawing.hidden > 0) {
    drawing.text += fmt::format("(dead ends left out: {}; --all shows them)\n", drawing.hidden);
  }
  return drawing.text;
}

}  // namespace pbt
