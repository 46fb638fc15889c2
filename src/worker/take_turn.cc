#include "worker/take_turn.h"

#include "worker/attempt.h"
#include "worker/prepare.h"
#include "worker/record.h"

// Start reading here. One turn of a member, in the order of Algorithm 1 (Jaderberg et al., 2017):
//
//   for each member (θ, h, p, t), asynchronously, in parallel:
//     θ ← step(θ | h)                        train()
//     p ← eval(θ)                            train(): the trainer reports the metric with the turn
//     if ready(p, t, P):                     a complete turn is ready
//       h', θ' ← exploit(h, θ, p, P)         record() → decide()
//       if θ' ≠ θ:
//         h, θ ← explore(h', θ', P)          record() → decide()
//         p ← eval(θ)                        the donor's score stands until the next turn
//     publish (θ, h, p, t+1)                 publish(): bytes first; record(): record last
//
// Several members may be trained in one batch; one is the usual case.

namespace pbt {

std::vector<Event> take_turns(const Tools& tools, std::vector<Lease> leases, TurnControl& control) {
  start_unborn(tools, leases);
  std::vector<Attempt> attempts = prepare(tools, leases);
  train(tools, attempts, control);
  publish(tools, attempts);
  return record(tools, attempts);
}

}  // namespace pbt
