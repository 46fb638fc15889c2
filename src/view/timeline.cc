#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "view/documents.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kStretches = 200;

std::int64_t end_of(const DigestRow& row) { return row.started_ms + row.duration_ms; }

std::vector<int> rows_within(const TurnDigest& digest, TimeWindow window) {
  std::vector<int> rows;
  for (int at = 0; at < digest.size(); ++at) {
    const DigestRow& row = digest.row(at);
    if (row.started_ms < window.to_ms && end_of(row) > window.from_ms) rows.push_back(at);
  }
  return rows;
}

Json bars(const TurnDigest& digest, const std::vector<int>& rows) {
  Json list = Json::array();
  for (const int at : rows) {
    const DigestRow& row = digest.row(at);
    const bool copied = row.parent >= 0 && digest.row(row.parent).member != row.member;
    list.push_back({{"worker", row.worker},
                    {"member", row.member},
                    {"turn", row.index},
                    {"from_ms", row.started_ms},
                    {"to_ms", end_of(row)},
                    {"copied", copied}});
  }
  return list;
}

/// By worker, then stretch: the share of it in which the worker trained.
Json busy_shares(const TurnDigest& digest, const std::vector<int>& rows, TimeWindow window) {
  const double width = static_cast<double>(window.to_ms - window.from_ms) / kStretches;
  std::vector<std::vector<double>> busy(digest.workers().size(), std::vector<double>(kStretches));
  for (const int at : rows) {
    const DigestRow& row = digest.row(at);
    const double from = static_cast<double>(row.started_ms - window.from_ms) / width;
    const double to = static_cast<double>(end_of(row) - window.from_ms) / width;
    for (int i = std::max(0, static_cast<int>(from)); i < kStretches && i < to; ++i)
      busy[row.worker][static_cast<std::size_t>(i)] += std::min(to, i + 1.0) - std::max(from, static_cast<double>(i));
  }
  Json list = Json::array();
  for (const auto& shares : busy) {
    Json row = Json::array();
    for (const double share : shares) row.push_back(static_cast<int>(std::min(100.0, 100 * share + 0.5)));
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace

TimeWindow whole_time(const TurnDigest& digest) {
  if (digest.size() == 0) return {};
  TimeWindow window{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  for (int at = 0; at < digest.size(); ++at) {
    window.from_ms = std::min(window.from_ms, digest.row(at).started_ms);
    window.to_ms = std::max(window.to_ms, end_of(digest.row(at)));
  }
  return window;
}

std::string timeline_document(const TurnDigest& digest, TimeWindow window, int limit) {
  const std::vector<int> rows = rows_within(digest, window);
  const bool few = static_cast<int>(rows.size()) <= limit;
  Json json = {
      {"from_ms", window.from_ms}, {"to_ms", window.to_ms}, {"turns", rows.size()}, {"workers", digest.workers()}};
  json["bars"] = few ? bars(digest, rows) : Json::array();
  json["busy_percent"] = few ? Json::array() : busy_shares(digest, rows, window);
  return dump(json);
}

}  // namespace pbt
