// Every member as it is now, and the workers that train them.
import type { MemberRow } from "../data/api";
import { derive } from "../data/derived";
import { formatDuration, formatNumber, formatValue, plural, turnName } from "../data/format";
import { turnAddress } from "../page/turn_links";
import { fill, h, link } from "../page/dom";
import { SortedTable, type TableColumn } from "../page/table";
import { workersOf } from "../data/workers";
import { type Context, option, type View } from "./view";

interface Shown extends MemberRow {
  speed: number | null; // steps a second in its last turn
  leaseMs: number | null; // what is left of its lease; negative: expired
}

export function members(context: Context): View {
  const choice = (): { sort: string; sortBy: (sort: string) => void } => ({ sort: option(context, "sort", "member"), sortBy: (sort) => context.set({ sort }) });
  const table = new SortedTable<Shown>("Members", columns(context), choice);
  const note = h("p", { class: "note" });
  const workers = h("section", { class: "card" });
  return {
    element: h("div", { class: "stack" }, h("section", { class: "card" }, h("h2", {}, "Members"), note, table.element), workers),
    update: () => {
      const rows = shownRows(context);
      const training = rows.filter((row) => row.worker !== null).length;
      fill(note, `${plural(rows.length, "member")}, ${formatNumber(training)} in training now.`);
      table.show(rows);
      fill(workers, workersTable(context));
    },
  };
}

function shownRows(context: Context): Shown[] {
  const { document, record } = context.store;
  const last = new Map(derive(record).present.map(({ member, place }) => [member, place]));
  return document.status.members.map((member) => {
    const place = last.get(member.member);
    const seconds = place === undefined ? 0 : record.durationMs[place]! / 1000;
    return {
      ...member,
      speed: place === undefined || seconds <= 0 ? null : (record.toStep[place]! - record.fromStep[place]!) / seconds,
      leaseMs: member.lease_until_ms === null ? null : member.lease_until_ms - context.store.nowMs(),
    };
  });
}

function columns(context: Context): TableColumn<Shown>[] {
  const { document } = context.store;
  const { metric, hyperparameters } = document.description;
  const toTurn = (turn: { member: number; turn: number }): HTMLElement => link(turnAddress(context.address, turn), turnName(turn));
  return [
    { name: "member", value: (row) => row.member, show: (row) => h("strong", {}, row.member), number: true },
    { name: "state", value: (row) => row.state, show: (row) => h("span", { class: `chip ${row.broken ? "failed" : row.state}` }, row.broken ? "broken" : row.state) },
    { name: "turn", value: (row) => row.turn, show: (row) => (row.turn > 0 ? toTurn({ member: row.member, turn: row.turn }) : "–"), number: true },
    { name: "step", value: (row) => row.step, show: (row) => formatNumber(row.step), number: true },
    { name: metric, value: (row) => row.score, show: (row) => (row.diverged ? h("span", { class: "bad" }, "diverged") : formatNumber(row.score, 5)), number: true },
    { name: "copied from", title: "the donor of its weights", value: (row) => row.copied_from?.member, show: (row) => (row.copied_from ? toTurn(row.copied_from) : "–") },
    { name: "steps/s", title: "in its last turn", value: (row) => row.speed, show: (row) => formatNumber(row.speed, 3), number: true },
    { name: "worker", value: (row) => row.worker },
    { name: "lease", title: "time left", value: (row) => row.leaseMs, show: (row) => (row.leaseMs === null ? "–" : row.leaseMs < 0 ? h("span", { class: "bad" }, "expired") : formatDuration(row.leaseMs)), number: true },
    { name: "failures", value: (row) => row.failures, show: (row) => (row.failures > 0 ? h("span", { class: "bad" }, row.failures) : "0"), number: true },
    ...hyperparameters.map((one): TableColumn<Shown> => ({
      name: one.name,
      value: (row) => {
        const value = row.hyperparameters[one.name];
        return typeof value === "boolean" ? String(value) : value;
      },
      show: (row) => formatValue(row.hyperparameters[one.name]),
      number: !one.values,
    })),
  ];
}

function workersTable(context: Context): Node[] {
  const { record, document, failures } = context.store;
  const rows = workersOf(record, document.status.members, failures);
  const names = ["worker", "trains now", "turns", "steps/s", "busy", "failures"];
  return [
    h("h2", {}, "Workers"),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Workers" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, names.map((name, at) => h("th", { scope: "col", class: at > 1 ? "number" : null }, name)))),
        h("tbody", {}, rows.map((row) =>
          h("tr", {}, h("th", { scope: "row" }, row.worker), h("td", {}, row.members.length > 0 ? `member ${row.members.join(", ")}` : "–"), [formatNumber(row.turns), formatNumber(row.stepsPerSecond, 3), `${Math.round(100 * row.busy)} %`, formatNumber(row.failures)].map((text) => h("td", { class: "number" }, text))),
        )),
      ),
    ),
    h("p", { class: "note" }, "Speed and busy time are over the turns shown."),
  ];
}
