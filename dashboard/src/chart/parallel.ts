// Parallel coordinates: an axis for each hyperparameter and one for the score, a line for each turn. Dragging along an
// axis keeps only the lines that pass there; a click on what is kept, or Escape, lets it go.
import type { Cell } from "../data/csv";
import { extent } from "../data/curves";
import { formatNumber, formatShort } from "../data/format";
import { cut, drawLegend } from "./axes";
import type { Chart, Description, Mark, View } from "./chart";
import type { Painter } from "./painter";
import { canShow, makeScale, padDomain, type Scale, type ScaleKind, ticks } from "./scale";
import { scaleNote } from "./scale_notes";

export interface ParallelAxis {
  name: string;
  kind: ScaleKind;
  labels: string[];
  values: Float64Array;
}
export type Brushes = Map<string, [number, number]>; // by the axis' name: what is kept; the one set last comes last
export interface ParallelOptions {
  title: string;
  summary: string;
  axes: ParallelAxis[];
  places: Int32Array; // the turns, worst first, so that the best are drawn on top
  shade: Uint8Array; // a step of the score ramp for each of them
  brushes: Brushes; // kept by the caller over redraws
  brushed: () => void; // they have changed
  describe: (place: number) => Description;
  open: (place: number) => void;
}

const top = 56;
const height = 360;
const bottom = height - 22;
const grip = 12; // pixels beside an axis that still belong to it

export function parallelChart(options: ParallelOptions): Chart {
  const { places, axes, brushes } = options;
  const scales = axes.map(scaleOf);
  const xOf = (view: View, axis: number): number => (axes.length < 2 ? view.width / 2 : 44 + (axis * (view.width - 88)) / (axes.length - 1));
  const line = (view: View, place: number): number[] => axes.flatMap((axis, at) => [xOf(view, at), scales[at]!.at(axis.values[place]!)]);
  const kept = (): Uint8Array => keptBy(options);
  const notes = axes.map(({ kind, name, labels, values }) => (labels.length > 0 ? null : scaleNote(kind, Float64Array.from(places, (place) => values[place]!), name))).filter((note) => note !== null);
  const letGo = (name: string): boolean => {
    if (!brushes.delete(name)) return false;
    options.brushed();
    return true;
  };
  return {
    title: options.title,
    summary: options.summary,
    notes,
    zoom: "none",
    height: () => height + notes.length * 16,
    draw: (painter, view) => {
      drawLines(painter, view, options, kept(), line);
      axes.forEach((axis, at) => drawAxis(painter, view, axis, scales[at]!, { x: xOf(view, at), room: (view.width - 88) / Math.max(1, axes.length - 1), side: at === 0 ? "left" : at === axes.length - 1 ? "right" : "center" }, brushes.get(axis.name)));
      notes.forEach((note, at) => painter.text(cut(note, view.width - 16), 8, height + at * 16 + 2, { colour: view.theme.bad, size: 11 }));
      drawLegend(painter, view.width, "", [{ kind: "ramp", label: "worst score to best", ramp: view.theme.score }], view.theme);
    },
    drawMark: (painter, view, { index }) => {
      const points = line(view, places[index]!);
      painter.polyline(points, { colour: view.theme.surface, width: 6 });
      painter.polyline(points, { colour: view.theme.ink, width: 2.5 });
      painter.circles(points, 4, { colour: view.theme.ink });
    },
    has: ({ index }) => index < places.length,
    find: (view, x, y) => findLine(options, view, kept(), line, x, y),
    step: (mark, direction) => {
      const shown = [...kept().entries()].filter(([, yes]) => yes).map(([index]) => index);
      if (shown.length === 0) return null;
      const at = mark ? shown.indexOf(mark.index) + (direction === "left" || direction === "down" ? -1 : 1) : shown.length - 1;
      return { series: 0, index: shown[Math.min(shown.length - 1, Math.max(0, at))]! };
    },
    place: (view, { index }) => line(view, places[index]!).slice(-2) as [number, number],
    describe: ({ index }) => options.describe(places[index]!),
    open: ({ index }) => options.open(places[index]!),
    drag: (view, from, to) => {
      const at = nearestAxis(axes.length, (axis) => xOf(view, axis), from[0]);
      const ends = [scales[at]!.invert(clamp(from[1])), scales[at]!.invert(clamp(to[1]))];
      brushes.delete(axes[at]!.name);
      brushes.set(axes[at]!.name, [Math.min(...ends), Math.max(...ends)]);
      options.brushed();
    },
    click: (view, [x, y]) => {
      const at = nearestAxis(axes.length, (axis) => xOf(view, axis), x);
      const range = brushes.get(axes[at]?.name ?? "");
      const held = range && Math.abs(x - xOf(view, at)) <= grip && inside(scales[at]!.invert(clamp(y)), range);
      return Boolean(held) && letGo(axes[at]!.name);
    },
    escape: () => letGo([...brushes.keys()].pop() ?? ""),
    table: () => parallelTable(options, kept()),
  };
}

