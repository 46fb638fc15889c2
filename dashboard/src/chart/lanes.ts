// A lane for each worker: who was trained when. Aggregated documents show how busy a lane was instead of its bars.
import type { Failure, TimelineDocument } from "../data/api";
import { formatDuration, formatTime, turnName } from "../data/format";
import { cut, drawLegend, type LegendEntry } from "./axes";
import type { Chart, Description, Mark, View } from "./chart";
import { kindColour, ramp } from "./colours";
import type { Painter } from "./painter";
import { linear, type Scale } from "./scale";
import { drawTimeAxis } from "./time_axis";

export interface LanesOptions {
  title: string;
  summary: string;
  timeline: TimelineDocument;
  whole: [number, number]; // all of the experiment's time, milliseconds
  failures: Failure[];
  open: (mark: Mark) => void;
  zoomed: (fromMs: number, toMs: number) => void;
}

const top = 32;
const gap = 4;

export function lanesChart(options: LanesOptions): Chart {
  const { timeline, whole } = options;
  const lane = Math.max(8, Math.min(26, Math.floor(640 / Math.max(1, timeline.workers.length))));
  const bottom = top + Math.max(1, timeline.workers.length) * lane;
  const sides = (view: View): [number, number] => [Math.min(110, view.width * 0.24), view.width - 14];
  const scale = (view: View): Scale => {
    const at = (share: number): number => whole[0] + share * (whole[1] - whole[0]);
    return linear([at(view.span[0]), at(view.span[1])], sides(view));
  };
  const middle = (bar: { worker: number }): number => top + (bar.worker + 0.5) * lane;
  const zoomedTo = (view: View): void => options.zoomed(...scale(view).domain);
  return {
    title: options.title,
    summary: options.summary,
    zoom: "x",
    height: () => bottom + 44,
    plotSides: sides,
    zoomed: zoomedTo,
    draw: (painter, view) => {
      const x = scale(view);
      const [left, right] = sides(view);
      drawLegend(painter, view.width, "", legend(options, view), view.theme);
      drawTimeAxis(painter, { left, right, top, bottom }, x, whole[0], view.theme);
      drawNames(painter, view, timeline, lane, left);
      painter.clipped(left, top, right - left, bottom - top + 4, () => {
        for (let worker = 0; worker < timeline.workers.length; worker++) {
          painter.rects([left, top + worker * lane + gap / 2, right - left, lane - gap], { colour: view.theme.grid, opacity: 0.6 });
        }
        if (timeline.bars.length > 0) drawBars(painter, view, timeline, x, lane);
        else drawBusy(painter, view, timeline, x, lane);
        drawFailures(painter, view, options, x, lane);
      });
    },
    drawMark: (painter, view, { index }) => {
      const bar = timeline.bars[index]!;
      const x = scale(view);
      painter.rects([x.at(bar.from_ms), middle(bar) - lane / 2 + 1, Math.max(2, x.at(bar.to_ms) - x.at(bar.from_ms)), lane - 2], { colour: view.theme.ink, opacity: 0.25, outline: view.theme.ink });
    },
    has: ({ index }) => index < timeline.bars.length,
    find: (view, px, py) => {
      const worker = Math.floor((py - top) / lane);
      const at = scale(view).invert(px);
      const index = timeline.bars.findIndex((bar) => bar.worker === worker && bar.from_ms <= at && bar.to_ms >= at);
      return index < 0 ? null : { series: 0, index };
    },
    step: (mark, direction) => {
      if (timeline.bars.length === 0) return null;
      const by = direction === "left" || direction === "up" ? -1 : 1;
      return { series: 0, index: mark ? Math.min(timeline.bars.length - 1, Math.max(0, mark.index + by)) : 0 };
    },
    place: (view, { index }) => [scale(view).at(timeline.bars[index]!.to_ms), middle(timeline.bars[index]!)],
    describe: ({ index }) => describeBar(options, index),
    open: options.open,
    table: () => lanesTable(timeline),
  };
}

