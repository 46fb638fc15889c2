#include "tests/power_loss/recorder.h"

#include <stdexcept>

#include "tests/power_loss/disk.h"
#include "tests/power_loss/recorded_calls.h"

namespace pbt::power_loss {

Recorder::Recorder(const std::filesystem::path& root) {
  if (recording) throw std::logic_error("one recorder at a time");
  recording = new Shadow(root);
}

Recorder::~Recorder() {
  delete recording;
  recording = nullptr;
}

Trace Recorder::finish() {
  Trace trace = recording->trace();
  Disk disk(trace.before);
  for (const Operation& operation : trace.operations) disk.apply(operation);
  const Contents amounts_to = disk.state(Choice(disk.atoms().size(), true));
  const Contents there = read_contents(recording->root());
  const auto same = [](const auto& a, const auto& b) {
    return a.first == b.first && !a.second == !b.second && (!a.second || *a.second == *b.second);
  };
  if (!std::equal(amounts_to.begin(), amounts_to.end(), there.begin(), there.end(), same))
    throw std::logic_error("the recorded operations do not amount to what is on the disk: one was missed");
  return trace;
}

void Recorder::promise(std::int64_t entries) {
  if (recording) recording->note({.kind = Operation::promise, .at = entries});
}

}  // namespace pbt::power_loss
