#pragma once

#include <span>
#include <string>

#include "pbt/random.h"

namespace pbt::simulation {

/// What goes wrong, and how often: data, drawn from a seed or read from a file. Probabilities are of one call, or of
/// one turn for those of the trainer; `every` values are the mean virtual seconds between two such events, 0: never.
struct Faults {
  // Each call of the store, by a worker or another process.
  double store_crash = 0;    ///< the process dies before the call reaches the store, or after it did
  double store_error = 0;    ///< StoreError: the call never came, was carried out, or will be carried out later
  double store_stall = 0;    ///< the whole process stands still for up to three leases, before or after the call
  double store_latency = 0;  ///< the call takes up to 50 ms, so that others come between a snapshot and its commit
  double renewal_twice = 0;  ///< a renewal arrives again, up to two leases later
  // Each call of the checkpoint storage.
  double storage_crash = 0;  ///< the process dies before, in the middle of, or after it; what it was writing is torn
  double storage_error = 0;  ///< StorageError
  // Each turn of a trainer.
  double trainer_crash = 0;
  double trainer_hang = 0;       ///< until its time-out
  double trainer_diverge = 0;    ///< NaN
  double trainer_lie = 0;        ///< too few steps, no metric, other hyperparameters in effect, or nothing saved
  double trainer_overshoot = 0;  ///< more steps than asked for
  double slowest = 1;            ///< how many times longer the slowest member's steps take than the fastest's
  // The world.
  double kill_every = 0;  ///< some process, by SIGKILL
  double stop_every = 0;  ///< some process, by SIGSTOP, for up to three leases
  /// Every process; with durability `process`, bytes that were published lately are lost or torn too.
  double power_cut_every = 0;
  double outage_every = 0;      ///< the database answers nobody for up to a minute
  double disk_full_every = 0;   ///< no bytes can be written, for up to ten minutes
  double join_every = 0;        ///< a process with some workers joins
  double leave_every = 0;       ///< a process is asked to leave
  double clock_step_every = 0;  ///< the store's clock jumps by up to ten minutes
  double person_every = 0;      ///< somebody pauses, goes on, pins, injects, collects garbage
  double skew_s = 0;            ///< how far the clocks of the machines are apart
};

/// One of them by name, for files, messages and drawing alike.
struct FaultField {
  const char* name;
  double Faults::* value;
  double most;  ///< what a swarm draws it up to
};
[[nodiscard]] std::span<const FaultField> fault_fields();

/// Swarm testing (Groce et al., ISSTA 2012): each fault is left out half of the time, else its rate is drawn
/// log-uniformly, so that rare combinations come up. `turn_s`: the rates of the world are in its proportion.
[[nodiscard]] Faults draw_faults(Random& random, double turn_s);

/// As a JSON object, every field by name.
[[nodiscard]] std::string to_json(const Faults& faults);
/// Replaces those fields that the JSON object names. Throws UsageError that says what is wrong with it.
void read_json(const std::string& text, Faults& faults);

}  // namespace pbt::simulation
