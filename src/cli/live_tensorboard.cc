#include "cli/live_tensorboard.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

#include "pbt/error.h"

namespace pbt {
namespace {

/// TensorBoard itself looks every five seconds.
constexpr std::chrono::seconds update_every{3};

}  // namespace

LiveTensorBoard::LiveTensorBoard(std::filesystem::path folder, const Experiment& experiment, const RunReader& reader,
                                 const Clock& clock, std::function<void(const std::string& what)> tell)
    : folder_(std::move(folder)), experiment_(experiment), reader_(reader), clock_(clock), tell_(std::move(tell)) {}

void LiveTensorBoard::tick() {
  const std::chrono::nanoseconds now = clock_.monotonic();
  if (now < next_) return;
  next_ = now + update_every;
  update();
}

void LiveTensorBoard::finish() { update(); }

void LiveTensorBoard::update() try {
  if (folder_.empty() || !is_the_writer()) return;
  if (!log_) log_.emplace(folder_, experiment_);
  log_->update(reader_);
} catch (const Error& error) {
  folder_.clear();
  tell_(std::string("TensorBoard's files are not written any more: ") + error.what());
}

bool LiveTensorBoard::is_the_writer() {
  if (lock_.get() >= 0) return true;
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  Descriptor lock(::open((folder_ / ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644));
  if (lock.get() < 0) throw Error("cannot write to " + folder_.string() + ": " + std::strerror(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return false;
  lock_ = std::move(lock);
  return true;
}

}  // namespace pbt
