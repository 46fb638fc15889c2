#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/power_loss/trace.h"

namespace pbt::power_loss {

/// The smallest thing that a disk has done or not done yet when the power goes, each independently of all others
/// (README.md).
struct Atom {
  enum Kind {
    data,   ///< the part of a write that falls into one sector
    size,   ///< a file grew up to the end of one sector, or was truncated
    entry,  ///< names of one folder changed: one came, one went, or one was replaced by another
  };
  Kind kind = data;
  std::size_t operation = 0;  ///< its number, counted over all that were applied
  int node = 0;               ///< the file or folder that it belongs to
};

/// Which of the atoms were done.
using Choice = std::vector<bool>;

/// What stands where a file grew but its data did not come.
enum class Fill : char { zeros = '\0', garbage = '\xa5' };

constexpr std::int64_t sector_bytes = 512;

/// A disk with a volatile cache: what is durable, and what is pending, in order. A sync of a file makes its data and
/// its size durable, not its name; a sync of a folder makes its names durable, not what they name.
class Disk {
 public:
  explicit Disk(const Contents& durable);
  /// Keeps a pointer to `operation`.
  void apply(const Operation& operation);

  /// All that is pending, in the order of the operations.
  [[nodiscard]] const std::vector<Atom>& atoms();
  /// What is found after a power cut now. `choice`: one for each of atoms().
  [[nodiscard]] Contents state(const Choice& choice, Fill fill = Fill::zeros);

 private:
  struct Pending {
    std::size_t number = 0;
    const Operation* operation = nullptr;
    std::int64_t size_before = 0;  ///< of the file, had everything been done
    std::size_t first_atom = 0;
    std::map<std::string, std::optional<int>> names;  ///< none: gone
  };
  struct Node {
    bool is_folder = false;
    std::shared_ptr<const std::string> bytes = std::make_shared<const std::string>();  ///< durable
    std::map<std::string, int> entries;                                                ///< durable
    std::int64_t size = 0;                                                             ///< had everything been done
    std::vector<Pending> pending;
  };

  Node& node(int number) { return nodes_[static_cast<std::size_t>(number)]; }
  int add(bool is_folder);
  void change(int folder, const Operation& operation, std::map<std::string, std::optional<int>> names);
  void flush(Node& flushed);
  void add_atoms(int number, Pending& pending);
  std::shared_ptr<const std::string> bytes_of(const Node& file, const Choice& choice, Fill fill) const;
  void collect(const Node& folder, const std::string& path, const Choice& choice, Fill fill, Contents& into);

  std::deque<Node> nodes_;
  std::vector<Atom> atoms_;
  bool atoms_are_current_ = false;
  std::size_t applied_ = 0;
};

}  // namespace pbt::power_loss
