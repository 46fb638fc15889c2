// Where the page's data come from: a server (live) or the page itself (a report). Views know only this.
import type {
  ExperimentDocument,
  ExperimentsDocument,
  FailuresDocument,
  ProgressDocument,
  StatusSummary,
  TimelineDocument,
  TurnDocument,
  TurnName,
  TurnsDocument,
} from "./api";

export interface Listener {
  turns(document: TurnsDocument): void;
  status(status: StatusSummary): void;
  connected(yes: boolean): void;
}

export interface Source {
  readonly live: boolean;
  experiments(): Promise<ExperimentsDocument>;
  experiment(name: string): Promise<ExperimentDocument>;
  turns(name: string): Promise<TurnsDocument>;
  progress(name: string): Promise<ProgressDocument>;
  timeline(name: string, fromMs?: number, toMs?: number): Promise<TimelineDocument>;
  turn(name: string, turn: TurnName): Promise<TurnDocument>;
  failures(name: string): Promise<FailuresDocument>;
  image(name: string, document: TurnDocument, file: string): string; // an address for <img src>
  follow(name: string, first: number, listener: Listener): () => void; // returns how to stop
}

export class SourceError extends Error {
  constructor(
    message: string,
    readonly status: number, // 0: no answer
  ) {
    super(message);
  }
}

export function isSilence(error: unknown): boolean {
  return error instanceof SourceError && error.status === 0;
}
