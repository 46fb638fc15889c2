// Did the moves of explore pay? And is there still diversity to choose from?
import { barsChart } from "../chart/bars";
import type { Chart } from "../chart/chart";
import { kindColour } from "../chart/colours";
import { ChartFrame } from "../chart/frame";
import { planeChart, type Series } from "../chart/plane";
import type { Move, ProgressDocument } from "../data/api";
import { inDescribedOrder } from "../data/described_order";
import { formatNumber, formatPercent, plural } from "../data/format";
import { fill, h } from "../page/dom";
import { type Context, type View } from "./view";

export function moves(context: Context): View {
  const ancestors = new ChartFrame();
  const spread = new ChartFrame();
  const gains = new Map<string, ChartFrame>();
  const grid = h("div", { class: "grid" });
  const note = h("p", { class: "note" });
  return {
    element: h("div", { class: "stack" }, h("h2", {}, "Gain after each kind of move"), note, grid, h("h2", {}, "Diversity"), h("div", { class: "grid" }, ancestors.element, spread.element)),
    update: () => {
      const { progress, document } = context.store;
      const any = progress?.gains.some((one) => one.moves.length > 0) ?? false;
      fill(note, any ? `How much ${document.description.metric} improved in the turn after a move, and how often it did. Right of zero is better, whatever the metric; the lines are one standard error.` : "No hyperparameter has been changed by explore yet.");
      const moved = inDescribedOrder(progress?.gains.filter((one) => one.moves.length > 0) ?? [], document.description.hyperparameters);
      const added = moved.filter(({ name }) => !gains.has(name));
      for (const { name } of added) gains.set(name, new ChartFrame());
      if (added.length > 0) grid.replaceChildren(...moved.map(({ name }) => gains.get(name)!.element));
      for (const one of moved) gains.get(one.name)!.show(gainChart(one.name, one.moves));
      ancestors.show(ancestorsChart(progress));
      spread.show(spreadChart(context));
    },
  };
}

function gainChart(name: string, all: Move[]): Chart {
  const paid = (move: Move): string => `${formatNumber(move.better)} of ${formatNumber(move.turns)}`;
  const best = all.filter((move) => move.mean !== null).sort((a, b) => b.mean! - a.mean!)[0];
  return barsChart({
    title: name,
    summary: best ? `After “${best.move}” the score rose most: ${formatNumber(best.mean)} on average; it paid in ${paid(best)} turns.` : "No gain is known yet.",
    label: "mean gain",
    rows: all.map((move) => ({
      name: move.move,
      value: move.mean ?? Number.NaN,
      error: move.error ?? 0,
      note: `paid ${paid(move)}`,
      lines: [
        ["standard error", formatNumber(move.error)],
        ["paid", `${paid(move)} (${formatPercent(move.better / Math.max(1, move.turns))})`],
      ],
    })),
    columns: ["move", "turns", "better", "mean gain", "standard error"],
    cells: all.map((move) => [move.move, move.turns, move.better, move.mean, move.error]),
  });
}

function ancestorsChart(progress: ProgressDocument | null): Chart {
  const list = progress?.diversity ?? [];
  const last = list[list.length - 1];
  return planeChart({
    title: "Ancestors alive",
    summary: last ? `${plural(last.ancestors, "first member")} still ${last.ancestors === 1 ? "has" : "have"} descendants.` : "No turn has ended yet.",
    x: { label: "steps of the whole population" },
    y: { label: "first members with descendants", zero: true },
    height: 260,
    series: [{ name: "ancestors alive", kind: "line", x: Float64Array.from(list, (one) => one.total_steps), y: Float64Array.from(list, (one) => one.ancestors), colour: (theme) => theme.accent, width: 2.5 }],
  });
}

function spreadChart(context: Context): Chart {
  const { progress, document } = context.store;
  const list = progress?.diversity ?? [];
  const x = Float64Array.from(list, (one) => one.total_steps);
  // Spreads stand in the order of the progress document's own hyperparameters.
  const columns = progress?.hyperparameters.map(({ name }, place) => ({ name, place })) ?? [];
  const shown = inDescribedOrder(columns, document.description.hyperparameters);
  const series = shown.map(({ name, place }, at): Series => ({ name, kind: "line", x, y: Float64Array.from(list, (one) => one.spread[place] ?? Number.NaN), colour: (theme) => kindColour(at, theme.dark), width: 2, ...(at >= 8 ? { dash: [6, 3] } : {}) }));
  return planeChart({
    title: "Spread of each hyperparameter",
    summary: "0: all members have the same value. 1: they are spread over the whole range.",
    x: { label: "steps of the whole population" },
    y: { label: "spread, 0 to 1", zero: true },
    height: 260,
    series,
    legend: (theme) => shown.map(({ name }, at) => ({ kind: at >= 8 ? "dash" : "line", label: name, colour: kindColour(at, theme.dark) })),
  });
}
