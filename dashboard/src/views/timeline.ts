// Who trained what when. Zooming into a long run asks the server for that part.
import { ChartFrame } from "../chart/frame";
import { lanesChart } from "../chart/lanes";
import type { Failure, TimelineDocument } from "../data/api";
import { formatDuration, formatPercent, plural } from "../data/format";
import { fill, h } from "../page/dom";
import { failuresList } from "./failures_list";
import { type Context, type View } from "./view";

const patienceMs = 250;
const refreshMs = 10_000;

export function timeline(context: Context): View {
  const frame = new ChartFrame();
  const failures = h("section", { class: "card" });
  const state: TimelineState = { shown: null, whole: null, zoomed: false };
  let timer = 0;
  let fetchedMs = 0;
  let listed: Failure[] | null = null;
  const fetch = async (fromMs?: number, toMs?: number): Promise<void> => {
    const document = await context.store.source.timeline(context.store.name, fromMs, toMs).catch(() => null);
    if (!document) return;
    state.shown = document;
    if (fromMs === undefined) state.whole = [document.from_ms, document.to_ms];
    draw();
  };
  const zoomed = (fromMs: number, toMs: number): void => {
    window.clearTimeout(timer);
    const [from, to] = state.whole ?? [0, 0];
    state.zoomed = toMs - fromMs < (to - from) * 0.999;
    if (context.store.source.live) timer = window.setTimeout(() => void (state.zoomed ? fetch(fromMs, toMs) : fetch()), patienceMs);
  };
  const draw = (): void => {
    if (state.shown && state.whole) frame.show(lanes(context, state.shown, state.whole, zoomed));
    if (listed !== context.store.failures) fill(failures, failuresList(context)); // anew, it would shut what the reader has opened
    listed = context.store.failures;
  };
  return {
    element: h("div", { class: "stack" }, frame.element, failures),
    update: () => {
      draw();
      if (state.zoomed || Date.now() - fetchedMs < refreshMs) return;
      fetchedMs = Date.now();
      void fetch();
    },
    close: () => window.clearTimeout(timer),
  };
}

interface TimelineState {
  shown: TimelineDocument | null;
  whole: [number, number] | null;
  zoomed: boolean;
}

function lanes(context: Context, shown: TimelineDocument, whole: [number, number], zoomed: (fromMs: number, toMs: number) => void): ReturnType<typeof lanesChart> {
  return lanesChart({
    title: "Who trained what when",
    summary: summarise(shown),
    timeline: shown,
    whole,
    failures: context.store.failures,
    open: ({ index }) => {
      const bar = shown.bars[index];
      if (bar) context.set({ turn: `m${bar.member}.t${bar.turn}` });
    },
    zoomed,
  });
}

function summarise({ workers, bars, busy_percent, from_ms, to_ms, turns }: TimelineDocument): string {
  const span = Math.max(1, to_ms - from_ms);
  if (workers.length === 0) return "No worker has ended a turn yet.";
  const inside = bars.reduce((sum, bar) => sum + Math.max(0, Math.min(bar.to_ms, to_ms) - Math.max(bar.from_ms, from_ms)), 0);
  const cells = busy_percent.flat();
  const busy = bars.length > 0 ? inside / (span * workers.length) : cells.reduce((sum, cell) => sum + cell, 0) / Math.max(1, cells.length) / 100;
  return `${plural(workers.length, "worker")}, ${plural(turns, "turn")} in ${formatDuration(span)}; busy ${formatPercent(busy)} of the time, so idle ${formatPercent(1 - busy)}.`;
}
