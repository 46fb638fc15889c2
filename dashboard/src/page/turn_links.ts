import type { TurnName } from "../data/api";
import { turnName } from "../data/format";
import { type Address, withOptions } from "./address";

// Where a turn's panel opens, over the view that is shown.
export function turnAddress(address: Address, turn: TurnName): string {
  return withOptions(address, { turn: turnName(turn) });
}
