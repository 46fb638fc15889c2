import { ChartFrame } from "../chart/frame";
import { treeChart } from "../chart/tree";
import { derive, lineageOfMember, treeOf } from "../data/derived";
import { formatNumber, plural } from "../data/format";
import { h, select } from "../page/dom";
import { membersField } from "./controls";
import { type Context, openTurn, option, pickedMembers, type View } from "./view";

export function lineage(context: Context): View {
  const shapes: [string, string][] = [
    ["radial", "outwards"],
    ["down", "downwards"],
  ];
  const shape = select("time goes", shapes, option(context, "shape", "radial"), (value) => context.set({ shape: value === "radial" ? null : value }));
  const frame = new ChartFrame(shape, membersField(context));
  return {
    element: h("div", { class: "stack" }, frame.element),
    update: () => frame.show(tree(context)),
  };
}

function tree(context: Context): ReturnType<typeof treeChart> {
  const { record, document } = context.store;
  const { winner, copies, present, ancestors } = derive(record);
  const first = pickedMembers(context)[0];
  const summary =
    record.size === 0
      ? "No turn has ended yet."
      : `${plural(record.size, "turn")} with ${plural(copies, "copy", "copies")}; of ${formatNumber(document.description.population)} first members ${ancestors} still ${ancestors === 1 ? "has" : "have"} descendants among the ${formatNumber(present.length)} of today. The winner's lineage has ${plural(winner.length, "turn")}.`;
  return treeChart({
    title: "Lineage of the population",
    summary,
    record,
    layout: treeOf(record),
    shape: option(context, "shape") === "down" ? "down" : "radial",
    winner,
    marked: first === undefined ? new Int32Array(0) : lineageOfMember(record, first),
    metric: document.description.metric,
    open: ({ index }) => openTurn(context, index),
  });
}
