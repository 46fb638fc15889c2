export type Sortable = string | number | null | undefined;

// Sorts by a value of each item; what is missing comes last, whichever way. Stable.
export function sortBy<Item>(items: readonly Item[], key: (item: Item) => Sortable, descending: boolean): Item[] {
  const sign = descending ? -1 : 1;
  const missing = (value: Sortable): boolean => value === null || value === undefined || Number.isNaN(value);
  return [...items].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (missing(x) || missing(y)) return Number(missing(x)) - Number(missing(y));
    if (typeof x === "number" && typeof y === "number") return sign * (x - y);
    return sign * String(x).localeCompare(String(y), "en", { numeric: true });
  });
}
