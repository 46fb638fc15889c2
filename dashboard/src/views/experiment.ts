// One experiment: its header, its tabs, and the view behind the chosen one.
import { formatDuration, formatNumber, turnName } from "../data/format";
import { ExperimentStore } from "../data/experiment_store";
import { isSilence, type Source } from "../data/source";
import { type Address, formatAddress } from "../page/address";
import { type Child, fill, h, link } from "../page/dom";
import { turnAddress } from "../page/turn_links";
import { progressBar } from "./experiments";
import { lineage } from "./lineage";
import { members } from "./members";
import { metrics } from "./metrics";
import { moves } from "./moves";
import { lostNote, readingNote, sampleNote } from "./notes";
import { overview } from "./overview";
import { schedules } from "./schedules";
import { search } from "./search";
import { timeline } from "./timeline";
import { TurnPanel } from "./turn_panel";
import { chosenTurn, type Context, type MakeView, type View } from "./view";

const tabs: Record<string, MakeView> = { overview, lineage, schedules, search, moves, members, timeline, metrics };
const updateMs = 1000; // while turns come in, a view is drawn at most so often
const retryMs = 3000;

export class ExperimentPage {
  readonly element: HTMLElement;
  private readonly header = h("header", { class: "experiment" });
  private readonly tabList = h("nav", { class: "tabs", "aria-label": "Views of the experiment" });
  private readonly banner = h("div", { role: "status" });
  private readonly body = h("div", {}, h("p", { class: "empty" }, "Loading…"));
  private readonly store: ExperimentStore;
  private readonly context: Context;
  private readonly panel: TurnPanel;
  private view: View | null = null;
  private tab = "";
  private ready = false;
  private timer = 0;
  private retry = 0;
  private noted = "";

  constructor(source: Source, readonly name: string, address: Address, set: Context["set"]) {
    this.store = new ExperimentStore(source, name, () => this.soon(), (error) => this.say(error));
    this.context = { store: this.store, address, set };
    this.panel = new TurnPanel(this.context);
    this.element = h("div", { class: "stack" }, this.header, this.tabList, this.banner, this.body, this.panel.element);
    fill(this.header, h("h1", {}, name));
  }

  async start(): Promise<void> {
    try {
      await this.store.start();
      this.ready = true;
      this.show(this.context.address);
    } catch (error) {
      if (isSilence(error)) {
        fill(this.body, h("p", { class: "banner", role: "alert" }, lostNote));
        this.retry = window.setTimeout(() => void this.start(), retryMs);
        return;
      }
      fill(this.body, h("div", { class: "empty", role: "alert" }, h("h2", {}, "This experiment cannot be shown"), h("p", {}, error instanceof Error ? error.message : String(error)), link("#/", "All experiments")));
    }
  }

  show(address: Address): void {
    this.context.address = address;
    if (!this.ready || address.route.page !== "experiment") return;
    const wanted = address.route.tab in tabs ? address.route.tab : "overview";
    if (wanted !== this.tab) {
      this.view?.close?.();
      this.tab = wanted;
      this.view = tabs[wanted]!(this.context);
      fill(this.body, this.view.element);
    }
    this.update();
    this.panel.show(chosenTurn(this.context));
  }

  close(): void {
    this.store.stop();
    this.view?.close?.();
    window.clearTimeout(this.timer);
    window.clearTimeout(this.retry);
    if (this.panel.element.open) this.panel.element.remove();
  }

  private soon(): void {
    if (this.timer !== 0 || !this.ready) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.update();
    }, this.store.progress && this.store.document.status.state === "running" ? updateMs : 30);
  }

  private update(): void {
    fill(this.header, this.headerParts());
    this.drawTabs();
    this.note();
    this.view?.update();
  }

  private drawTabs(): void {
    const names = Object.keys(tabs);
    if (this.tabList.childElementCount === names.length) {
      [...this.tabList.children].forEach((one, at) => this.markTab(one, names[at]!));
      return;
    }
    fill(this.tabList, names.map((tab) => {
      const one = link(formatAddress({ page: "experiment", name: this.name, tab }), tab[0]!.toUpperCase() + tab.slice(1));
      this.markTab(one, tab);
      return one;
    }));
    this.tabList.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  private markTab(element: Element, tab: string): void {
    if (tab === this.tab) {
      if (element.isConnected && !element.hasAttribute("aria-current")) element.scrollIntoView({ block: "nearest", inline: "center" });
      element.setAttribute("aria-current", "page");
    } else element.removeAttribute("aria-current");
  }

  private headerParts(): Child[] {
    const { status, description } = this.store.document;
    const { best } = status;
    const planned = status.steps_planned > 0 ? status.steps_done / status.steps_planned : null;
    const left = status.state === "running" && status.seconds_left !== null ? `${formatDuration(status.seconds_left * 1000)} left` : null;
    return [
      h("div", { class: "heading" }, h("h1", { title: this.name }, this.name), h("span", { class: `chip ${status.state}`, role: "status" }, status.state)),
      h("div", { class: "best" }, best ? [h("span", {}, `best ${description.metric} `), h("strong", {}, formatNumber(best.score, 6)), " ", link(turnAddress(this.context.address, best), turnName(best)), h("span", {}, ` at step ${formatNumber(best.step)}`)] : h("span", {}, "no score yet")),
      h("div", { class: "pace" }, progressBar(planned, this.name), left && h("span", {}, left), status.steps_per_second > 0 ? h("span", {}, `${formatNumber(status.steps_per_second, 3)} steps/s`) : null),
      status.reason ? h("p", { class: "note reason" }, status.reason) : null,
    ];
  }

  // Only what has changed, or a screen reader would say it again with every turn.
  private note(problem: string | null = null): void {
    const { document, record, connected, source } = this.store;
    const lost = source.live && !connected ? lostNote : null;
    const notes = [lost, readingNote(document), sampleNote(record), problem].filter((note) => note !== null);
    if (notes.join("\n") === this.noted) return;
    this.noted = notes.join("\n");
    this.banner.classList.toggle("lost", lost !== null);
    fill(this.banner, notes.map((note) => h("p", { class: "banner" }, note)));
  }

  private say(error: unknown): void {
    if (isSilence(error)) return; // the stream says so already
    this.note(error instanceof Error ? error.message : String(error));
  }
}
