// What a scale cannot show is said in the chart, so that nobody takes a part of the values for all of them.
import { plural } from "../data/format";
import { canShow, type ScaleKind } from "./scale";

const said = {
  log: { beyond: "≤ 0", scale: "a log scale", none: "No value is above 0" },
  one_minus_log: { beyond: "≥ 1", scale: "a log scale of 1 − x", none: "No value is below 1" },
};

// `of` names the axis where there could be a doubt. Missing values are none, and texts have places of their own.
export function scaleNote(kind: ScaleKind, values: Iterable<number>, of = ""): string | null {
  if (kind === "linear") return null;
  let all = 0;
  let hidden = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    all++;
    if (!canShow(kind, value)) hidden++;
  }
  if (hidden === 0) return null;
  const { beyond, scale, none } = said[kind];
  const which = of === "" ? "" : ` of ${of}`;
  if (hidden === all) return `${none}${which}, so the scale is linear.`;
  return `${plural(hidden, "value")}${which} ${beyond} ${hidden === 1 ? "is" : "are"} not shown on ${scale}.`;
}
