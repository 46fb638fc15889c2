import type { FailuresDocument, StatusSummary, TurnsDocument } from "./api";
import { type Listener, type Source, SourceError } from "./source";

const turnsLimit = 20_000;
const retryMs = 3000;

export class LiveSource implements Source {
  readonly live = true;
  constructor(
    private readonly goToLogin: () => void,
    private readonly base = "api/v1",
  ) {}

  experiments: Source["experiments"] = () => this.get("experiments");
  experiment: Source["experiment"] = (name) => this.get(this.path(name));
  turns: Source["turns"] = (name) => this.get(`${this.path(name)}/turns?first=0&limit=${turnsLimit}`);
  progress: Source["progress"] = (name) => this.get(`${this.path(name)}/progress`);
  turn: Source["turn"] = (name, { member, turn }) => this.get(`${this.path(name)}/members/${member}/turns/${turn}`);

  timeline: Source["timeline"] = (name, fromMs, toMs) => {
    const range = fromMs === undefined || toMs === undefined ? "" : `?from_ms=${Math.floor(fromMs)}&to_ms=${Math.ceil(toMs)}`;
    return this.get(`${this.path(name)}/timeline${range}`);
  };

  failures: Source["failures"] = async (name) => {
    const limit = 200;
    const all: FailuresDocument = { failures: [] };
    // 10 pages: an experiment with more failures than that is read with `pbt failures`.
    for (let page = 0; page < 10; page++) {
      const after = all.failures[all.failures.length - 1]?.sequence ?? 0;
      const next: FailuresDocument = await this.get(`${this.path(name)}/failures?after=${after}&limit=${limit}`);
      all.failures.push(...next.failures);
      if (next.failures.length < limit) break;
    }
    return all;
  };

  image: Source["image"] = (name, document, file) => {
    const { member, turn } = document.turn;
    return `${this.base}/${this.path(name)}/members/${member}/turns/${turn}/images/${encodeURIComponent(file)}`;
  };

  // EventSource reconnects by itself with Last-Event-ID. It gives up after an answer that is no stream (a restarting
  // proxy, say, or a server that wants a token): then a new one is opened, from the last id that was seen, once the
  // server answers again.
  follow(name: string, first: number, listener: Listener): () => void {
    let last = first;
    let stream: EventSource | null = null;
    let timer = 0;
    let stopped = false;
    const open = (): void => {
      stream = new EventSource(`${this.base}/${this.path(name)}/events?first=${last}`);
      stream.addEventListener("open", () => listener.connected(true));
      stream.addEventListener("turns", (event: MessageEvent<string>) => {
        last = Number(event.lastEventId) || last;
        listener.turns(JSON.parse(event.data) as TurnsDocument);
      });
      stream.addEventListener("status", (event: MessageEvent<string>) => listener.status(JSON.parse(event.data) as StatusSummary));
      stream.addEventListener("error", () => {
        listener.connected(false);
        if (stream?.readyState === EventSource.CLOSED) timer = window.setTimeout(() => void ask(), retryMs);
      });
    };
    const ask = async (): Promise<void> => {
      const answers = await this.experiment(name).then(() => true, () => false);
      if (stopped) return;
      if (answers) open();
      else timer = window.setTimeout(() => void ask(), retryMs);
    };
    open();
    return () => {
      stopped = true;
      window.clearTimeout(timer);
      stream?.close();
    };
  }

  private path(name: string): string {
    return `experiments/${encodeURIComponent(name)}`;
  }

  private async get<Document>(path: string): Promise<Document> {
    let response: Response;
    try {
      response = await fetch(`${this.base}/${path}`, { headers: { accept: "application/json" } });
    } catch {
      throw new SourceError("The server does not answer.", 0);
    }
    if (response.status === 401) {
      this.goToLogin();
      throw new SourceError("A token is needed.", 401);
    }
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      const said = (body as { error?: unknown } | null)?.error;
      throw new SourceError(typeof said === "string" ? said : `The server answered with status ${response.status}.`, response.status);
    }
    return body as Document;
  }
}
