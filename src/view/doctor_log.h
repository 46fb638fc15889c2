#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "core/entry.h"
#include "pbt/store.h"

namespace pbt {

/// The record's entries in order of sequence, read in pages and forgotten once taken, with as much look-ahead as
/// somebody asks for.
class RecordLog {
 public:
  /// `last`: entries after this sequence are left out; they are being added while we read.
  RecordLog(const RunReader& reader, std::int64_t last) : reader_(reader), last_(last) {}

  /// The next entry; null at the end. Stays valid until pop().
  [[nodiscard]] const Entry* front();
  void pop() { ahead_.pop_front(); }
  /// An entry that was not taken yet; null when there is none of that sequence.
  [[nodiscard]] const Entry* find(std::int64_t sequence);
  /// The turn of that key among the entries that were not taken yet, before `sequence`; null when it is not there.
  [[nodiscard]] TurnPointer find_turn(TurnKey key, std::int64_t sequence);

 private:
  bool read_one();

  struct Page {
    std::deque<Entry> entries;
    std::int64_t after = 0;
    bool at_end = false;
  };

  const RunReader& reader_;
  const std::int64_t last_;
  std::deque<Entry> ahead_;  ///< sorted by sequence
  Page turns_, decisions_, failures_;
};

}  // namespace pbt
