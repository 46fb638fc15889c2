import type { Address } from "../page/address";
import type { ExperimentStore } from "../data/experiment_store";
import type { TurnRecord } from "../data/record";
import { parseTurnName, turnName } from "../data/format";

// What a view of one experiment sees. The fields change as data come in and options are chosen; `update` is called then.
export interface Context {
  store: ExperimentStore;
  address: Address;
  set(changes: Record<string, string | null>): void;
}
export interface View {
  element: HTMLElement;
  update(): void;
  close?(): void;
}
export type MakeView = (context: Context) => View;

export function openTurn(context: Context, place: number): void {
  const { record } = context.store;
  if (place < 0 || place >= record.size) return;
  context.set({ turn: turnName({ member: record.member[place]!, turn: record.turn[place]! }) });
}

export function option(context: Context, key: string, otherwise = ""): string {
  return context.address.options.get(key) ?? otherwise;
}
export function flag(context: Context, key: string): boolean {
  return context.address.options.get(key) === "1";
}

// The members that the reader chose to see, "3,17" in the address.
export function pickedMembers(context: Context): number[] {
  return [...new Set(option(context, "members").split(/[\s,]+/).filter((text) => /^\d{1,7}$/.test(text)).map(Number))].slice(0, 12);
}

export function nameOf(record: TurnRecord, place: number): string {
  return turnName({ member: record.member[place]!, turn: record.turn[place]! });
}

export function chosenTurn(context: Context): { member: number; turn: number } | null {
  return parseTurnName(context.address.options.get("turn"));
}

// Populations above this are drawn as a distribution, with single lines only for the winner and for chosen members.
export const linesMax = 64;
