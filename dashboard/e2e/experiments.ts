// The experiments that the tests look at, as files of `pbt run`.
import { fileURLToPath } from "node:url";
import { hostile } from "./trainer.mjs";

const madeUp = [process.execPath, fileURLToPath(new URL("trainer.mjs", import.meta.url))];

interface Wish {
  name: string;
  population: number;
  turns: number;
  interval?: number;
  metric?: string;
  command?: string[];
  workers?: number;
  hyperparameters?: string;
}

const space = (choices: string[]): string => `
unroll = { low = 8, high = 256, type = "int", scale = "log" }
learning_rate = { low = 1e-4, high = 1e-1, scale = "log" }
discount = { low = 0.9, high = 0.9999, scale = "one_minus_log" }
activation = { values = [${choices.map(text).join(", ")}] }
batch = 64`;

function experiment({ name, population, turns, interval = 100, metric = "score", command = madeUp, workers = 2, hyperparameters = space(["tanh", "relu", "gelu"]) }: Wish): string {
  return `
name = ${text(name)}
population = ${population}
steps = ${turns * interval}
interval = ${interval}
seed = 3
synchronous = true
[objective]
metric = ${text(metric)}
[trainer]
command = [${command.map(text).join(", ")}]
[hyperparameters]${hyperparameters}
[algorithm]
exploit = { strategy = "truncation", fraction = 0.25 }
[checkpoints]
durability = "process"
keep_last = 50
[failures]
backoff = 0.01
[workers]
count = ${workers}
`;
}

// The real thing, PPO on LunarLander, where it is built; else the made-up trainer in its place.
function lander(program: string | undefined): string {
  if (!program) return experiment({ name: "lander", population: 6, turns: 5 });
  const hyperparameters = `
learning_rate = { low = 1e-4, high = 3e-3, scale = "log" }
entropy_cost = { low = 1e-3, high = 3e-2, scale = "log" }
clip_range = { low = 0.1, high = 0.4, scale = "log" }
discount = { low = 0.98, high = 0.999, scale = "one_minus_log" }
gae_lambda = { low = 0.9, high = 0.99, scale = "one_minus_log" }
unroll = { low = 64, high = 256, type = "int", scale = "log" }`;
  return experiment({ name: "lander", population: 6, turns: 5, interval: 2000, metric: "episode_return", command: [program, "--environment", "LunarLander-v3"], hyperparameters });
}

export const recorded = (landerProgram: string | undefined): Record<string, string> => ({
  lander: lander(landerProgram),
  toy: experiment({ name: "toy", population: 8, turns: 8 }),
  hostile: experiment({ name: "hostile", population: 4, turns: 4, metric: hostile.metric, command: [...madeUp, "--hostile"], hyperparameters: space([hostile.choice, "plain"]) }),
  crowd: experiment({ name: "crowd", population: 70, turns: 2 }),
});

export const gated = (gate: string): string => experiment({ name: "live", population: 4, turns: 6, command: [...madeUp, "--gate", gate], workers: 1 });

// JSON's texts are TOML's basic strings.
function text(value: string): string {
  return JSON.stringify(value);
}
