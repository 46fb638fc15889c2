// The data of a report, which stand in the page itself.
import type { ExperimentRow, ReportDocument, TurnDocument, TurnName, Values } from "./api";
import { formatTime, turnName } from "./format";
import { type Source, SourceError } from "./source";

export class EmbeddedSource implements Source {
  readonly live = false;
  constructor(private readonly report: ReportDocument) {}

  experiments: Source["experiments"] = async () => ({ experiments: [rowOf(this.report)] });
  experiment: Source["experiment"] = async () => this.report.experiment;
  turns: Source["turns"] = async () => this.report.turns;
  progress: Source["progress"] = async () => this.report.progress;
  timeline: Source["timeline"] = async () => this.report.timeline;
  failures: Source["failures"] = async () => ({ failures: this.report.failures });
  turn: Source["turn"] = async (_name, turn) => this.report.details[turnName(turn)] ?? this.fromColumns(turn);
  image: Source["image"] = (_name, document, file) => document.image_data?.[file] ?? "";
  follow: Source["follow"] = () => () => undefined;

  // A report holds the details of some turns only; of the others it knows what the columns say.
  private fromColumns({ member, turn }: TurnName): TurnDocument {
    const turns = this.report.turns;
    const place = turns.row.findIndex((_, at) => turns.member[at] === member && turns.turn[at] === turn);
    if (place < 0) throw new SourceError(`This report does not hold turn ${turnName({ member, turn })}.`, 404);
    const above = turns.row.indexOf(turns.parent[place]!);
    const values = (columns: typeof turns.metrics): Values =>
      Object.fromEntries(columns.map(({ name, labels, values: all }) => [name, labels.length > 0 ? (labels[all[place] ?? -1] ?? null) : (all[place] ?? null)]));
    const started = turns.started_ms[place]!;
    return {
      turn: {
        member,
        turn,
        parent: above < 0 ? null : { member: turns.member[above]!, turn: turns.turn[above]! },
        from_step: turns.from_step[place]!,
        to_step: turns.to_step[place]!,
        partial: Boolean(turns.partial[place]),
        hyperparameters: values(turns.hyperparameters),
        score: turns.score[place] ?? null,
        metrics: values(turns.metrics),
        samples: [],
        decision: null,
        donor: null,
        reason: null,
        worker: turns.workers[turns.worker[place]!] ?? null,
        fence: null,
        started_ms: started,
        ended_ms: started + turns.duration_ms[place]!,
        checkpoint_name: null,
        checkpoint_bytes: null,
        sequence: null,
      },
      log_tail: null,
      images: [],
    };
  }
}

export function readReport(page: Document): ReportDocument | null {
  const text = page.getElementById("pbt-data")?.textContent;
  return text ? (JSON.parse(text) as ReportDocument) : null;
}

// When the report was made, as its experiment document says.
export function madeAt(report: ReportDocument): string {
  return formatTime(report.experiment.now_ms);
}

function rowOf({ experiment: { description, status } }: ReportDocument): ExperimentRow {
  const { name, algorithm, metric, mode, population } = description;
  const { state, turns, steps_done, steps_planned, created_ms } = status;
  return { name, state, algorithm, metric, mode, score: status.best?.score ?? null, population, turns, steps_done, steps_planned, created_ms, error: null };
}
