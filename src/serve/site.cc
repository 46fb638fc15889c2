#include "serve/site.h"

#include <fmt/format.h>

#include <algorithm>

#include "view/documents.h"
#include "view/machine_views.h"

namespace pbt::serve {
namespace {

constexpr int kPage = 1000;
constexpr std::int64_t kFreshMs = 900;
constexpr int kTrend = 12;
/// A look at a large population on a busy machine must leave time for reading on: so many times what it took.
constexpr std::int64_t kRest = 10;

/// Documents of long records take a while to make, and change little from one second to the next.
std::int64_t progress_age_max_ms(int rows) { return rows < rows_max ? kFreshMs : 10'000; }

}  // namespace

FollowedRun::FollowedRun(OpenedRun run, Clock& clock)
    : run_(std::move(run)),
      clock_(clock),
      digest_(run_.experiment.population),
      gains_(run_.experiment),
      diversity_(run_.experiment) {}

bool FollowedRun::read_on(int turns) {
  const std::vector<TurnPointer> page = run_.reader->turns(sequence_, turns);
  for (const TurnPointer& turn : page) digest_.add(*turn);
  if (!page.empty()) sequence_ = page.back()->sequence;
  const std::vector<Failure> failed = run_.reader->failures(failure_sequence_, turns);
  failures_ += static_cast<std::int64_t>(failed.size());
  if (!failed.empty()) failure_sequence_ = failed.back().sequence;
  read_ms_ = clock_.now_ms();
  return static_cast<int>(page.size()) == turns;
}

void FollowedRun::catch_up() {
  if (read_ms_ == 0 || clock_.now_ms() - read_ms_ >= kFreshMs) read_on(kPage);
}

const Overview& FollowedRun::overview() {
  const std::int64_t begin_ms = clock_.now_ms();
  if (overview_ms_ == 0 || begin_ms - overview_ms_ >= std::max(kFreshMs, kRest * overview_took_ms_)) {
    const int history = std::min(run_.experiment.population * kTrend, kPage);
    overview_ = pbt::overview(run_.experiment, run_.reader->status(), run_.reader->population(history), kTrend);
    overview_ms_ = clock_.now_ms();
    overview_took_ms_ = overview_ms_ - begin_ms;
  }
  return overview_;
}

std::string FollowedRun::experiment_json() {
  return fmt::format(R"({{"description":{},"status":{},"now_ms":{},"read":{}}})", description_json(run_.experiment),
                     status_json(run_.experiment, overview()), clock_.now_ms(), digest_.size());
}

std::string FollowedRun::failures_json(std::int64_t after, int limit) const {
  std::string text;
  for (const Failure& failure : run_.reader->failures(after, limit))
    text += (text.empty() ? "" : ",") + failure_json(failure);
  return '[' + text + ']';
}

const std::string& FollowedRun::progress() {
  const bool is_old = clock_.now_ms() - progress_ms_ >= progress_age_max_ms(digest_.size());
  if (progress_rows_ < 0 || (progress_rows_ != digest_.size() && is_old)) {
    gains_.update(digest_);
    diversity_.update(digest_);
    progress_ = progress_document(run_.experiment, digest_, gains_, diversity_);
    progress_rows_ = digest_.size();
    progress_ms_ = clock_.now_ms();
  }
  return progress_;
}

FollowedRun* Site::find(const std::string& name) {
  const auto found = runs_.find(name);
  if (found != runs_.end()) return found->second.get();
  const std::vector<std::string> there = names();
  if (std::find(there.begin(), there.end(), name) == there.end()) return nullptr;
  return runs_.emplace(name, std::make_unique<FollowedRun>(sources_.open(name), clock_)).first->second.get();
}

bool Site::read_on() {
  bool more = false;
  for (const auto& [name, run] : runs_) {
    if (run->is_followed() && run->digest().size() < run->overview().turns) more = run->read_on(kPage) || more;
  }
  return more;
}

}  // namespace pbt::serve
