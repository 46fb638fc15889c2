// Everything about one turn, in a panel at the side. <dialog> keeps the focus inside and closes on Esc.
import type { TurnDocument, TurnName, Value } from "../data/api";
import { valuesInDescribedOrder } from "../data/described_order";
import { formatBytes, formatDuration, formatNumber, formatTime, formatValue, turnName } from "../data/format";
import { isCopy, lineageOf } from "../data/lineage";
import { placeOfTurn } from "../data/record";
import { type Child, fill, h, icon, link } from "../page/dom";
import { turnAddress } from "../page/turn_links";
import { type Context, nameOf } from "./view";

export class TurnPanel {
  readonly element: HTMLDialogElement;
  private readonly content = h("div", { class: "content" });
  private readonly title = h("h2", { id: "turn-title" });
  private shown = "";

  constructor(private readonly context: Context) {
    const close = h("button", { type: "button", class: "plain close", "aria-label": "Close", click: () => this.element.close() }, icon("M3 3l10 10M13 3L3 13"));
    this.element = h("dialog", { class: "panel", "aria-labelledby": "turn-title", close: () => this.closed() }, h("header", {}, this.title, close), this.content);
    // A click beside the panel closes it, as people expect.
    this.element.addEventListener("click", (event) => event.target === this.element && this.element.close());
  }

  show(turn: TurnName | null): void {
    const key = turn ? turnName(turn) : "";
    if (key === this.shown) return;
    this.shown = key;
    if (!turn) {
      if (this.element.open) this.element.close();
      return;
    }
    fill(this.title, `Turn ${turn.turn} of member ${turn.member}`);
    fill(this.content, h("p", { class: "note" }, "Loading…"));
    if (!this.element.open) this.element.showModal();
    void this.load(turn, key);
  }

  private closed(): void {
    if (this.shown === "") return;
    this.shown = "";
    this.context.set({ turn: null });
  }

  private async load(turn: TurnName, key: string): Promise<void> {
    const { source, name } = this.context.store;
    let parts: Child[];
    try {
      parts = this.parts(await source.turn(name, turn));
    } catch (error) {
      parts = [h("p", { class: "empty", role: "alert" }, error instanceof Error ? error.message : String(error))];
    }
    if (key !== this.shown) return;
    fill(this.content, parts);
    this.element.scrollTop = 0;
  }

  private parts(document: TurnDocument): Child[] {
    const { turn } = document;
    const { metric, hyperparameters } = this.context.store.document.description;
    const score = turn.score === null ? h("span", { class: "bad" }, "diverged") : formatNumber(turn.score, 6);
    return [
      h("p", { class: "score" }, h("span", {}, metric), " ", h("strong", {}, score)),
      facts([
        ["steps", `${formatNumber(turn.from_step)} to ${formatNumber(turn.to_step)}${turn.partial ? " (partial)" : ""}`],
        ["parent", turn.parent ? this.turnLink(turn.parent) : "none: it began here"],
        ["decision", this.decision(document)],
        ["reason", turn.reason],
        ["worker", turn.worker],
        ["fence", turn.fence],
        ["began", formatTime(turn.started_ms)],
        ["took", turn.started_ms !== null && turn.ended_ms !== null ? formatDuration(turn.ended_ms - turn.started_ms) : null],
        ["checkpoint", turn.checkpoint_name ? h("code", {}, turn.checkpoint_name) : null],
        ["size", turn.checkpoint_bytes === null ? null : formatBytes(turn.checkpoint_bytes)],
        ["samples", turn.samples && turn.samples.length > 0 ? turn.samples.map(formatValue).join(", ") : null],
      ]),
      section("Hyperparameters", valuesTable(valuesInDescribedOrder(turn.hyperparameters, hyperparameters))),
      section("Metrics", valuesTable(Object.entries(turn.metrics))),
      document.images.length > 0 && section("Images", h("div", { class: "shots" }, document.images.map((file) => this.shot(document, file)))),
      section("Lineage", this.lineage(turn)),
      document.log_tail ? section("The trainer's last lines", h("pre", { tabindex: 0 }, document.log_tail)) : null,
    ];
  }

  private decision({ turn }: TurnDocument): Child {
    if (turn.decision === null) return null;
    return [turn.decision, turn.donor ? [" from ", this.turnLink(turn.donor)] : null];
  }

  private shot(document: TurnDocument, file: string): HTMLElement {
    const { source, name } = this.context.store;
    return h("figure", {}, h("img", { src: source.image(name, document, file), alt: file, loading: "lazy" }), h("figcaption", {}, file));
  }

  // From this turn back to the first: whose turns they were, in stretches between copies.
  private lineage(turn: TurnName): Child {
    const { record } = this.context.store;
    const place = placeOfTurn(record, turn.member, turn.turn);
    if (place < 0) return h("p", { class: "note" }, "This turn is not among those shown.");
    const lineage = [...lineageOf(record, place)].reverse();
    const link = (at: number): HTMLElement => this.turnLink({ member: record.member[at]!, turn: record.turn[at]! });
    const items: HTMLElement[] = [];
    let last = 0;
    lineage.forEach((at, index) => {
      if (index + 1 < lineage.length && !isCopy(record, at)) return;
      const newest = lineage[last]!;
      const stretch = newest === at ? [link(at)] : [link(at), " to ", link(newest)];
      const scores = `${formatNumber(record.score[at])}${newest === at ? "" : ` → ${formatNumber(record.score[newest])}`}`;
      items.push(h("li", {}, stretch, h("span", { class: "note" }, ` ${scores}`), isCopy(record, at) ? h("span", { class: "note" }, ` · copied ${nameOf(record, record.parent[at]!)}`) : null));
      last = index + 1;
    });
    return h("ol", { class: "lineage" }, items);
  }

  private turnLink(turn: TurnName): HTMLElement {
    return link(turnAddress(this.context.address, turn), turnName(turn));
  }
}

function section(title: string, content: Child): HTMLElement {
  return h("section", {}, h("h3", {}, title), content);
}
function facts(list: [string, Child][]): HTMLElement {
  return h("dl", { class: "facts" }, list.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}
function valuesTable(values: [string, Value][]): HTMLElement {
  const rows = values.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", { class: "number" }, formatValue(value))));
  return rows.length === 0 ? h("p", { class: "note" }, "none") : h("table", {}, h("tbody", {}, rows));
}
