// All experiments of the store: search, sort, and choose some to compare.
import type { ExperimentRow } from "../data/api";
import { formatNumber, formatPercent, formatTime, plural } from "../data/format";
import type { Source } from "../data/source";
import { type Address, formatAddress } from "../page/address";
import { fill, h, link } from "../page/dom";
import { SortedTable, type TableColumn } from "../page/table";

export interface ExperimentsPage {
  element: HTMLElement;
  update(address: Address): void;
  load(): Promise<void>;
}

export function experiments(source: Source, address: Address, set: (changes: Record<string, string | null>) => void): ExperimentsPage {
  let rows: ExperimentRow[] = [];
  let present = address;
  let loaded = false;
  const chosen = new Set<string>();
  const input = h("input", { type: "search", placeholder: "name, metric, algorithm or state", "aria-label": "Search experiments", value: address.options.get("q") ?? "", input: () => set({ q: input.value || null }) });
  const compare = h("a", { class: "button", hidden: true });
  const count = h("p", { class: "note", role: "status" }, "Loading…");
  const empty = h("div", { class: "empty", hidden: true }, h("h2", {}, "No experiments yet"), h("p", {}, "This store is empty. Start one with ", h("code", {}, "pbt run experiment.toml"), "; it appears here by itself."));
  const choose = (name: string, on: boolean): void => {
    if (on) chosen.add(name);
    else chosen.delete(name);
    compare.hidden = chosen.size < 2;
    compare.href = formatAddress({ page: "compare", names: [...chosen] });
    fill(compare, `Compare ${chosen.size} experiments`);
  };
  const choice = (): { sort: string; sortBy: (sort: string) => void } => ({ sort: present.options.get("sort") ?? "-created", sortBy: (sort) => set({ sort }) });
  const table = new SortedTable<ExperimentRow>("Experiments", columns(chosen, choose), choice);
  table.element.classList.add("experiments");
  const update = (next: Address): void => {
    present = next;
    const shown = rows.filter((row) => matches(row, present.options.get("q") ?? ""));
    empty.hidden = rows.length > 0 || !loaded;
    table.element.hidden = rows.length === 0;
    if (loaded) fill(count, shown.length === rows.length ? plural(rows.length, "experiment") : `${formatNumber(shown.length)} of ${plural(rows.length, "experiment")}`);
    table.show(shown);
  };
  return {
    element: h("div", { class: "stack" }, h("div", { class: "bar" }, h("h1", {}, "Experiments"), input, compare), count, empty, h("section", { class: "card flush" }, table.element)),
    update,
    load: async () => {
      rows = (await source.experiments()).experiments;
      loaded = true;
      update(present);
    },
  };
}

export function matches(row: ExperimentRow, query: string): boolean {
  const text = [row.name, row.metric, row.algorithm, row.state, row.error].join(" ").toLowerCase();
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function columns(chosen: Set<string>, choose: (name: string, on: boolean) => void): TableColumn<ExperimentRow>[] {
  const toIt = (row: ExperimentRow): HTMLElement => link(formatAddress({ page: "experiment", name: row.name, tab: "overview" }), row.name, { class: "name", title: row.name });
  const done = (row: ExperimentRow): number | null => (row.steps_planned ? (row.steps_done ?? 0) / row.steps_planned : null);
  return [
    {
      name: "compare",
      value: (row) => (chosen.has(row.name) ? 0 : 1),
      show: (row) => {
        const box = h("input", { type: "checkbox", checked: chosen.has(row.name), disabled: row.error !== null, "aria-label": `Compare ${row.name}`, change: () => choose(row.name, box.checked) });
        return box;
      },
    },
    { name: "name", value: (row) => row.name, show: toIt },
    { name: "state", value: (row) => (row.error === null ? row.state : "unreadable"), show: (row) => (row.error === null ? h("span", { class: `chip ${row.state}` }, row.state) : h("span", { class: "chip failed", title: row.error }, "unreadable")) },
    { name: "best", value: (row) => row.score, show: (row) => (row.error === null ? [h("strong", {}, formatNumber(row.score, 5)), " ", h("small", {}, row.metric)] : h("span", { class: "note" }, row.error)), number: true },
    { name: "progress", value: done, show: (row) => progressBar(done(row), row.name) },
    { name: "population", value: (row) => row.population, show: (row) => formatNumber(row.population), number: true },
    { name: "turns", value: (row) => row.turns, show: (row) => formatNumber(row.turns), number: true },
    { name: "algorithm", value: (row) => row.algorithm },
    { name: "created", value: (row) => row.created_ms, show: (row) => formatTime(row.created_ms) },
  ];
}

export function progressBar(share: number | null, name: string): HTMLElement | string {
  if (share === null) return "–";
  return h("span", { class: "progress" }, h("progress", { max: 1, value: Math.min(1, share), "aria-label": `Progress of ${name}` }), h("span", {}, formatPercent(share)));
}
