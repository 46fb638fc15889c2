import { type Cell, type Table } from "../data/csv";
import { formatNumber, formatValue } from "../data/format";
import { fill, h } from "../page/dom";

const shown = 200;

// The data of a chart as a table that opens on demand; it is built only then, and again each time.
export function dataTable(read: () => Table): HTMLElement {
  const body = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Data of the chart" });
  const details = h("details", { class: "data", toggle: () => fill(body, details.open ? build(read()) : null) }, h("summary", {}, "Data as a table"), body);
  return details;
}

function build({ columns, rows }: Table): Node[] {
  const more = rows.length - shown;
  const table = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))),
    h("tbody", {}, rows.slice(0, shown).map((row) => h("tr", {}, row.map(cell)))),
  );
  return more > 0 ? [table, h("p", { class: "note" }, `The first ${shown} of ${formatNumber(rows.length)} rows; the CSV has all of them.`)] : [table];
}

function cell(value: Cell): HTMLElement {
  return h("td", { class: typeof value === "number" ? "number" : null }, typeof value === "number" ? formatNumber(value, 6) : formatValue(value));
}
