#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "pbt/error.h"
#include "serve/api.h"

namespace pbt::serve {
namespace {

constexpr std::int64_t kIdleWindowMs = 10 * 60 * 1000;

/// A label's value: backslash, quote and line feed are escaped (text format 0.0.4).
std::string label(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '\n') {
      result += "\\n";
      continue;
    }
    if (letter == '\\' || letter == '"') result += '\\';
    result += letter;
  }
  return result;
}

/// A number as the format has it.
std::string sample(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

/// The families, each with all its samples, as the format demands.
class Families {
 public:
  void add(const std::string& name, const char* type, const char* help, const std::string& labels, double value) {
    std::string& text = families_[name];
    if (text.empty()) text = fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    text += fmt::format("{}{{{}}} {}\n", name, labels, sample(value));
  }
  [[nodiscard]] std::string str() const {
    std::string result;
    for (const auto& [name, text] : families_) result += text;
    return result;
  }

 private:
  std::map<std::string, std::string> families_;
};

/// The share of the last ten minutes in which those workers trained nothing that ended a turn in them; NaN where there
/// were none. A turn under way counts as training.
double idle_share(const FollowedRun& run, const Overview& look, std::int64_t now_ms) {
  std::map<std::string, double> busy_ms;
  const TurnDigest& digest = run.digest();
  const std::int64_t from_ms = now_ms - kIdleWindowMs;
  for (const MemberRow& member : look.members) {
    if (!member.worker.empty()) busy_ms[member.worker] = 0;
  }
  std::map<std::string, std::int64_t> last_end_ms;
  for (int at = digest.size() - 1; at >= 0; --at) {
    const DigestRow& row = digest.row(at);
    const std::int64_t end_ms = row.started_ms + row.duration_ms;
    if (end_ms < from_ms - kIdleWindowMs) break;  // rows end in about the order of the record
    if (end_ms <= from_ms) continue;
    const std::string& worker = digest.workers()[row.worker];
    busy_ms[worker] += static_cast<double>(end_ms - std::max(from_ms, row.started_ms));
    last_end_ms[worker] = std::max(last_end_ms[worker], end_ms);
  }
  for (const MemberRow& member : look.members) {
    if (member.worker.empty()) continue;
    const auto ended = last_end_ms.find(member.worker);
    busy_ms[member.worker] += static_cast<double>(now_ms - (ended == last_end_ms.end() ? from_ms : ended->second));
  }
  if (busy_ms.empty()) return NAN;
  double busy = 0;
  for (const auto& [worker, milliseconds] : busy_ms) busy += std::min(milliseconds, static_cast<double>(kIdleWindowMs));
  return 1 - busy / (static_cast<double>(busy_ms.size()) * static_cast<double>(kIdleWindowMs));
}

void add_leases(Families& families, const Overview& look, const std::string& own, std::int64_t now_ms) {
  for (const MemberRow& member : look.members) {
    if (member.worker.empty()) continue;
    families.add("pbt_lease_seconds_left", "gauge", "Until a member's lease runs out unless it is renewed.",
                 fmt::format("{},member=\"{}\",worker=\"{}\"", own, member.member, label(member.worker)),
                 static_cast<double>(member.lease_until_ms - now_ms) / 1000);
  }
}

void add_run(Families& families, FollowedRun& run, const std::string& own, std::int64_t now_ms) {
  run.catch_up();
  const Overview& look = run.overview();
  std::map<std::string, int> members;
  for (const MemberState state :
       {MemberState::unborn, MemberState::ready, MemberState::undecided, MemberState::waiting, MemberState::stopped})
    members[to_string(state)] = 0;
  for (const MemberRow& member : look.members) ++members[to_string(member.state)];
  for (const auto& [state, count] : members)
    families.add("pbt_members", "gauge", "Members by state.", fmt::format("{},state=\"{}\"", own, state), count);
  families.add("pbt_running", "gauge", "1 while the experiment is running.", own,
               look.status.state == RunState::running ? 1 : 0);
  families.add("pbt_turns_total", "counter", "Turns recorded.", own, static_cast<double>(look.turns));
  families.add("pbt_steps_total", "counter", "Steps trained by all members, failed attempts included.", own,
               static_cast<double>(look.progress.steps_done));
  families.add("pbt_failures_total", "counter", "Failed attempts recorded.", own, static_cast<double>(run.failures()));
  families.add("pbt_best_score", "gauge", "The best turn's score, in the objective's own sign; NaN: none yet.", own,
               look.best ? run.experiment().objective.metric_value(look.best->score) : NAN);
  families.add("pbt_steps_per_second", "gauge", "Lately, of all members together.", own,
               look.progress.steps_per_second);
  families.add("pbt_worker_idle_ratio", "gauge", "Of the last ten minutes, over the workers seen in them; NaN: none.",
               own, idle_share(run, look, now_ms));
  add_leases(families, look, own, now_ms);
}

}  // namespace

std::string prometheus_text(Site& site) {
  Families families;
  for (const std::string& name : site.names()) {
    const std::string own = fmt::format("experiment=\"{}\"", label(name));
    double readable = 1;
    try {
      if (FollowedRun* run = site.find(name)) add_run(families, *run, own, site.now_ms());
    } catch (const Error&) {
      readable = 0;  // the others are still worth watching, and this says that one is not
    }
    families.add("pbt_readable", "gauge", "0 where the record cannot be read.", own, readable);
  }
  return families.str();
}

}  // namespace pbt::serve
