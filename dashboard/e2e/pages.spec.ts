// Every page says what the record says: the program's own commands are asked for the same.
import { formatNumber, plural, turnName } from "../src/data/format";
import type { Turn } from "./house";
import { addressOf, cellsOf, chart, expect, house, rowsOf, site, test } from "./test";

test("the list of experiments tells each one's state, best score and turns", async ({ page }) => {
  await page.goto(site);
  await expect(page.getByText("4 experiments")).toBeVisible();
  for (const name of ["crowd", "lander", "toy"]) {
    const { state, best, turns } = await house.status(name);
    const row = page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
    await expect(row).toContainText(state);
    await expect(row.getByRole("cell", { name: formatNumber(best.score, 5) })).toBeVisible();
    await expect(row.getByRole("cell", { name: formatNumber(turns), exact: true }).first()).toBeVisible();
  }
});

test("the list is searched and sorted", async ({ page }) => {
  await page.goto(site);
  await page.getByRole("searchbox").fill("lan");
  await expect(page.getByText("1 of 4 experiments")).toBeVisible();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "name" }).click();
  await expect.poll(async () => (await cellsOf(page.getByRole("table"))).map((cells) => cells[1])).toEqual(["crowd", "hostile", "lander", "toy"]);
});

test("the overview tells the best turn, the population and the space in the file's order", async ({ page }) => {
  const { best, turns, steps_done } = await house.status("toy");
  await page.goto(addressOf("toy", "overview"));
  await chart(page, "score along lineages");
  await expect(page.locator("header.experiment")).toContainText(`best score ${formatNumber(best.score, 6)} ${turnName(best)} at step ${formatNumber(best.step)}`);
  const number = (name: string) => page.locator("dl.numbers > div").filter({ has: page.getByText(name, { exact: true }) }).locator("dd");
  await expect(number("turns")).toHaveText(formatNumber(turns));
  await expect(number("steps")).toHaveText(formatNumber(steps_done));
  const space = await cellsOf(page.getByRole("region", { name: "Hyperparameters" }).getByRole("table"));
  expect(space.map((cells) => cells[0])).toEqual(["unroll", "learning_rate", "discount", "activation", "batch"]);
});

test("the lineage holds every turn with its parent and its score", async ({ page }) => {
  const turns = await house.turns("lander");
  await page.goto(addressOf("lander", "lineage"));
  const rows = await rowsOf(await chart(page, "Lineage of the population"));
  const wanted = turns.map((turn) => [turnName(turn), turn.parent ? turnName(turn.parent) : "–", formatNumber(turn.to_step)]);
  expect(rows.map((cells) => [cells[0], cells[1] || "–", cells[4]])).toEqual(wanted);
  const copies = turns.filter(({ member, parent }) => parent && parent.member !== member).length;
  await expect(page.locator(".summary")).toContainText(`${turns.length} turns with ${copies} cop`);
});

test("the schedules are those that pbt schedule prints, in the file's order, each on its own scale", async ({ page }) => {
  const { schedule } = JSON.parse(await house.pbt("schedule", "toy", "--json")) as { schedule: { hyperparameters: Record<string, number> }[] };
  const [first, last] = [schedule[0]!.hyperparameters, schedule[schedule.length - 1]!.hyperparameters];
  await page.goto(addressOf("toy", "schedules"));
  for (const name of ["unroll", "learning_rate", "discount"]) {
    const card = await chart(page, name);
    await expect(card.locator(".summary")).toContainText(`goes from ${formatNumber(first[name])} to ${formatNumber(last[name])} with`);
  }
  await expect(page.locator(".chart h2")).toHaveText(["unroll", "learning_rate", "discount", "activation", "batch"]);
  await expect(page.getByRole("region", { name: "discount" }).getByLabel("log of 1 − x")).toBeChecked();
});

test("the search shows every turn with a score, and chooses among hyperparameters in the file's order", async ({ page }) => {
  const scored = (await house.turns("toy")).filter(({ score }) => score !== null);
  await page.goto(addressOf("toy", "search"));
  const card = await chart(page, "unroll against score");
  expect(await rowsOf(card)).toHaveLength(scored.length);
  await expect(card.getByLabel("hyperparameter").locator("option")).toHaveText(["unroll", "learning_rate", "discount", "activation", "batch"]);
  await card.getByLabel("hyperparameter").selectOption("discount");
  await expect(page.getByRole("heading", { name: "discount against score" })).toBeVisible();
  await chart(page, "All hyperparameters at once");
});

test("the moves count the turns that followed each kind of move", async ({ page }) => {
  const turns = await house.turns("toy");
  const scores = new Map(turns.map((turn) => [turnName(turn), turn.score]));
  const followed = turns.filter(({ parent, score }) => parent && score !== null && scores.get(turnName(parent)) !== null);
  await page.goto(addressOf("toy", "moves"));
  const rows = await rowsOf(await chart(page, "learning_rate"));
  expect(rows.reduce((sum, cells) => sum + Number(cells[1]), 0)).toBe(followed.length);
  await chart(page, "Ancestors alive");
  await chart(page, "Spread of each hyperparameter");
  await expect(page.locator(".grid").first().locator("h2")).toHaveText(["unroll", "learning_rate", "discount", "activation"]);
});

