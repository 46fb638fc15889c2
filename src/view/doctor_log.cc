#include "view/doctor_log.h"

#include <algorithm>
#include <array>

#include "view/lineage.h"

namespace pbt {
namespace {

Entry to_entry(TurnPointer&& turn) { return std::move(turn); }
Entry to_entry(Decision&& decision) { return std::make_shared<const Decision>(std::move(decision)); }
Entry to_entry(Failure&& failure) { return std::move(failure); }

}  // namespace

const Entry* RecordLog::front() { return ahead_.empty() && !read_one() ? nullptr : &ahead_.front(); }

const Entry* RecordLog::find(std::int64_t sequence) {
  while (ahead_.empty() || sequence_of(ahead_.back()) < sequence)
    if (!read_one()) return nullptr;
  const auto found = std::ranges::lower_bound(ahead_, sequence, {}, sequence_of);
  return found != ahead_.end() && sequence_of(*found) == sequence ? &*found : nullptr;
}

TurnPointer RecordLog::find_turn(TurnKey key, std::int64_t sequence) {
  (void)find(sequence);  // reads as far as that
  // From the decision backwards: its turn came in the same transaction, so it is near.
  auto at = std::ranges::lower_bound(ahead_, sequence, {}, sequence_of);
  while (at != ahead_.begin()) {
    const auto* turn = std::get_if<TurnPointer>(&*--at);
    if (turn != nullptr && (*turn)->key == key) return *turn;
  }
  return nullptr;
}

bool RecordLog::read_one() {
  const auto refill = [&](Page& page, const auto& read) {
    if (!page.entries.empty() || page.at_end) return;
    for (auto& entry : read(page.after)) page.entries.push_back(to_entry(std::move(entry)));
    page.at_end = page.entries.empty();
    if (!page.at_end) page.after = sequence_of(page.entries.back());
  };
  refill(turns_, [&](std::int64_t after) { return reader_.turns(after, entries_a_page); });
  refill(decisions_, [&](std::int64_t after) { return reader_.decisions(after, entries_a_page); });
  refill(failures_, [&](std::int64_t after) { return reader_.failures(after, entries_a_page); });
  Page* next = nullptr;
  for (Page* page : std::array{&turns_, &decisions_, &failures_}) {
    if (page->entries.empty()) continue;
    if (next == nullptr || sequence_of(page->entries.front()) < sequence_of(next->entries.front())) next = page;
  }
  if (next == nullptr || sequence_of(next->entries.front()) > last_) return false;
  ahead_.push_back(std::move(next->entries.front()));
  next->entries.pop_front();
  return true;
}

}  // namespace pbt
