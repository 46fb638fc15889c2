#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "pbt/checkpoint.h"
#include "pbt/store.h"
#include "tests/simulation/world.h"

namespace pbt::simulation {

/// Sees every call that reaches the store and the storage, at the moment at which it is carried out, and knows of
/// itself what must then hold: leases, fences, turns, bytes. It keeps its own account, which shares no code with the
/// stores, and says in a sentence what contradicts it (World::violate).
class Witness {
 public:
  /// `sweep_every`: how many changes of the record come between two looks at the whole of it; 1 is every one.
  Witness(World& world, const RunReader& reader, CheckpointStorage& storage, const Clock& clock, int members,
          int sweep_every);

  void acquired(const LeaseRequest& request, const std::vector<Lease>& leases);
  void renewed(const std::vector<Lease>& leases, const std::vector<bool>& answers, std::chrono::milliseconds duration);
  void committed(const Commit& commit, const std::vector<CommitResult>& results);
  void collected(const std::vector<Checkpoint>& removed);
  void imported(const Checkpoint& checkpoint);

  void staging(const std::string& name);
  void removing(const std::string& name);
  /// A power cut took these bytes, which durability `process` permits.
  void lost(const std::string& name) { lost_.insert(name); }
  [[nodiscard]] bool is_lost(const std::string& name) const { return lost_.contains(name); }

  /// A worker believes that it holds the lease, now.
  void believes(const Lease& lease);
  void believes(TurnKey turn, std::int64_t fence);

  /// The members, the log and the bytes against the account.
  void sweep();
  [[nodiscard]] std::int64_t turns_committed() const { return turns_committed_; }
  /// The digest of a turn as it was committed; 0: none was.
  [[nodiscard]] std::uint64_t fingerprint(TurnKey key) const;

 private:
  /// What is known of a member.
  struct Known {
    std::int64_t fence = 0;
    bool leased = false;
    std::int64_t lease_until_ms = 0;
    std::string worker;
    struct Committed {
      std::uint64_t fingerprint = 0;
      std::uint64_t chain = 0;
      std::int64_t fence = 0;
      bool can_donate = false;
    };
    std::vector<Committed> turns;
  };

  void on(const StartMember& start, CommitResult result);
  void on(const FinishedTurn& finished, CommitResult result);
  void on(const FailTurn& fail, CommitResult result);
  void on(const Decide& decide, CommitResult result);
  void judge(const char* what, const Lease& lease, CommitResult result);
  void check_decision(const Decision& decision);
  void check_bytes(const Turn& turn, Known& known);
  void changed();
  [[nodiscard]] Known& known(int member) { return known_.at(static_cast<std::size_t>(member)); }
  [[nodiscard]] bool holds(const Lease& lease) {
    return known(lease.member.id).leased && known(lease.member.id).fence == lease.fence();
  }
  [[nodiscard]] bool is_needed_and_gone(const std::string& name) const {
    return !standing_.contains(name) && !lost_.contains(name);
  }

  World& world_;
  const RunReader& reader_;
  CheckpointStorage& storage_;
  const Clock& clock_;
  const int sweep_every_;
  int changes_ = 0;
  std::int64_t turns_committed_ = 0;
  std::vector<Known> known_;
  std::set<std::string> standing_;  ///< named by the record and not marked removed
  std::set<std::string> lost_;
};

/// A digest of all of a turn but the sequence that the store gives it.
[[nodiscard]] std::uint64_t fingerprint(const Turn& turn);

}  // namespace pbt::simulation
