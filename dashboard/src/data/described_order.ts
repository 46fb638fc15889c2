// Hyperparameters and their texts stand everywhere in the order of the experiment's description; what it does not name
// comes last, in the order in which it was found.
import type { Hyperparameter, Value, Values } from "./api";
import type { Column } from "./record";

export function inDescribedOrder<Item extends { name: string }>(items: readonly Item[], described: readonly Hyperparameter[]): Item[] {
  return sortByPlace(items, (item) => described.findIndex(({ name }) => name === item.name));
}

export function valuesInDescribedOrder(values: Values, described: readonly Hyperparameter[]): [string, Value][] {
  return inDescribedOrder(Object.entries(values).map(([name, value]) => ({ name, value })), described).map(({ name, value }) => [name, value]);
}

export function withDescribedLabels(column: Column, described: readonly Hyperparameter[]): Column {
  const choices = described.find(({ name }) => name === column.name)?.values?.map(String);
  if (!choices || column.labels.length === 0) return column;
  const labels = sortByPlace(column.labels, (label) => choices.indexOf(label));
  const places = column.labels.map((label) => labels.indexOf(label));
  return { name: column.name, labels, values: column.values.map((value) => places[value] ?? Number.NaN) };
}

// A place of -1 is behind all others.
function sortByPlace<Item>(items: readonly Item[], placeOf: (item: Item) => number): Item[] {
  const key = (item: Item): number => (placeOf(item) < 0 ? Infinity : placeOf(item));
  return [...items].sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)));
}
