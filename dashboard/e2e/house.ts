// A folder with experiments, and the program run in it.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export const program = resolve(process.env["PBT_PROGRAM"] ?? "../build/pbt");
if (!existsSync(program)) throw new Error(`${program} is not there: build it, or name it by PBT_PROGRAM`);

export interface Turn {
  member: number;
  turn: number;
  parent: { member: number; turn: number } | null;
  from_step: number;
  to_step: number;
  hyperparameters: Record<string, number | string>;
  score: number | null;
  metrics: Record<string, number | string>;
  decision: string | null;
  worker: string;
  checkpoint_name: string;
}
export interface Status {
  state: string;
  turns: number;
  steps_done: number;
  best: { score: number; step: number; member: number; turn: number };
  members: { member: number; turn: number; step: number; score: number | null; diverged: boolean; failures: number }[];
}

export class House {
  constructor(readonly folder: string) {}

  static temporary(): House {
    return new House(mkdtempSync(join(tmpdir(), "pbt-browser-")));
  }

  write(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  async pbt(...words: string[]): Promise<string> {
    const done = await promisify(execFile)(program, words, { cwd: this.folder, env: environment(), maxBuffer: 64 * 1024 * 1024 });
    return done.stdout;
  }
  async status(name: string): Promise<Status> {
    return JSON.parse(await this.pbt("status", name, "--json")) as Status;
  }
  async turns(name: string): Promise<Turn[]> {
    const lines = await this.pbt("turns", name, "--json");
    return lines.split("\n").filter(Boolean).map((line) => JSON.parse(line) as Turn);
  }

  start(...words: string[]): Running {
    return new Running(spawn(program, words, { cwd: this.folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] }));
  }
  async serve(...words: string[]): Promise<Served> {
    const running = this.start("serve", "--json", ...words);
    const { url } = JSON.parse(await running.nextLine()) as { url: string };
    return { url, port: new URL(url).port, stop: () => running.stop() };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Served {
  url: string;
  port: string;
  stop(): Promise<void>;
}

export class Running {
  private readonly ended: Promise<number | null>;
  private readonly lines: AsyncIterator<string>;
  private said = "";

  constructor(private readonly process: ChildProcess) {
    this.ended = new Promise((done) => process.on("exit", done));
    this.lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
    process.stderr!.on("data", (bytes: Buffer) => (this.said += bytes.toString()));
  }

  async nextLine(): Promise<string> {
    const { value } = (await this.lines.next()) as IteratorResult<string, undefined>;
    if (value === undefined) throw new Error(`the program ended with ${await this.ended}: ${this.said}`);
    return value;
  }
  async end(): Promise<void> {
    const status = await this.ended;
    if (status !== 0) throw new Error(`the program ended with ${status}: ${this.said}`);
  }
  async stop(): Promise<void> {
    this.process.kill("SIGINT");
    await this.ended;
  }
}

function environment(): NodeJS.ProcessEnv {
  const inherited = { ...process.env };
  delete inherited["PBT_STORE"];
  delete inherited["PBT_TOKEN"];
  return inherited;
}
