// The page around the views: the top bar, the theme, and which view an address shows.
import { toggleTheme, startTheme } from "../chart/theme";
import { madeAt } from "../data/embedded_source";
import type { ReportDocument } from "../data/api";
import { isSilence, type Source } from "../data/source";
import { compare } from "../views/compare";
import { ExperimentPage } from "../views/experiment";
import { experiments, type ExperimentsPage } from "../views/experiments";
import { lostNote } from "../views/notes";
import { type Address, formatAddress, parseAddress, withOptions } from "./address";
import { fill, h, icon, link } from "./dom";
import { returnFromLogin } from "./login";

const listMs = 5000; // how often the list of experiments is read again

export class App {
  private readonly main = h("main", { id: "main", tabindex: -1 });
  private address: Address = parseAddress(window.location.hash);
  private experiment: ExperimentPage | null = null;
  private list: ExperimentsPage | null = null;
  private readonly listBanner = h("p", { class: "banner lost", role: "status", hidden: true });
  private listTimer = 0;

  constructor(
    private readonly source: Source,
    private readonly report: ReportDocument | null,
  ) {}

  start(root: HTMLElement): void {
    startTheme(() => this.recolour());
    fill(root, this.topBar(), this.main, this.footer());
    if (this.source.live) returnFromLogin();
    window.addEventListener("hashchange", () => this.go());
    this.go();
  }

  private readonly set = (changes: Record<string, string | null>): void => {
    const next = withOptions(this.address, changes);
    // Opening a turn can be undone with "back"; a slider's every step can not.
    if ("turn" in changes) window.location.hash = next;
    else window.location.replace(next);
  };

  private go(): void {
    const before = this.address.route;
    this.address = parseAddress(window.location.hash);
    const { route } = this.address;
    if (this.report && route.page !== "experiment") {
      window.location.replace(formatAddress({ page: "experiment", name: this.report.experiment.description.name, tab: "overview" }));
      return;
    }
    if (route.page !== "experiment" || route.name !== this.experiment?.name) this.leave();
    if (route.page === "experiment") this.showExperiment(route.name);
    else if (route.page === "compare") void this.showCompare(route.names);
    else this.showList();
    document.title = route.page === "experiment" ? `${route.name} · pbt` : route.page === "compare" ? "Compare · pbt" : "pbt";
    if (JSON.stringify(before) !== JSON.stringify(route)) window.scrollTo(0, 0);
  }

  private showExperiment(name: string): void {
    this.leaveList();
    if (this.experiment) {
      this.experiment.show(this.address);
      return;
    }
    this.experiment = new ExperimentPage(this.source, name, this.address, this.set);
    fill(this.main, this.experiment.element);
    void this.experiment.start();
  }

  private showList(): void {
    if (this.list) {
      this.list.update(this.address);
      return;
    }
    this.list = experiments(this.source, this.address, this.set);
    fill(this.main, this.listBanner, this.list.element);
    void this.loadList();
    if (this.source.live) this.listTimer = window.setInterval(() => void this.reloadList(), listMs);
  }

  private async loadList(): Promise<void> {
    const list = this.list;
    const problem = await list?.load().then(() => null, (error: unknown) => error);
    if (!list || list !== this.list) return;
    this.listBanner.hidden = problem === null;
    fill(this.listBanner, problem !== null && (isSilence(problem) ? lostNote : `${problem instanceof Error ? problem.message : String(problem)} Trying again.`));
  }

  // Not while the reader is typing or choosing in the table.
  private async reloadList(): Promise<void> {
    if (document.hidden || this.list?.element.contains(document.activeElement)) return;
    await this.loadList();
  }

  private async showCompare(names: string[]): Promise<void> {
    this.leaveList();
    const address = this.address;
    fill(this.main, h("p", { class: "empty" }, "Loading…"));
    const logs = { x: address.options.get("logx") === "1", y: address.options.get("log") === "1" };
    const element = await compare(this.source, names, logs, (axis, on) => this.set({ [axis === "x" ? "logx" : "log"]: on ? "1" : null }));
    if (this.address === address) fill(this.main, element);
  }

  private leave(): void {
    this.experiment?.close();
    this.experiment = null;
  }
  private leaveList(): void {
    window.clearInterval(this.listTimer);
    this.list = null;
  }

  private recolour(): void {
    for (const plot of document.querySelectorAll(".plot")) plot.dispatchEvent(new Event("redraw"));
  }

  private topBar(): HTMLElement {
    const skip = h("button", { type: "button", class: "skip", click: () => this.main.focus() }, "Skip to the content");
    const theme = h("button", { type: "button", class: "plain", "aria-label": "Light or dark", title: "Light or dark", click: () => toggleTheme(() => this.recolour()) }, icon("M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13"));
    const home = link("#/", [icon("M8 15V9M8 9 3 5V1M8 9l5-4V1"), "pbt"], { class: "home" });
    return h("header", { class: "top" }, skip, home, h("span", { class: "note" }, "population based training"), h("span", { class: "space" }), theme);
  }

  private footer(): HTMLElement | null {
    return this.report ? h("footer", { class: "page" }, `A report of pbt, as of ${madeAt(this.report)}. It needs no network.`) : null;
  }
}
