// What the reader keeps in parallel coordinates: a button for each axis, so that the keyboard can let one go as well.
import { type Brushes, brushText, keptBy, type ParallelOptions } from "../chart/parallel";
import { formatNumber, plural } from "../data/format";
import { fill, h } from "../page/dom";

export class BrushList {
  private readonly count = h("span", { class: "note", role: "status" });
  private readonly buttons = h("span", { class: "controls", role: "group", "aria-label": "Kept ranges" });
  readonly element = h("span", { class: "controls", hidden: true }, this.count, this.buttons);
  private options: ParallelOptions | null = null;
  private shown = "";

  constructor(
    private readonly brushes: Brushes,
    private readonly redraw: () => void,
    private readonly focusChart: () => void,
  ) {}

  show(options: ParallelOptions): void {
    this.options = options;
    const kept = options.axes.filter(({ name }) => this.brushes.has(name));
    const texts = kept.map((axis) => `${axis.name} ${brushText(axis, this.brushes.get(axis.name)!)}`);
    const lines = keptBy(options).reduce((sum, yes) => sum + yes, 0);
    const count = kept.length > 0 ? `${formatNumber(lines)} of ${plural(options.places.length, "line")} kept` : "";
    const key = [count, ...texts].join("\n");
    if (key === this.shown) return; // a button that has the focus keeps it while turns come in
    this.shown = key;
    this.element.hidden = kept.length === 0;
    fill(this.count, count);
    fill(this.buttons, kept.map(({ name }, at) => this.button(texts[at]!, () => this.brushes.delete(name))), kept.length > 1 && this.button("all", () => this.brushes.clear()));
  }

  private button(text: string, letGo: () => void): HTMLElement {
    const act = (): void => {
      letGo();
      if (this.options) this.show(this.options);
      this.redraw();
      // The button is gone: the next one takes the focus, or the chart.
      const next = this.buttons.querySelector("button");
      if (next) next.focus();
      else this.focusChart();
    };
    const keydown = (event: KeyboardEvent): void => {
      if (event.key === "Escape") act();
    };
    return h("button", { type: "button", class: "small", click: act, keydown }, h("span", { class: "hidden" }, "Let go of "), `${text} `, h("span", { "aria-hidden": "true" }, "×"));
  }
}
