// Curves along lineages, as overview and metrics show them: a line for each member, the winner's on top; or, for a large
// population, the distribution, the winner and the members that the reader picked.
import { type Band } from "../data/api";
import type { Series, PlaneBand } from "../chart/plane";
import type { LegendEntry } from "../chart/axes";
import type { Mark, Description } from "../chart/chart";
import { kindColour } from "../chart/colours";
import type { Theme } from "../chart/theme";
import { curveAlong, smooth } from "../data/curves";
import { derive, lineageOfMember } from "../data/derived";
import { formatNumber } from "../data/format";
import { isCopy, lineageOf } from "../data/lineage";
import type { Column, TurnRecord } from "../data/record";
import { linesMax, nameOf } from "./view";

export interface LinesWish {
  values: Float64Array;
  smoothing: number;
  picked: number[];
  winner: boolean;
}

export function lineageSeries(record: TurnRecord, wish: LinesWish): Series[] {
  const { present, winner } = derive(record);
  const many = present.length > linesMax;
  const few = present.length <= 8;
  const shown = many ? wish.picked.map((member) => ({ member, place: -1 })) : present;
  const series = shown.map(({ member, place }): Series => {
    const picked = wish.picked.indexOf(member);
    const lineage = place >= 0 ? lineageOf(record, place) : lineageOfMember(record, member);
    const colour = (theme: Theme): string => (picked >= 0 || few ? kindColour(picked >= 0 && !few ? picked : member, theme.dark) : theme.muted);
    const strong = picked >= 0;
    return line(record, wish, lineage, `member ${member}`, colour, strong ? 2.5 : few ? 1.4 : 1, strong ? 1 : few ? 0.8 : 0.6);
  });
  if (!few) skipShared(record, series.filter((_, at) => !wish.picked.includes(shown[at]!.member)));
  // Picked lines above the crowd.
  series.sort((a, b) => (a.width ?? 0) - (b.width ?? 0));
  if (wish.winner && winner.length > 0) {
    series.push({ ...line(record, wish, winner, `winner (${nameOf(record, record.best)})`, (theme) => theme.winner, 3, 1), halo: true });
  }
  return series.filter((one) => one.x.length > 0);
}

// A stretch that several lineages share is drawn once.
function skipShared(record: TurnRecord, series: Series[]): void {
  const seen = new Uint8Array(record.size);
  for (const one of series) {
    const places = one.place!;
    let skip = places.length;
    while (skip > 0 && !seen[places[skip - 1]!]) seen[places[--skip]!] = 1;
    one.skip = Math.max(0, skip - 1);
  }
}

// Every turn, joined to its parent: what was given up stays in sight behind the present lineages.
export function allEdges(record: TurnRecord, values: Float64Array): Series {
  const from = (column: Float64Array): Float64Array => Float64Array.from(column, (own, place) => {
    const before = column[record.parent[place]!];
    return before === undefined || Number.isNaN(before) ? own : before;
  });
  const strength = Math.min(0.7, Math.max(0.2, 40 / Math.sqrt(record.size)));
  // A parent without a value leaves its child a dot.
  const x = Float64Array.from(record.parent, (parent, place) => (parent >= 0 && !Number.isNaN(values[parent]!) ? record.toStep[parent]! : record.toStep[place]!));
  return { name: "turn", kind: "segments", x: record.toStep, y: values, from: { x, y: from(values) }, colour: (theme) => theme.faint, width: 1, opacity: strength, silent: true };
}

function line(record: TurnRecord, wish: LinesWish, lineage: Int32Array, name: string, colour: Series["colour"], width: number, opacity: number): Series {
  const curve = curveAlong(record, lineage, wish.values);
  const notches = Int32Array.from([...lineage.keys()].filter((index) => isCopy(record, lineage[index]!)));
  return { name, kind: "line", x: curve.x, y: smooth(curve.y, wish.smoothing), place: curve.place, colour, width, opacity, notches };
}

// What stands behind the lines: every turn joined to its parent, the distribution, or a cloud of turns.
export type Background = "edges" | "bands" | "cloud";

export function linesLegend(record: TurnRecord, picked: number[], behind: Background): (theme: Theme) => LegendEntry[] {
  const { present, winner } = derive(record);
  return (theme) => {
    const few = present.length <= 8;
    const entries: LegendEntry[] = [];
    if (winner.length > 0) entries.push({ kind: "line", label: "winner's lineage", colour: theme.winner });
    if (few) entries.push(...present.map(({ member }): LegendEntry => ({ kind: "line", label: `${member}`, colour: kindColour(member, theme.dark) })));
    else entries.push(...picked.map((member, at): LegendEntry => ({ kind: "line", label: `member ${member}`, colour: kindColour(at, theme.dark) })));
    if (!few && present.length <= linesMax) entries.push({ kind: "line", label: "a present lineage", colour: theme.muted });
    if (behind === "edges") entries.push({ kind: "line", label: "given up", colour: theme.faint });
    if (behind === "cloud") entries.push({ kind: "dot", label: "a turn", colour: theme.faint });
    if (behind === "bands") entries.push({ kind: "band", label: "10–90 %", colour: theme.accent }, { kind: "dash", label: "median", colour: theme.accent });
    return entries;
  };
}

export function bandsOf(bands: Band[]): { bands: PlaneBand[]; median: Series } {
  const usable = bands.filter((band) => band.quantiles[2] !== null);
  const at = (which: number): Float64Array => Float64Array.from(usable, (band) => band.quantiles[which] ?? Number.NaN);
  const x = Float64Array.from(usable, (band) => band.step);
  const accent = (theme: Theme): string => theme.accent;
  return {
    bands: [
      { x, low: at(0), high: at(4), colour: accent, opacity: 0.1 },
      { x, low: at(1), high: at(3), colour: accent, opacity: 0.22 },
    ],
    median: { name: "median of the population", kind: "line", x, y: at(2), colour: accent, width: 1.5, dash: [4, 4], silent: true },
  };
}

export function describeTurn(record: TurnRecord, place: number, name: string, extra: [string, string][] = []): Description {
  return {
    title: place < 0 ? name : `${nameOf(record, place)} · ${name}`,
    lines: [...(place < 0 ? [] : ([["step", formatNumber(record.toStep[place])]] as [string, string][])), ...extra],
  };
}

export function hyperparameterLines(record: TurnRecord, place: number, most = 6): [string, string][] {
  return record.hyperparameters.slice(0, most).map((column) => [column.name, valueText(column, place)]);
}

export function valueText(column: Column, place: number): string {
  const value = column.values[place]!;
  return column.labels.length > 0 ? (column.labels[value] ?? "–") : formatNumber(value);
}

export function turnOfMark(series: Series[], mark: Mark): number {
  return series[mark.series]?.place?.[mark.index] ?? -1;
}
