// Appends what the event stream sent to the document that the page already holds. Rows never change, so a row that is
// already there is skipped; a gap means that something was missed, and the caller has to fetch again.
import type { ColumnDocument, TurnsDocument } from "./api";

const perTurn = ["row", "parent", "score", "member", "turn", "root", "from_step", "to_step", "partial", "started_ms", "duration_ms"] as const;

export function appendTurns(known: TurnsDocument, news: TurnsDocument): TurnsDocument | "gap" {
  const next = known.total;
  if (known.row.length !== known.total) return "gap"; // a sample cannot be continued
  const skip = news.row.findIndex((row) => row >= next);
  if (skip < 0) return news.total > known.total ? "gap" : known;
  if (news.row[skip] !== next || news.total !== next + news.row.length - skip) return "gap";

  const result: TurnsDocument = { ...known, total: news.total, best: news.best };
  for (const name of perTurn) (result[name] as unknown[]) = [...known[name], ...news[name].slice(skip)];
  if (known.total_steps && news.total_steps) result.total_steps = [...known.total_steps, ...news.total_steps.slice(skip)];
  else delete result.total_steps;
  result.workers = union(known.workers, news.workers);
  const places = news.workers.map((worker) => result.workers.indexOf(worker));
  result.worker = [...known.worker, ...news.worker.slice(skip).map((place) => places[place] ?? -1)];
  result.hyperparameters = appendColumns(known.hyperparameters, news.hyperparameters, next, skip, news.row.length);
  result.metrics = appendColumns(known.metrics, news.metrics, next, skip, news.row.length);
  return result;
}

function appendColumns(known: ColumnDocument[], news: ColumnDocument[], size: number, skip: number, length: number): ColumnDocument[] {
  const names = union(known.map((column) => column.name), news.map((column) => column.name));
  return names.map((name) => {
    const before = known.find((column) => column.name === name);
    const after = news.find((column) => column.name === name);
    const labels = union(before?.labels ?? [], after?.labels ?? []);
    const places = after?.labels.map((label) => labels.indexOf(label)) ?? [];
    const added = after?.values.slice(skip) ?? new Array<null>(length - skip).fill(null);
    const translate = (value: number | null): number | null => (value === null || places.length === 0 ? value : (places[value] ?? null));
    return { name, labels, values: [...(before?.values ?? new Array<null>(size).fill(null)), ...added.map(translate)] };
  });
}

function union(first: string[], second: string[]): string[] {
  return [...new Set([...first, ...second])];
}
