// What a reader has to know about the data behind the page: whether they are fresh, and whether they are all.
import type { ExperimentDocument } from "../data/api";
import { isReading } from "../data/experiment_store";
import { formatNumber } from "../data/format";
import { isSample, type TurnRecord } from "../data/record";

export const lostNote = "Connection lost, trying again. What you see may be out of date.";

export function readingNote(document: Pick<ExperimentDocument, "read" | "status">): string | null {
  return isReading(document) ? `Reading the record: ${formatNumber(document.read)} of ${formatNumber(document.status.turns)} turns.` : null;
}

export function sampleNote(record: TurnRecord): string | null {
  return isSample(record) ? `${formatNumber(record.size)} of ${formatNumber(record.total)} turns shown: an even sample; parents are the nearest ancestors in it.` : null;
}