test("the members stand where pbt status has them, and so do the workers' turns", async ({ page }) => {
  const { members, turns } = await house.status("toy");
  await page.goto(addressOf("toy", "members"));
  const table = page.getByRole("region", { name: "Members" }).getByRole("table");
  await expect(table.getByRole("row")).toHaveCount(members.length + 1);
  const shown = (await cellsOf(table)).map((cells) => [cells[0], cells[2], cells[3], cells[4], cells[9]]);
  expect(shown).toEqual(members.map(({ member, turn, step, score, diverged, failures }) => [String(member), turnName({ member, turn }), formatNumber(step), diverged ? "diverged" : formatNumber(score, 5), String(failures)]));
  const workers = await cellsOf(page.getByRole("region", { name: "Workers" }).getByRole("table"));
  expect(workers.reduce((sum, cells) => sum + Number(cells[2]), 0)).toBe(turns);
});

test("the timeline has a bar for each turn, and tells of the failure", async ({ page }) => {
  const turns = await house.turns("toy");
  await page.goto(addressOf("toy", "timeline"));
  const card = await chart(page, "Who trained what when");
  await expect(card.locator(".summary")).toContainText(`${plural(new Set(turns.map((turn) => turn.worker)).size, "worker")}, ${turns.length} turns`);
  const rows = await rowsOf(card);
  expect(new Set(rows.map((cells) => `${cells[0]} ${cells[1]}`))).toEqual(new Set(turns.map((turn) => `${turn.worker} ${turnName(turn)}`)));
  await expect(page.getByRole("heading", { name: "Failures (1)" })).toBeVisible();
  await page.getByText("The trainer's last lines").click();
  await expect(page.getByText("out of memory, says the log")).toBeVisible();
});

test("the metrics are those that the trainer reported, with the pictures of the winner's lineage", async ({ page }) => {
  const turns = await house.turns("toy");
  await page.goto(addressOf("toy", "metrics", "?metric=loss"));
  const card = await chart(page, "loss along lineages");
  await expect(card.getByLabel("metric").locator("option")).toHaveText(["loss", "score"]);
  const losses = turns.map(({ metrics }) => Number(metrics["loss"]));
  await expect(card.locator(".summary")).toContainText(`From ${formatNumber(Math.min(...losses))} to ${formatNumber(Math.max(...losses))}.`);
  const lineage = lineageOfBest(turns, (await house.status("toy")).best);
  const strip = page.getByRole("region", { name: "Images along the winner's lineage" });
  await strip.scrollIntoViewIfNeeded();
  await expect(strip.getByRole("img").first()).toHaveAttribute("alt", `preview.png of ${turnName(lineage[0]!)}, step 100`);
  expect(await strip.getByRole("img").first().evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(32);
  await strip.locator("li").last().scrollIntoViewIfNeeded();
  await expect(strip.getByRole("img").last()).toHaveAttribute("alt", new RegExp(`^preview.png of ${turnName(lineage[lineage.length - 1]!)},`));
});

test("the metrics of a large population are the winner's line and a cloud, and the page says so", async ({ page }) => {
  await page.goto(addressOf("crowd", "metrics"));
  const card = await chart(page, "score along lineages");
  await expect(card.locator(".summary")).toContainText("Of 70 members the winner's lineage is drawn as a line");
});

test("compared experiments end at their best scores", async ({ page }) => {
  await page.goto(`${site}#/compare?e=lander&e=toy`);
  await chart(page, /^Best .* so far$/);
  const rows = await cellsOf(page.getByRole("region", { name: "Results" }).getByRole("table"));
  for (const [at, name] of ["lander", "toy"].entries()) {
    const { best, turns } = await house.status(name);
    expect(rows[at]!.slice(0, 5).join(" ")).toContain(`${formatNumber(best.score, 6)} `);
    expect(rows[at]!.slice(2, 5)).toEqual([turnName(best), name === "toy" ? "8" : "6", formatNumber(turns)]);
  }
});

test("a turn's panel tells what pbt turns prints", async ({ page }) => {
  const turns = await house.turns("lander");
  const turn = turns.find(({ member, parent }) => parent && parent.member !== member) ?? turns[turns.length - 1]!;
  await page.goto(addressOf("lander", "overview", `?turn=${turnName(turn)}`));
  const panel = page.getByRole("dialog", { name: `Turn ${turn.turn} of member ${turn.member}` });
  await expect(panel).toContainText(`${formatNumber(turn.from_step)} to ${formatNumber(turn.to_step)}`);
  await expect(panel).toContainText(formatNumber(turn.score, 6));
  await expect(panel).toContainText(turn.checkpoint_name);
  for (const [name, value] of Object.entries(turn.hyperparameters)) {
    const row = panel.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
    await expect(row).toContainText(typeof value === "number" ? formatNumber(value, 6) : value);
  }
});

function lineageOfBest(turns: Turn[], best: { member: number; turn: number }): Turn[] {
  const byName = new Map(turns.map((turn) => [turnName(turn), turn]));
  const lineage: Turn[] = [];
  for (let at = byName.get(turnName(best)); at; at = at.parent ? byName.get(turnName(at.parent)) : undefined) lineage.unshift(at);
  return lineage;
}
