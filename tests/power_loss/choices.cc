#include "tests/power_loss/choices.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "pbt/random.h"

namespace pbt::power_loss {
namespace {

constexpr std::size_t sectors_a_page = 8;
constexpr int writes_torn = 2;

using Group = std::vector<std::size_t>;  ///< places of atoms

template <typename Key>
std::vector<Group> grouped(const std::vector<Atom>& atoms, const Key& key) {
  std::map<decltype(key(atoms.front(), 0)), Group> groups;
  for (std::size_t i = 0; i < atoms.size(); ++i) groups[key(atoms[i], i)].push_back(i);
  std::vector<Group> list;
  for (auto& [unused, group] : groups) list.push_back(std::move(group));
  return list;
}

class Chooser {
 public:
  Chooser(const std::vector<Atom>& atoms, const Visit& visit) : atoms_(atoms), visit_(visit) {}

  Choice choice(bool done) const { return Choice(atoms_.size(), done); }
  static void set(Choice& choice, const Group& group, bool done) {
    for (const std::size_t atom : group) choice[atom] = done;
  }
  void say(const std::string& name, const Choice& choice, Fill fill = Fill::zeros) const { visit_(name, choice, fill); }

  void every_subset(const std::vector<Group>& groups) const {
    for (std::uint64_t subset = 0; subset < (1ULL << groups.size()); ++subset) {
      Choice chosen = choice(false);
      for (std::size_t i = 0; i < groups.size(); ++i) set(chosen, groups[i], ((subset >> i) & 1) != 0);
      say("subset " + std::to_string(subset), chosen);
    }
  }

  /// Each of the last `window` alone missing and alone done; with `prefixes`, also everything before it.
  void singles(const std::string& what, const std::vector<Group>& groups, int window, bool prefixes) const {
    const std::size_t first =
        groups.size() > static_cast<std::size_t>(window) ? groups.size() - static_cast<std::size_t>(window) : 0;
    Choice before = choice(false);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (i >= first) {
        Choice missing = choice(true), alone = choice(false);
        set(missing, groups[i], false);
        set(alone, groups[i], true);
        say(what + " " + std::to_string(i) + " missing", missing);
        say(what + " " + std::to_string(i) + " alone", alone);
        if (prefixes) say("before " + what + " " + std::to_string(i), before);
      }
      set(before, groups[i], true);
    }
  }

  /// One write, all else done or nothing else: each sector missing, each alone, cut after each, with the size and
  /// without.
  void torn(const Group& write) const {
    for (const bool others : {true, false}) {
      Choice prefix = choice(others);
      set(prefix, write, false);
      for (const std::size_t atom : write) {
        Choice missing = choice(others);
        set(missing, write, true);
        missing[atom] = false;
        say("torn: atom " + std::to_string(atom) + " missing", missing);
        say("torn: before atom " + std::to_string(atom), prefix);
        prefix[atom] = true;
      }
    }
  }

  void kinds() const {
    const auto of = [&](Atom::Kind kind, bool rest) {
      Choice chosen = choice(rest);
      for (std::size_t i = 0; i < atoms_.size(); ++i)
        if (atoms_[i].kind == kind) chosen[i] = !rest;
      return chosen;
    };
    say("all but data", of(Atom::data, true));
    say("all but data, garbage instead", of(Atom::data, true), Fill::garbage);
    say("all but sizes", of(Atom::size, true));
    say("all but names", of(Atom::entry, true));
    say("names alone", of(Atom::entry, false));
    say("data alone", of(Atom::data, false));
    say("sizes alone", of(Atom::size, false));
  }

  void drawn(const std::string& what, const std::vector<Group>& groups, Random& random) const {
    constexpr double shares[] = {0.1, 0.5, 0.9};
    const double share = shares[random.index(3)];
    Choice chosen = choice(false);
    for (const Group& group : groups) set(chosen, group, random.bernoulli(share));
    say(what, chosen, random.bernoulli(0.5) ? Fill::zeros : Fill::garbage);
  }

 private:
  const std::vector<Atom>& atoms_;
  const Visit& visit_;
};

}  // namespace

void for_each_choice(const std::vector<Atom>& atoms, const Plan& plan, std::size_t cut, const Visit& visit) {
  const Chooser chooser(atoms, visit);
  chooser.say("all", chooser.choice(true));
  if (atoms.empty()) return;
  chooser.say("nothing", chooser.choice(false));
  const auto changes =
      grouped(atoms, [](const Atom& atom, std::size_t) { return std::pair(atom.operation, atom.node); });
  const auto nodes = grouped(atoms, [](const Atom& atom, std::size_t) { return atom.node; });
  const auto pages = grouped(atoms, [](const Atom& atom, std::size_t i) {
    return std::tuple(atom.operation, atom.node, atom.kind, atom.kind == Atom::data ? i / sectors_a_page : i);
  });
  const auto sectors = grouped(atoms, [](const Atom&, std::size_t i) { return i; });
  if (changes.size() <= static_cast<std::size_t>(plan.exhaustive_up_to))
    chooser.every_subset(changes);
  else
    chooser.singles("change", changes, plan.window, /*prefixes=*/true);
  int torn = 0;
  for (auto change = changes.rbegin(); change != changes.rend() && torn < writes_torn; ++change) {
    if (atoms[change->front()].kind != Atom::data) continue;
    chooser.torn(*change);
    ++torn;
  }
  chooser.singles("node", nodes, plan.window, /*prefixes=*/false);
  chooser.kinds();
  Random random{plan.seed, cut};
  for (int i = 0; i < plan.random; ++i) {
    chooser.drawn("drawn changes " + std::to_string(i), changes, random);
    chooser.drawn("drawn nodes " + std::to_string(i), nodes, random);
    chooser.drawn("drawn pages " + std::to_string(i), pages, random);
    chooser.drawn("drawn sectors " + std::to_string(i), sectors, random);
  }
}

}  // namespace pbt::power_loss
