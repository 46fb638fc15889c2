// One panel for each hyperparameter: what every turn trained with, coloured by its score's rank, the winner's schedule on
// top, and how the values of the population were spread.
import { ChartFrame } from "../chart/frame";
import { planeChart, type Series } from "../chart/plane";
import { derive } from "../data/derived";
import { formatNumber, plural } from "../data/format";
import type { Column } from "../data/record";
import { h } from "../page/dom";
import { scaleOf, scaleToggle } from "./controls";
import { bandsOf, describeTurn, turnOfMark, valueText } from "./lineage_lines";
import { type Context, openTurn, type View } from "./view";

export function schedules(context: Context): View {
  const grid = h("div", { class: "grid" });
  const frames = new Map<string, ChartFrame>();
  return {
    element: grid,
    update: () => {
      const columns = context.store.record.hyperparameters;
      const added = columns.filter(({ name }) => !frames.has(name));
      for (const { name, labels } of added) frames.set(name, new ChartFrame(...(labels.length > 0 ? [] : [scaleToggle(context, name)])));
      if (added.length > 0) grid.replaceChildren(...columns.map(({ name }) => frames.get(name)!.element));
      for (const column of columns) frames.get(column.name)!.show(panel(context, column));
      if (frames.size === 0) grid.replaceChildren(h("p", { class: "empty" }, "No turn has ended yet, so there is no schedule."));
    },
  };
}

function panel(context: Context, column: Column): ReturnType<typeof planeChart> {
  const { record, document, progress } = context.store;
  const { places, winner, rankShade } = derive(record);
  const found = progress?.hyperparameters.find((one) => one.name === column.name);
  const band = found && column.labels.length === 0 ? bandsOf(found.bands).bands.slice(1) : [];
  const all: Series = {
    name: "turn",
    kind: "segments",
    x: record.fromStep,
    end: record.toStep,
    y: column.values,
    place: places,
    colour: (theme) => theme.faint,
    shade: rankShade,
    ramp: "score",
    width: record.size > 5000 ? 1 : 1.8,
    opacity: record.size > 5000 ? 0.6 : 0.8,
  };
  const series = [all, ...(winner.length > 0 ? [winnerSteps(context, column, winner)] : [])];
  return planeChart({
    title: column.name,
    summary: summarise(column, winner),
    x: { label: "step" },
    y: { label: "", kind: scaleOf(context, column.name), labels: column.labels, values: column.values },
    series,
    bands: band,
    legend: (theme) => [
      { kind: "ramp", label: "worst score to best", ramp: theme.score },
      { kind: "line", label: "winner", colour: theme.winner },
      ...(band.length > 0 ? [{ kind: "band" as const, label: "10–90 %", colour: theme.accent }] : []),
    ],
    height: 280,
    describe: (mark) => {
      const place = turnOfMark(series, mark);
      return describeTurn(record, place, series[mark.series]!.name, [
        [column.name, valueText(column, place)],
        [document.description.metric, formatNumber(record.score[place])],
      ]);
    },
    open: (mark) => openTurn(context, turnOfMark(series, mark)),
    table: () => ({
      columns: ["turn", "from step", "to step", column.name, "score"],
      rows: Array.from(column.values, (_, place) => [`m${record.member[place]}.t${record.turn[place]}`, record.fromStep[place], record.toStep[place], column.labels[column.values[place]!] ?? column.values[place], record.score[place]]),
    }),
  });
}

// A step curve: each value from where its turn began to where it ended.
function winnerSteps(context: Context, column: Column, winner: Int32Array): Series {
  const { record } = context.store;
  const x = new Float64Array(2 * winner.length);
  const y = new Float64Array(2 * winner.length);
  const place = new Int32Array(2 * winner.length);
  winner.forEach((at, index) => {
    x.set([record.fromStep[at]!, record.toStep[at]!], 2 * index);
    y.fill(column.values[at]!, 2 * index, 2 * index + 2);
    place.fill(at, 2 * index, 2 * index + 2);
  });
  return { name: "winner's schedule", kind: "line", x, y, place, colour: (theme) => theme.winner, width: 3, halo: true };
}

function summarise(column: Column, winner: Int32Array): string {
  if (winner.length === 0) return "There is no winner yet.";
  let changes = 0;
  for (let index = 1; index < winner.length; index++) if (column.values[winner[index]!] !== column.values[winner[index - 1]!]) changes++;
  return `The winner's schedule goes from ${valueText(column, winner[0]!)} to ${valueText(column, winner[winner.length - 1]!)} with ${plural(changes, "change")}.`;
}
