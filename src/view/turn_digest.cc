#include "view/turn_digest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace pbt {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

DigestColumn& column(std::vector<DigestColumn>& columns, const std::string& name, std::size_t rows) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const DigestColumn& each) { return each.name == name; });
  if (found != columns.end()) return *found;
  columns.push_back({name, std::deque<float>(rows, kNone)});
  return columns.back();
}

float place_of(std::vector<std::string>& labels, const std::string& text) {
  const auto found = std::find(labels.begin(), labels.end(), text);
  if (found == labels.end()) labels.push_back(text);
  return static_cast<float>(found == labels.end() ? labels.size() - 1
                                                  : static_cast<std::size_t>(found - labels.begin()));
}

float number_of(const Value& value, std::vector<std::string>& labels) {
  if (const auto* real = std::get_if<double>(&value)) return static_cast<float>(*real);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<float>(*integer);
  return place_of(labels, to_string(value));
}

void fill_up(std::vector<DigestColumn>& columns, std::size_t rows) {
  for (DigestColumn& each : columns) each.values.resize(rows, kNone);
}

/// As is_better has it.
bool comes_before(const DigestRow& row, const DigestRow* best) {
  if (row.partial || !std::isfinite(row.score)) return false;
  if (best == nullptr || row.score != best->score) return best == nullptr || row.score > best->score;
  return std::tie(row.index, row.member) < std::tie(best->index, best->member);
}

}  // namespace

void TurnDigest::add(const Turn& turn) {
  const std::size_t at = rows_.size();
  const std::int64_t before = rows_.empty() ? 0 : rows_.back().total_steps;
  DigestRow row{turn.from_step, turn.to_step, before + turn.steps(), turn.started_ms, turn.score};
  row.duration_ms = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(turn.ended_ms - turn.started_ms, 0, std::numeric_limits<std::int32_t>::max()));
  row.member = turn.key.member;
  row.index = turn.key.index;
  row.partial = turn.partial;
  row.parent = turn.parent ? find(*turn.parent) : -1;
  row.root = row.parent < 0 ? static_cast<std::int32_t>(at) : this->row(row.parent).root;
  const auto worker = worker_places_.find(turn.worker);
  if (worker != worker_places_.end()) {
    row.worker = worker->second;
  } else {
    if (workers_.size() <= std::numeric_limits<std::uint16_t>::max()) workers_.push_back(turn.worker);
    row.worker = static_cast<std::uint16_t>(workers_.size() - 1);
    worker_places_.emplace(turn.worker, row.worker);
  }
  for (const auto& [name, value] : turn.hyperparameters) {
    DigestColumn& values = column(hyperparameters_, name, at);
    values.values.push_back(number_of(value, values.labels));
  }
  for (const auto& [name, value] : turn.metrics) column(metrics_, name, at).values.push_back(static_cast<float>(value));
  fill_up(hyperparameters_, at + 1);
  fill_up(metrics_, at + 1);
  rows_.push_back(row);
  if (row.member >= 0 && row.member < static_cast<int>(rows_of_.size()) && row.index > 0) {
    auto& own = rows_of_[static_cast<std::size_t>(row.member)];
    own.resize(std::max(own.size(), static_cast<std::size_t>(row.index)), -1);
    own[static_cast<std::size_t>(row.index) - 1] = static_cast<std::int32_t>(at);
  }
  if (comes_before(row, best_ < 0 ? nullptr : &this->row(best_))) best_ = static_cast<int>(at);
}

int TurnDigest::find(TurnKey key) const {
  if (key.member < 0 || key.member >= static_cast<int>(rows_of_.size()) || key.index < 1) return -1;
  const auto& own = rows_of_[static_cast<std::size_t>(key.member)];
  return key.index > static_cast<int>(own.size()) ? -1 : own[static_cast<std::size_t>(key.index) - 1];
}

std::vector<int> TurnDigest::last_rows() const {
  std::vector<int> rows;
  for (const auto& own : rows_of_) rows.push_back(own.empty() ? -1 : own.back());
  return rows;
}

std::vector<int> lineage(const TurnDigest& digest, int end) {
  std::vector<int> rows;
  for (; end >= 0; end = digest.row(end).parent) rows.push_back(end);
  std::reverse(rows.begin(), rows.end());
  return rows;
}

std::vector<int> rows_to_show(const TurnDigest& digest, int limit) {
  std::vector<int> rows;
  if (digest.size() <= limit) {
    for (int row = 0; row < digest.size(); ++row) rows.push_back(row);
    return rows;
  }
  std::vector<int> wanted = digest.last_rows();
  std::erase(wanted, -1);
  const std::vector<int> best = lineage(digest, digest.best());
  wanted.insert(wanted.begin(), best.rbegin(), best.rend());
  std::vector<bool> shown(static_cast<std::size_t>(digest.size()));
  int count = 0;
  const auto show = [&](int row) {
    if (count >= limit || shown[static_cast<std::size_t>(row)]) return;
    shown[static_cast<std::size_t>(row)] = true;
    ++count;
  };
  for (const int row : wanted) show(row);
  const std::int64_t room = limit - count;
  const std::int64_t others = digest.size() - count;
  std::int64_t passed = 0;  // of the others
  for (int row = 0; row < digest.size(); ++row) {
    if (shown[static_cast<std::size_t>(row)]) continue;
    if ((passed + 1) * room / others > passed * room / others) show(row);
    ++passed;
  }
  for (int row = 0; row < digest.size(); ++row) {
    if (shown[static_cast<std::size_t>(row)]) rows.push_back(row);
  }
  return rows;
}

}  // namespace pbt
