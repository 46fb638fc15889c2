#pragma once

#include <vector>

#include "pbt/worker.h"

namespace pbt {

/// Takes the next turn of each leased member, as one batch, and records it: Algorithm 1 of the paper, one cycle of its
/// loop. Returns what happened, one event a lease; a lease that was given back (abandoned, lost, rewound) has none.
[[nodiscard]] std::vector<Event> take_turns(const Tools& tools, std::vector<Lease> leases, TurnControl& control);

}  // namespace pbt
