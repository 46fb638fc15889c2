// Options that several views share; each is kept in the address.
import type { ScaleKind } from "../chart/scale";
import { h, select, toggle } from "../page/dom";
import { type Context, flag, option } from "./view";

export function logToggle(context: Context, key: string, label: string, usual = false): HTMLElement {
  const on = option(context, key) === "" ? usual : flag(context, key);
  return toggle(label, on, (wanted) => context.set({ [key]: wanted === usual ? null : wanted ? "1" : "0" }));
}

// The scale of a hyperparameter is that of the search space; the reader may choose another, which the address keeps.
export function scaleToggle(context: Context, name: string): HTMLElement {
  const own = ownScale(context, name);
  return logToggle(context, `log.${name}`, own === "one_minus_log" ? "log of 1 − x" : "log", own !== "linear");
}
export function scaleOf(context: Context, name: string): ScaleKind {
  const own = ownScale(context, name);
  const said = option(context, `log.${name}`);
  if (said === "0") return "linear";
  return said === "1" && own === "linear" ? "log" : own;
}
function ownScale({ store }: Context, name: string): ScaleKind {
  return store.document.description.hyperparameters.find((one) => one.name === name)?.scale ?? "linear";
}

export function smoothingField(context: Context): HTMLElement {
  const input = h("input", { type: "range", min: 0, max: 0.95, step: 0.05, value: option(context, "smooth", "0"), input: () => context.set({ smooth: Number(input.value) > 0 ? input.value : null }) });
  return h("label", { class: "field" }, h("span", {}, "smoothing"), input);
}

export function membersField(context: Context): HTMLElement {
  const input = h("input", { type: "text", size: 8, inputmode: "numeric", placeholder: "3, 17", value: option(context, "members"), change: () => context.set({ members: input.value.trim() || null }) });
  return h("label", { class: "field" }, h("span", {}, "highlight members"), input);
}

export function columnSelect(context: Context, key: string, label: string, names: string[], otherwise: string): HTMLElement {
  return select(label, names.map((name) => [name, name]), option(context, key, otherwise), (value) => context.set({ [key]: value }));
}
