// A table whose columns sort, and which draws only the rows that can be seen, so that 1,000 members cost no more than 20.
import { type Sortable, sortBy } from "../data/sort";
import { type Child, fill, h } from "./dom";

export interface TableColumn<Row> {
  name: string;
  title?: string;
  value: (row: Row) => Sortable;
  show?: (row: Row) => Child;
  number?: boolean;
}
export interface TableChoice {
  sort: string; // a column's name, with a leading "-" for descending
  sortBy: (sort: string) => void;
}

const rowHeight = 40;
const around = 8;

export class SortedTable<Row> {
  readonly element: HTMLElement;
  private readonly head = h("thead", {});
  private readonly body = h("tbody", {});
  private readonly table = h("table", { class: "sorted" }, this.head, this.body);
  private rows: Row[] = [];
  private shown = "";

  constructor(
    label: string,
    private readonly columns: TableColumn<Row>[],
    private readonly choice: () => TableChoice,
  ) {
    this.element = h("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": label, scroll: () => this.draw(false) }, this.table);
    new ResizeObserver(() => this.draw(false)).observe(this.element);
  }

  show(rows: Row[]): void {
    const { sort } = this.choice();
    const name = sort.replace(/^-/, "");
    const column = this.columns.find((one) => one.name === name);
    this.rows = column ? sortBy(rows, column.value, sort.startsWith("-")) : rows;
    this.table.setAttribute("aria-rowcount", String(rows.length + 1));
    this.drawHead(name, sort.startsWith("-"));
    this.draw(true);
  }

  private drawHead(sorted: string, descending: boolean): void {
    const focused = document.activeElement?.closest("th")?.dataset["name"];
    fill(this.head, h("tr", { "aria-rowindex": 1 }, this.columns.map((column) => this.headCell(column, sorted === column.name ? (descending ? "descending" : "ascending") : null))));
    if (focused !== undefined) this.head.querySelector<HTMLElement>(`th[data-name="${CSS.escape(focused)}"] button`)?.focus();
  }

  private headCell(column: TableColumn<Row>, sorted: "ascending" | "descending" | null): HTMLElement {
    const arrow = sorted === "ascending" ? " ↑" : sorted === "descending" ? " ↓" : "";
    const next = sorted === "ascending" || (sorted === null && column.number) ? `-${column.name}` : column.name;
    return h(
      "th",
      { scope: "col", "data-name": column.name, "aria-sort": sorted, class: column.number ? "number" : null },
      h("button", { type: "button", class: "plain", title: column.title, click: () => this.choice().sortBy(next) }, column.name, h("span", { "aria-hidden": "true" }, arrow)),
    );
  }

  private draw(anew: boolean): void {
    // Still empty it would not be as high as it is going to be.
    if (this.shown === "") fill(this.body, this.spacer(this.rows.length));
    const first = Math.max(0, Math.floor(this.element.scrollTop / rowHeight) - around);
    const last = Math.min(this.rows.length, first + Math.ceil((this.element.clientHeight || 600) / rowHeight) + 2 * around);
    const shown = `${first}-${last}`;
    if (!anew && shown === this.shown) return;
    this.shown = shown;
    fill(
      this.body,
      this.spacer(first),
      this.rows.slice(first, last).map((row, index) => h("tr", { "aria-rowindex": first + index + 2 }, this.columns.map((column) => h("td", { class: column.number ? "number" : null }, column.show ? column.show(row) : String(column.value(row) ?? "–"))))),
      this.spacer(this.rows.length - last),
    );
  }

  private spacer(rows: number): HTMLElement | null {
    if (rows <= 0) return null;
    const cell = h("td", { colspan: this.columns.length });
    cell.style.height = `${rows * rowHeight}px`;
    return h("tr", { class: "spacer", "aria-hidden": "true" }, cell);
  }
}
