// A trainer that takes no time, for the tests of the page: a session trainer without a client (docs/protocol.md).
//   --hostile     its names, texts, logs and failures try to be markup
//   --gate FILE   ends no more turns than the number in FILE says, which a test raises while the experiment runs
import { existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { random } from "../tests/made_up.mjs";
import { png } from "../tests/png.mjs";

export const hostile = {
  metric: "score <img src=x onerror=\"window.hacked='metric'\">",
  choice: "<script>window.hacked='choice'</script>",
  file: "<svg onload=window.hacked='file'>.png",
  log: "</pre><script>window.hacked='log'</script><img src=x onerror=window.hacked='log'>",
  failure: "out of memory <iframe srcdoc=\"<script>parent.hacked='failure'</script>\">",
};

const flags = process.argv.slice(2);
const gate = flags.includes("--gate") ? flags[flags.indexOf("--gate") + 1] : null;
const isHostile = flags.includes("--hostile");

if (process.env.PBT_SOCKET) serve(connect(process.env.PBT_SOCKET));

function serve(socket) {
  const say = (message) => socket.write(`${JSON.stringify(message)}\n`);
  say({ type: "hello", protocol: 1, client: "test" });
  let ended = 0;
  createInterface({ input: socket }).on("line", async (line) => {
    const message = JSON.parse(line);
    if (message.type === "goodbye") socket.end();
    if (message.type !== "turns") return;
    for (const turn of message.turns) {
      if (gate) await opened(ended + 1);
      const answer = train(turn);
      if (answer.type === "result") ended++;
      say(answer);
    }
  });
}

// Until the file allows so many turns.
function opened(count) {
  const allowed = () => Number(readFileSync(gate, "utf8")) >= count;
  if (allowed()) return null;
  return new Promise((done) => {
    const watcher = watch(gate, () => {
      if (!allowed()) return;
      watcher.close();
      done();
    });
    if (allowed()) watcher.emit("change");
  });
}

// The skill grows by what the learning rate is worth, at its best at 0.01. Member 2 diverges in its second turn, and
// member 1 fails there when it is asked first.
function train({ id, member, index, seed, hyperparameters, from_step, steps, load, save }) {
  const draw = random(seed);
  const failed = join(save, "..", `failed-${member}`);
  if (member === 1 && index === 2 && !existsSync(failed)) {
    writeFileSync(failed, "");
    console.log(isHostile ? hostile.log : "out of memory, says the log");
    return { type: "failure", id, message: isHostile ? hostile.failure : "out of memory", step: from_step };
  }
  const before = load ? Number(readFileSync(join(load, "skill"), "utf8")) : 0;
  const skill = before + Math.exp(-((Math.log10(hyperparameters.learning_rate) + 2) ** 2)) * (0.5 + draw());
  writeFileSync(join(save, "skill"), String(skill));
  writeFileSync(join(save, isHostile ? hostile.file : "preview.png"), png(10 * member + index));
  console.log(isHostile ? hostile.log : `member ${member} has trained to step ${from_step + steps}`);
  const score = member === 2 && index === 2 ? "NaN" : 10 * skill - 3;
  const metrics = { [isHostile ? hostile.metric : "score"]: score, loss: Math.exp(-skill) };
  return { type: "result", id, step: from_step + steps, metrics, samples: [skill], hyperparameters };
}