function describeBar({ timeline, failures }: LanesOptions, index: number): Description {
  const bar = timeline.bars[index]!;
  const failed = failures.filter((failure) => failure.member === bar.member && failure.turn === bar.turn).length;
  return {
    title: turnName(bar),
    lines: [
      ["worker", timeline.workers[bar.worker] ?? "–"],
      ["began", formatTime(bar.from_ms)],
      ["took", formatDuration(bar.to_ms - bar.from_ms)],
      ["weights", bar.copied ? "copied from a donor" : "its own"],
      ...(failed > 0 ? ([["failures", String(failed)]] as [string, string][]) : []),
    ],
  };
}

function legend({ timeline, failures }: LanesOptions, view: View): LegendEntry[] {
  const entries: LegendEntry[] = [];
  if (timeline.bars.length > 0) entries.push({ kind: "band", label: "a turn, coloured by member", colour: kindColour(0, view.theme.dark) });
  else entries.push({ kind: "ramp", label: "idle to busy", ramp: busyRamp(view) });
  if (failures.length > 0) entries.push({ kind: "dot", label: "failure", colour: view.theme.bad });
  return entries;
}

function busyRamp({ theme }: View): string[] {
  return ramp([theme.grid, theme.accent]);
}

function drawNames(painter: Painter, { theme }: View, { workers }: TimelineDocument, lane: number, left: number): void {
  const every = Math.ceil(13 / lane);
  workers.forEach((worker, at) => at % every === 0 && painter.text(cut(worker, left - 12), left - 8, top + (at + 0.5) * lane, { colour: theme.muted, align: "right", size: 11 }));
}

function drawBars(painter: Painter, { theme }: View, { bars }: TimelineDocument, x: Scale, lane: number): void {
  const groups = new Map<string, number[]>();
  for (const bar of bars) {
    const [from, to] = [x.at(bar.from_ms), x.at(bar.to_ms)];
    if (to < x.range[0] || from > x.range[1]) continue;
    const colour = kindColour(bar.member, theme.dark);
    const boxes = groups.get(colour) ?? [];
    groups.set(colour, boxes);
    // A hair of room between two turns, where there is room at all.
    boxes.push(from, top + bar.worker * lane + gap / 2, Math.max(0.6, to - from - (to - from > 3 ? 1 : 0)), lane - gap);
  }
  for (const [colour, boxes] of groups) painter.rects(boxes, { colour, opacity: 0.85 });
}

function drawBusy(painter: Painter, view: View, timeline: TimelineDocument, x: Scale, lane: number): void {
  const colours = busyRamp(view);
  timeline.busy_percent.forEach((cells, worker) => {
    const width = (timeline.to_ms - timeline.from_ms) / cells.length;
    const steps = cells.map((busy) => Math.round((Math.min(100, busy) / 100) * (colours.length - 1)));
    let first = 0;
    steps.forEach((step, index) => {
      if (steps[index + 1] === step) return; // cells of one colour are one rectangle
      const from = x.at(timeline.from_ms + first * width);
      const to = x.at(timeline.from_ms + (index + 1) * width);
      first = index + 1;
      painter.rects([from, top + worker * lane + gap / 2, to - from + 0.5, lane - gap], { colour: colours[step]! });
    });
  });
}

function drawFailures(painter: Painter, { theme }: View, { failures, timeline }: LanesOptions, x: Scale, lane: number): void {
  const lanes = new Map(timeline.workers.map((worker, at) => [worker, at]));
  const points = failures.flatMap((failure) => [x.at(failure.time_ms), top + ((lanes.get(failure.worker ?? "") ?? -1) + 0.5) * lane]);
  painter.circles(points, Math.min(5, lane / 2 - 1), { colour: theme.bad, outline: theme.surface });
}

function lanesTable({ bars, busy_percent, workers }: TimelineDocument): ReturnType<Chart["table"]> {
  if (bars.length === 0) return { columns: ["worker", "busy %"], rows: busy_percent.map((cells, at) => [workers[at], cells.reduce((sum, busy) => sum + busy, 0) / Math.max(1, cells.length)]) };
  return {
    columns: ["worker", "turn", "began", "seconds", "copied"],
    rows: bars.map((bar) => [workers[bar.worker], turnName(bar), formatTime(bar.from_ms), (bar.to_ms - bar.from_ms) / 1000, bar.copied]),
  };
}
