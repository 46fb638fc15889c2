// The frame around a chart: title, options, export, keyboard, zoom, tooltip, and the same data as a table.
import { fill, h } from "../page/dom";
import { prepare } from "./canvas_painter";
import type { Chart, Mark, View } from "./chart";
import { saveCsv, savePng, saveSvg } from "./export";
import { dataTable } from "./data_table";
import { drawSoon } from "./draw_queue";
import { listen } from "./gestures";
import type { Painter } from "./painter";
import { theme } from "./theme";

let frames = 0;

export class ChartFrame {
  readonly element: HTMLElement;
  readonly plot: HTMLElement;
  readonly footer: HTMLElement;
  private readonly base = h("canvas", { "aria-hidden": "true" });
  private readonly overlay = h("canvas", { "aria-hidden": "true", class: "overlay", hidden: true });
  private readonly tooltip = h("div", { class: "tooltip", hidden: true, "aria-hidden": "true" });
  private readonly spoken = h("div", { class: "hidden", "aria-live": "polite" });
  private readonly title = h("h2", {});
  private readonly summary = h("p", { class: "summary" }, "Loading…");
  private readonly reset = h("button", { type: "button", class: "small", hidden: true, click: () => this.zoomTo([0, 1]) }, "Reset zoom");
  private readonly table: HTMLElement;
  private chart: Chart | null = null;
  private mark: Mark | null = null;
  private drawnWidth = 0;
  private span: View["span"] = [0, 1];
  private pan: View["pan"] = { k: 1, x: 0, y: 0 };

  constructor(...controls: Node[]) {
    const id = `chart${++frames}`;
    this.title.id = `${id}-title`;
    this.summary.id = `${id}-summary`;
    this.plot = h(
      "div",
      { class: "plot", tabindex: 0, role: "application", "aria-roledescription": "chart", "aria-labelledby": this.title.id, "aria-describedby": this.summary.id },
      this.base,
      this.overlay,
      this.tooltip,
    );
    this.table = dataTable(() => this.chart?.table() ?? { columns: [], rows: [] });
    this.footer = h("footer", {}, this.summary, this.table);
    this.element = h(
      "section",
      { class: "card chart", "aria-labelledby": this.title.id },
      h("header", {}, this.title, h("div", { class: "controls" }, ...controls), this.exports()),
      this.plot,
      this.spoken,
      this.footer,
    );
    listen(this.plot, this);
    // Drawing sets the height itself, so that only another width asks for more.
    new ResizeObserver(() => this.plot.clientWidth !== this.drawnWidth && this.redraw()).observe(this.plot);
    this.plot.addEventListener("redraw", () => this.redraw());
  }

  show(chart: Chart): this {
    this.chart = chart;
    fill(this.title, chart.title);
    fill(this.summary, chart.summary, (chart.notes ?? []).map((note) => h("span", { class: "hidden" }, ` ${note}`)));
    if (this.mark && !chart.has(this.mark)) this.pointAt(null, false);
    this.plot.style.height = `${this.view().height}px`; // what is below must not move when it is drawn
    this.redraw();
    return this;
  }

  present(): Chart | null {
    return this.chart;
  }
  marked(): Mark | null {
    return this.mark;
  }

  view(): View {
    const width = Math.max(200, this.plot.clientWidth);
    return { width, height: this.chart?.height(width) ?? 0, theme: theme(), span: this.span, pan: this.pan };
  }

  // Marks a point (or none); `aloud` when the keyboard did it.
  pointAt(mark: Mark | null, aloud: boolean): void {
    const same = mark?.series === this.mark?.series && mark?.index === this.mark?.index;
    if (same && !aloud) return;
    this.mark = mark;
    this.drawOverlay();
    if (!aloud || !mark || !this.chart) return;
    const { title, lines } = this.chart.describe(mark);
    fill(this.spoken, [title, ...lines.map(([name, value]) => `${name}: ${value}`)].join(", "));
  }

  zoomTo(span: View["span"], pan: View["pan"] = { k: 1, x: 0, y: 0 }): void {
    this.span = span;
    this.pan = pan;
    this.reset.hidden = span[0] === 0 && span[1] === 1 && pan.k === 1 && pan.x === 0 && pan.y === 0;
    this.mark = null;
    this.redraw();
    this.chart?.zoomed?.(this.view());
  }

  // The strip that is being dragged over, to be zoomed into.
  drawStrip(from: number, to: number): void {
    const view = this.view();
    const painter = this.prepareOverlay(view);
    painter.rects([Math.min(from, to), 0, Math.abs(to - from), view.height], { colour: view.theme.accent, opacity: 0.15 });
  }

  redraw(): void {
    drawSoon(this.drawNow);
  }

  private readonly drawNow = (): void => {
    if (!this.chart || !this.plot.isConnected || this.plot.clientWidth === 0) return;
    const view = this.view();
    this.drawnWidth = this.plot.clientWidth;
    this.plot.style.height = `${view.height}px`;
    const start = performance.now();
    this.chart.draw(prepare(this.base, view.width, view.height, view.theme.font), view);
    this.element.dataset["drawMs"] = (performance.now() - start).toFixed(1);
    this.drawOverlay();
  };

  private drawOverlay(): void {
    const { chart, mark } = this;
    const marked = chart && mark && chart.has(mark);
    this.tooltip.hidden = this.overlay.hidden = !marked;
    if (!marked) return;
    const view = this.view();
    chart.drawMark(this.prepareOverlay(view), view, mark);
    this.showTooltip(view, mark);
  }

  // Shown only with something in it: an empty canvas costs the browser as much as a full one.
  private prepareOverlay(view: View): Painter {
    this.overlay.hidden = false;
    return prepare(this.overlay, view.width, view.height, view.theme.font);
  }

  private showTooltip(view: View, mark: Mark): void {
    const { title, lines } = this.chart!.describe(mark);
    fill(
      this.tooltip,
      h("strong", {}, title),
      h("dl", {}, lines.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
      this.chart!.open ? h("small", {}, "click or Enter: open the turn") : null,
    );
    const [x, y] = this.chart!.place(view, mark);
    const { offsetWidth: wide, offsetHeight: high } = this.tooltip;
    const left = x + 14 + wide > view.width ? x - wide - 14 : x + 14;
    this.tooltip.style.left = `${Math.max(0, Math.min(view.width - wide, left))}px`;
    this.tooltip.style.top = `${Math.max(0, Math.min(view.height - high, y - high / 2))}px`;
  }

  private exports(): HTMLElement {
    const button = (label: string, save: (chart: Chart) => void): HTMLElement =>
      h("button", { type: "button", class: "small", title: `Save this chart as ${label}`, click: () => this.chart && save(this.chart) }, label);
    return h(
      "div",
      { class: "exports", role: "group", "aria-label": "Save" },
      this.reset,
      button("PNG", (chart) => savePng(chart, this.view())),
      button("SVG", (chart) => saveSvg(chart, this.view())),
      button("CSV", (chart) => saveCsv(chart.title, chart.table())),
    );
  }
}
