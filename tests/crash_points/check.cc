#include "tests/crash_points/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checkpoint/directory_storage.h"
#include "store/sqlite_store.h"
#include "tests/crash_points/scenarios.h"
#include "view/doctor.h"

namespace crash_points {
namespace {

namespace fs = std::filesystem;
using Violations = std::vector<std::string>;

constexpr int kAll = 1'000'000;

/// Everything that the record holds, in the journal's words: what came in one commit stands together there.
std::set<std::string> recorded(const pbt::RunReader& reader) {
  std::set<std::string> words{"experiment"};
  for (const pbt::TurnPointer& turn : reader.turns(0, kAll)) words.insert(describe(*turn));
  for (const pbt::Decision& decision : reader.decisions(0, kAll)) words.insert(describe(decision));
  for (const pbt::Failure& failure : reader.failures(0, kAll)) words.insert(describe(failure));
  return words;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(", ", from), text.size());
    words.push_back(text.substr(from, end - from));
    from = end + 2;
  }
  return words;
}

/// `pbt inject` keeps no journal.
bool is_injected(const std::string& word) { return word == "decision m1.t1.r1 start"; }

void check_journal(const Noted& noted, const pbt::RunReader& reader, Violations& violations) {
  const std::set<std::string> there = recorded(reader);
  std::set<std::string> standing, tried{"experiment"};
  for (const pbt::Checkpoint& checkpoint : reader.checkpoints()) standing.insert(checkpoint.name);
  const pbt::Population population = reader.population();
  const auto fail = [&](const std::string& what) { violations.push_back(what); };
  for (const std::string& what : noted.twice) fail(what + " was acknowledged twice");
  for (const std::string& what : noted.tried)
    for (const std::string& word : split(what)) tried.insert(word);
  for (const std::string& word : there)
    if (!tried.contains(word) && !is_injected(word)) fail(word + " is recorded, and nobody asked for it");
  for (const std::string& what : noted.acknowledged) {
    int member = 0;
    long long fence = 0;
    const std::string name = what.substr(what.find(' ') + 1);
    if (std::sscanf(what.c_str(), "lease m%d.f%lld", &member, &fence) == 2) {
      if (population.members.at(static_cast<std::size_t>(member)).fence < fence)
        fail(what + " was given out, and its fence is lost");
    } else if (what.starts_with("removed ")) {
      if (standing.contains(name)) fail("checkpoint " + name + " was called removed, and stands again");
    } else if (what.starts_with("pin ") || what.starts_with("import ")) {
      if (!standing.contains(name) && !noted.acknowledged.contains("removed " + name))
        fail("checkpoint " + name + " is lost");
    } else if (what.starts_with("turn ") || what.starts_with("decision ") || what.starts_with("failure ")) {
      for (const std::string& word : split(what))
        if (!there.contains(word)) fail(word + " was acknowledged, and is not in the record");
    }
  }
}

/// What a turn without a parent started from. The scenarios import 5 for a start and 7 for an injection.
double imported_before(const pbt::RunReader& reader, const pbt::Turn& turn) {
  std::string name;
  for (const pbt::Decision& decision : reader.decisions(0, kAll))
    if (decision.member == turn.key.member && decision.turn == turn.key.index - 1 && decision.sequence < turn.sequence)
      name = decision.imported ? decision.imported->name : "";
  return name.empty() ? 0 : name.find("inject") == std::string::npos ? 5 : 7;
}

/// The weights of a turn are its parent's, trained.
void check_weights(const pbt::RunReader& reader, Violations& violations) {
  for (const pbt::TurnPointer& turn : reader.turns(0, kAll)) {
    const double before = turn->parent ? reader.turn(*turn->parent)->score : imported_before(reader, *turn);
    const double expected = before + turn->hyperparameters.real("lr") * static_cast<double>(turn->steps());
    if (turn->score != expected)
      violations.push_back(fmt::format("{} scores {}, and its parent's weights trained make {}", to_string(turn->key),
                                       turn->score, expected));
  }
}

void check_integrity(const fs::path& database, Violations& violations) {
  pbt::sqlite::Connection connection(database, pbt::sqlite::Open::read);
  auto answer = connection.query("PRAGMA integrity_check");
  if (!answer.next() || answer.text(0) != "ok") violations.push_back("SQLite's integrity check: " + answer.text(0));
}

/// Each member has exactly the turns that its budget makes.
void check_end(Site& site, Violations& violations) {
  const pbt::RunStatus status = site.store().status();
  if (status.state != pbt::RunState::done)
    violations.push_back("the experiment ended " + to_string(status.state) + ": " + status.reason);
  const auto turns = site.experiment.budget.steps / site.experiment.interval;
  for (const pbt::Member& member : site.store().population().members)
    if (member.turns != turns || member.steps_done != site.experiment.budget.steps)
      violations.push_back(fmt::format("member {} has {} turns of {} steps, and its budget makes {}", member.id,
                                       member.turns, member.steps_done, turns));
}

