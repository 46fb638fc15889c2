// Lines, steps, dots and bands over two axes: most charts of the page are one of these.
import type { Table } from "../data/csv";
import { formatNumber } from "../data/format";
import { type LegendEntry } from "./axes";
import type { Chart, Description, Direction, Mark, View } from "./chart";
import { drawPlane, drawPlaneMark } from "./plane_draw";
import { heightOf, layOutPlane, type PlaneLayout } from "./plane_layout";
import { type ScaleKind } from "./scale";
import { scaleNote } from "./scale_notes";
import type { Theme } from "./theme";

export interface Series {
  name: string;
  kind: "line" | "segments" | "dots"; // segments: level, from x to end
  x: Float64Array;
  y: Float64Array;
  end?: Float64Array;
  from?: { x: Float64Array; y: Float64Array }; // segments: where each begins, when they are not level
  place?: Int32Array; // the turn behind each point
  colour: (theme: Theme) => string;
  shade?: Uint8Array; // a step of the ramp for each point, in place of the colour; 255: none
  ramp?: "time" | "score";
  width?: number;
  dash?: number[];
  opacity?: number;
  silent?: boolean; // in the background: never marked
  halo?: boolean; // stands out from what is behind it
  skip?: number; // so many first points are drawn by a line below
  notches?: Int32Array; // points to be ringed when the line is marked: copies
}
export interface PlaneBand {
  x: Float64Array;
  low: Float64Array;
  high: Float64Array;
  colour: (theme: Theme) => string;
  opacity: number;
}
export interface Axis {
  label: string;
  kind?: ScaleKind;
  labels?: string[]; // texts at 0, 1, 2, ...
  values?: Float64Array; // what is drawn, each value once, where several lines share points
  zero?: boolean;
}
export interface PlaneOptions {
  title: string;
  summary: string;
  x: Axis;
  y: Axis;
  series: Series[];
  bands?: PlaneBand[];
  legend?: (theme: Theme) => LegendEntry[];
  describe?: (mark: Mark) => Description;
  open?: (mark: Mark) => void;
  table?: () => Table;
  height?: number;
  first?: number; // the series that the keyboard starts at
}

export function planeChart(options: PlaneOptions): Chart {
  let last: { view: View; layout: PlaneLayout } | null = null;
  const layout = (view: View): PlaneLayout => {
    const same = last && last.view.width === view.width && last.view.span === view.span && last.view.theme === view.theme;
    if (!same || !last) last = { view, layout: layOutPlane(options, notes, view) };
    return last.layout;
  };
  const { series } = options;
  const notes = notesOf(options);
  const open = options.open;
  return {
    title: options.title,
    summary: options.summary,
    notes,
    zoom: "x",
    height: (width) => heightOf(options, width),
    draw: (painter, view) => drawPlane(painter, view, options, notes, layout(view)),
    drawMark: (painter, view, mark) => drawPlaneMark(painter, options, layout(view), view.theme, mark),
    has: (mark) => mark.index < (series[mark.series]?.x.length ?? 0),
    find: (view, x, y) => findPoint(options, layout(view), x, y),
    step: (mark, direction) => stepPoint(options, mark, direction),
    place: (view, mark) => pixel(options, layout(view), mark),
    describe: (mark) => (options.describe ?? ((at: Mark) => describePoint(options, at)))(mark),
    table: options.table ?? (() => pointsTable(options)),
    plotSides: (view) => [layout(view).area.left, layout(view).area.right],
    ...(open ? { open } : {}),
  };
}

function notesOf({ series, x, y }: PlaneOptions): string[] {
  const points = (of: "x" | "y"): number[] => series.filter((one) => !one.silent).flatMap((one) => [...one[of]]);
  const note = (axis: Axis, of: "x" | "y", name: string): string | null => (axis.kind === undefined || axis.labels?.length ? null : scaleNote(axis.kind, axis.values ?? points(of), name));
  return [note(y, "y", ""), note(x, "x", x.label)].filter((one) => one !== null);
}

export function pixel(options: PlaneOptions, { x, y }: PlaneLayout, mark: Mark): [number, number] {
  const series = options.series[mark.series]!;
  return [x.at(series.end?.[mark.index] ?? series.x[mark.index]!), y.at(series.y[mark.index]!)];
}

const reach = 36; // pixels from the pointer

function findPoint(options: PlaneOptions, layout: PlaneLayout, px: number, py: number): Mark | null {
  let found: Mark | null = null;
  let nearest = reach * reach;
  options.series.forEach((series, at) => {
    if (series.silent) return;
    for (let index = 0; index < series.x.length; index++) {
      const x0 = layout.x.at(series.x[index]!);
      const x1 = series.end ? layout.x.at(series.end[index]!) : x0;
      if (x1 < layout.area.left - 1 || x0 > layout.area.right + 1) continue;
      const dx = px < x0 ? x0 - px : px > x1 ? px - x1 : 0;
      const dy = layout.y.at(series.y[index]!) - py;
      const distance = dx * dx + dy * dy;
      // On a tie the later series wins: it is drawn on top.
      if (distance <= nearest) {
        nearest = distance;
        found = { series: at, index };
      }
    }
  });
  return found;
}

function stepPoint({ series, first = series.length - 1 }: PlaneOptions, mark: Mark | null, direction: Direction): Mark | null {
  const usable = series.map((_, at) => at).filter((at) => !series[at]!.silent && series[at]!.x.length > 0);
  if (usable.length === 0) return null;
  if (!mark) {
    const at = usable.includes(first) ? first : usable[usable.length - 1]!;
    return { series: at, index: series[at]!.x.length - 1 };
  }
  const points = series[mark.series]!;
  if (direction === "left" || direction === "right") {
    const index = mark.index + (direction === "right" ? 1 : -1);
    return { series: mark.series, index: Math.min(points.x.length - 1, Math.max(0, index)) };
  }
  const next = usable[(usable.indexOf(mark.series) + (direction === "up" ? 1 : usable.length - 1)) % usable.length]!;
  return { series: next, index: nearestX(series[next]!.x, points.x[mark.index]!) };
}

function nearestX(x: Float64Array, wanted: number): number {
  let best = 0;
  x.forEach((value, index) => {
    if (Math.abs(value - wanted) < Math.abs(x[best]! - wanted)) best = index;
  });
  return best;
}

function describePoint(options: PlaneOptions, mark: Mark): Description {
  const series = options.series[mark.series]!;
  const y = series.y[mark.index]!;
  return {
    title: series.name,
    lines: [
      [options.x.label, formatNumber(series.x[mark.index])],
      [options.y.label, options.y.labels?.[y] ?? formatNumber(y)],
    ],
  };
}

function pointsTable({ series, x, y }: PlaneOptions): Table {
  const rows = series.filter((one) => one.x.length > 0).flatMap((one) => Array.from(one.x, (value, index) => [one.name, value, y.labels?.[one.y[index]!] ?? one.y[index]]));
  return { columns: ["line", x.label, y.label], rows };
}