function scaleOf(axis: ParallelAxis): Scale {
  if (axis.labels.length > 0) return makeScale("linear", [-0.5, axis.labels.length - 0.5], [bottom, top]);
  const shown = (kind: ScaleKind): [number, number] | null => extent(axis.values.filter((value) => canShow(kind, value)));
  const domain = shown(axis.kind);
  return domain ? makeScale(axis.kind, padDomain(axis.kind, domain, 0.02), [bottom, top]) : makeScale("linear", padDomain("linear", shown("linear") ?? [0, 1], 0.02), [bottom, top]);
}

// For each turn, whether it passes through every brush.
export function keptBy({ places, axes, brushes }: Pick<ParallelOptions, "places" | "axes" | "brushes">): Uint8Array {
  const ranges = axes.flatMap(({ name, values }): [Float64Array, [number, number]][] => (brushes.has(name) ? [[values, brushes.get(name)!]] : []));
  return Uint8Array.from(places, (place) => (ranges.every(([values, range]) => inside(values[place]!, range)) ? 1 : 0));
}

// What a brush keeps, in the user's own numbers or texts.
export function brushText({ labels }: ParallelAxis, [low, high]: [number, number]): string {
  if (labels.length > 0) return labels.filter((_, at) => at >= low && at <= high).join(", ") || "none";
  return `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`;
}

function drawLines(painter: Painter, view: View, { places, shade }: ParallelOptions, kept: Uint8Array, line: (view: View, place: number) => number[]): void {
  const { theme } = view;
  // Many lines are one pixel wide, which browsers draw many times faster, and so much stronger instead.
  const width = places.length > 400 ? 1 : 1.3;
  const opacity = Math.min(0.9, Math.max(0.25, 390 / places.length / width));
  const steps: number[][] = theme.score.map(() => []);
  const out: number[] = [];
  places.forEach((place, index) => (kept[index] ? (steps[shade[index]!] ?? out) : out).push(...line(view, place), Number.NaN, Number.NaN));
  painter.polyline(out, { colour: theme.faint, opacity: 0.35 });
  steps.forEach((points, step) => points.length > 0 && painter.polyline(points, { colour: theme.score[step]!, opacity, width }));
}

function drawAxis(painter: Painter, { theme }: View, axis: ParallelAxis, scale: Scale, { x, room, side }: { x: number; room: number; side: "left" | "center" | "right" }, brush: [number, number] | undefined): void {
  painter.segments([x, top, x, bottom], { colour: theme.muted });
  painter.text(cut(axis.name, Math.min(room * 0.95, 150)), side === "left" ? x - 36 : side === "right" ? x + 36 : x, top - 16, { colour: theme.ink, align: side, bold: true, size: 11 });
  const marks = axis.labels.length > 0 ? axis.labels.map((_, at) => at) : ticks(scale, 5);
  for (const tick of marks) {
    const text = axis.labels[tick] ?? formatShort(tick);
    painter.text(cut(text, 60), x - 6, scale.at(tick), { colour: theme.ink, align: "right", size: 10, halo: theme.surface });
  }
  if (!brush) return;
  const [y0, y1] = [clamp(scale.at(brush[1])), clamp(scale.at(brush[0]))];
  painter.rects([x - 6, y0, 12, Math.max(2, y1 - y0)], { colour: theme.accent, opacity: 0.3, outline: theme.accent });
}

function findLine(options: ParallelOptions, view: View, kept: Uint8Array, line: (view: View, place: number) => number[], x: number, y: number): Mark | null {
  let found: Mark | null = null;
  let nearest = 14;
  options.places.forEach((place, index) => {
    if (!kept[index]) return;
    const points = line(view, place);
    for (let at = 0; at + 3 < points.length; at += 2) {
      const [x0, y0, x1, y1] = points.slice(at, at + 4) as [number, number, number, number];
      if (x < x0 || x > x1) continue;
      const distance = Math.abs(y0 + ((y1 - y0) * (x - x0)) / (x1 - x0 || 1) - y);
      if (distance <= nearest) {
        nearest = distance;
        found = { series: 0, index };
      }
    }
  });
  return found;
}

function parallelTable({ axes, places, describe }: ParallelOptions, kept: Uint8Array): { columns: string[]; rows: Cell[][] } {
  const rows = [...places].filter((_, index) => kept[index]).map((place) => [describe(place).title, ...axes.map(({ labels, values }) => labels[values[place]!] ?? values[place])]);
  return { columns: ["turn", ...axes.map((axis) => axis.name)], rows };
}

function inside(value: number, [low, high]: [number, number]): boolean {
  return value >= low && value <= high;
}
function clamp(y: number): number {
  return Math.min(bottom, Math.max(top, y));
}
function nearestAxis(count: number, xOf: (axis: number) => number, x: number): number {
  return Array.from({ length: count }, (_, axis) => axis).reduce((best, axis) => (Math.abs(xOf(axis) - x) < Math.abs(xOf(best) - x) ? axis : best), 0);
}