/// What may stand when all garbage was collected.
std::set<std::string> needed(Site& site) {
  std::set<std::string> names;
  const pbt::Population population = site.store().population();
  if (population.best) names.insert(population.best->checkpoint.name);
  for (const pbt::Member& member : population.members) names.insert(member.standing->checkpoint.name);
  for (const std::string& what : read_journal(site.journal_file()).acknowledged)
    if (what.starts_with("pin ")) names.insert(what.substr(4));
  return names;
}

/// After the garbage was collected.
void check_leftovers(Site& site, Violations& violations) {
  const std::set<std::string> may_stand = needed(site);
  std::set<std::string> named, found;
  for (const pbt::Checkpoint& checkpoint : site.store().checkpoints()) named.insert(checkpoint.name);
  for (const std::string& name : named)
    if (!may_stand.contains(name)) violations.push_back("checkpoint " + name + " stands, and nothing needs it");
  for (const std::string& name : site.storage().list()) found.insert(name);
  for (const std::string& name : found)
    if (!named.contains(name)) violations.push_back("bytes are left over: checkpoint " + name);
  for (const auto& entry : fs::directory_iterator(site.run() / "checkpoints" / "staging"))
    violations.push_back("bytes are left over: " + entry.path().string());
  const std::set<std::string> expected = {"checkpoints", "pbt.db", "pbt.db-shm", "pbt.db-wal"};
  for (const auto& entry : fs::directory_iterator(site.run()))
    if (!expected.contains(entry.path().filename()))
      violations.push_back("bytes are left over: " + entry.path().string());
}

}  // namespace

Violations check_record(Site& site) {
  Violations violations;
  const Noted noted = read_journal(site.journal_file());
  const auto names = fs::exists(site.database()) ? pbt::experiments(site.database()) : Violations{};
  if (std::ranges::find(names, site.experiment.name) == names.end()) {
    if (noted.acknowledged.contains("experiment")) violations.push_back("the experiment was made, and is not there");
    return violations;
  }
  const auto reader = pbt::open_sqlite_reader(site.database(), site.experiment.name);
  pbt::SystemFiles files;
  const auto fresh =
      pbt::make_directory_storage(site.run() / "checkpoints", site.experiment.checkpoints.durability, files);
  violations = pbt::examine(*reader, *fresh, site.experiment, *site.algorithm).violations;
  check_journal(noted, *reader, violations);
  check_weights(*reader, violations);
  check_integrity(site.database(), violations);
  return violations;
}

Violations finish_and_check(Site& site) {
  site.take_up();
  (void)site.work([](const pbt::Event&) { return false; });
  Violations violations;
  check_end(site, violations);
  site.collect_garbage();
  check_leftovers(site, violations);
  std::ranges::copy(check_record(site), std::back_inserter(violations));
  return violations;
}

Violations check_migration(Site& site, bool must) {
  const auto newer = static_cast<std::int64_t>(migrated_schema().size());
  pbt::sqlite::Connection connection(site.database(), pbt::sqlite::Open::write);
  const auto number = [&](const std::string& sql) {
    auto query = connection.query(sql);
    return query.next() ? query.integer(0) : -1;
  };
  const std::int64_t version = number("PRAGMA user_version");
  const std::int64_t tables =
      number("SELECT count(*) FROM sqlite_master WHERE name IN ('scores', 'scores_by_sequence')");
  const std::int64_t columns = number("SELECT count(*) FROM pragma_table_info('members') WHERE name = 'books'");
  Violations violations;
  if (version == newer) {
    if (tables != 2 || columns != 1) return {"the store says that it is migrated, and is so in part"};
    if (number("SELECT count(*) FROM scores JOIN turns USING (experiment, sequence, score)") !=
        number("SELECT count(*) FROM turns"))
      violations.push_back("scores were not all taken over");
    if (number("SELECT count(*) FROM members WHERE books != turns") != 0)
      violations.push_back("books were not all filled");
    connection.script(fmt::format("PRAGMA user_version = {}", pbt::sqlite::newest_schema().size()));
  } else if (must || version != static_cast<std::int64_t>(pbt::sqlite::newest_schema().size()) ||
             tables + columns != 0) {
    violations.push_back(fmt::format("the store is at version {} with {} tables and {} columns of version {}", version,
                                     tables, columns, newer));
  }
  return violations;
}

}  // namespace crash_points
