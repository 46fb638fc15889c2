// One experiment as the page holds it: loaded once, then kept up to date by the source's events. A complete record grows
// by what was sent; a sample is fetched again, at most every 10 seconds.
import type { ExperimentDocument, Failure, ProgressDocument, StatusSummary, TurnsDocument } from "./api";
import { appendTurns } from "./append";
import { isSample, makeRecord, type TurnRecord } from "./record";
import type { Source } from "./source";

const refetchMs = 10_000;
const pollMs = 1_000;
const membersMs = 5_000;
const pageOfTurns = 1000; // that the server reads at a time: what it is less behind comes as events

// Whether the server has still to read much of the record.
export function isReading({ read, status }: Pick<ExperimentDocument, "read" | "status">): boolean {
  return status.turns - read >= pageOfTurns;
}

export class ExperimentStore {
  document!: ExperimentDocument;
  record!: TurnRecord;
  progress: ProgressDocument | null = null;
  failures: Failure[] = [];
  connected = true;
  private turns!: TurnsDocument;
  private documentAt = 0;
  private unfollow: (() => void) | null = null;
  private readonly timers = new Map<string, number>();
  private stopped = false;

  constructor(
    readonly source: Source,
    readonly name: string,
    private readonly changed: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  // Resolves when there is something to show; the rest follows with `changed`.
  async start(): Promise<void> {
    const [document, turns] = await Promise.all([this.source.experiment(this.name), this.source.turns(this.name)]);
    if (this.stopped) return;
    this.document = document;
    this.documentAt = performance.now();
    this.take(turns);
    void this.attempt(() => this.fetchProgress());
    void this.attempt(() => this.fetchFailures());
    this.unfollow = this.source.follow(this.name, turns.total, {
      turns: (news) => this.takeNews(news),
      status: (status) => this.takeStatus(status),
      connected: (yes) => {
        if (this.connected === yes) return;
        this.connected = yes;
        this.changed();
      },
    });
    this.pollWhileReading();
  }

  stop(): void {
    this.stopped = true;
    this.unfollow?.();
    for (const timer of this.timers.values()) window.clearTimeout(timer);
  }

  private take(turns: TurnsDocument): void {
    this.turns = turns;
    const { mode, hyperparameters } = this.document.description;
    this.record = makeRecord(turns, mode, hyperparameters);
  }

  // The server's clock, which leases are told by; the reader's own may differ.
  nowMs(): number {
    return this.source.live ? this.document.now_ms + (performance.now() - this.documentAt) : this.document.now_ms;
  }

  private takeNews(news: TurnsDocument): void {
    const joined = appendTurns(this.turns, news);
    this.document.read = Math.max(this.document.read, news.total);
    // What a complete record has missed is fetched at once; a sample misses something with every turn.
    if (joined === "gap") this.later("turns", isSample(this.record) ? refetchMs : 0, () => this.fetchTurns());
    else if (joined !== this.turns) this.take(joined);
    else return;
    this.later("progress", refetchMs, () => this.fetchProgress());
    this.later("members", membersMs, () => this.fetchDocument());
    this.changed();
  }

  private takeStatus(status: StatusSummary): void {
    const { members } = this.document.status;
    Object.assign(this.document.status, status, { members }); // events tell nothing of members
    this.later("members", membersMs, () => this.fetchDocument());
    this.later("failures", refetchMs, () => this.fetchFailures());
    this.changed();
  }

  private pollWhileReading(): void {
    if (!this.source.live || !isReading(this.document)) return;
    this.later("reading", pollMs, async () => {
      await this.fetchDocument();
      if (!isReading(this.document)) await Promise.all([this.fetchTurns(), this.fetchProgress()]);
    });
  }

  private async fetchDocument(): Promise<void> {
    this.document = await this.source.experiment(this.name);
    this.documentAt = performance.now();
    this.changed();
    this.pollWhileReading();
  }
  private async fetchTurns(): Promise<void> {
    const turns = await this.source.turns(this.name);
    if (turns.total < this.turns.total) return; // an answer that events have overtaken
    this.take(turns);
    this.changed();
  }
  private async fetchProgress(): Promise<void> {
    this.progress = await this.source.progress(this.name);
    this.changed();
  }
  private async fetchFailures(): Promise<void> {
    this.failures = (await this.source.failures(this.name)).failures;
    this.changed();
  }

  // Once in this time at most; a wish that comes while one waits is part of it.
  private later(what: string, milliseconds: number, act: () => Promise<void>): void {
    if (this.timers.has(what) || this.stopped) return;
    const run = (): void => {
      this.timers.delete(what);
      void this.attempt(act);
    };
    this.timers.set(what, window.setTimeout(run, milliseconds));
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!this.stopped) this.failed(error);
    }
  }
}
