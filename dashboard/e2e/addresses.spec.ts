// An address that a reader copies shows a colleague the same.
import { turnName } from "../src/data/format";
import { addressOf, chart, expect, house, site, tabs, test } from "./test";

test("an address copied from the overview restores its options and the open turn", async ({ page, context }) => {
  const { best } = await house.status("toy");
  await page.goto(addressOf("toy", "overview"));
  const card = await chart(page, "score along lineages");
  await card.getByLabel("log score").check();
  await card.getByLabel("highlight members").fill("3, 5");
  await card.getByLabel("highlight members").blur();
  await card.getByLabel("smoothing").fill("0.5");
  await page.locator("header.experiment").getByRole("link", { name: turnName(best) }).click();
  await expect(page.getByRole("dialog")).toBeVisible();

  const colleague = await context.newPage();
  await colleague.goto(page.url());
  await expect(colleague.getByRole("dialog", { name: `Turn ${best.turn} of member ${best.member}` })).toBeVisible();
  await colleague.keyboard.press("Escape");
  const same = await chart(colleague, "score along lineages");
  await expect(same.getByLabel("log score")).toBeChecked();
  await expect(same.getByLabel("highlight members")).toHaveValue("3, 5");
  await expect(same.getByLabel("smoothing")).toHaveValue("0.5");
  expect(await same.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())).toBe(await card.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL()));
});

test("an address copied from the search restores the hyperparameter and its scale", async ({ page, context }) => {
  await page.goto(addressOf("toy", "search"));
  const card = await chart(page, "unroll against score");
  await card.getByLabel("hyperparameter").selectOption("discount");
  await expect(page).toHaveURL(/x=discount/);
  const colleague = await context.newPage();
  await colleague.goto(page.url());
  await chart(colleague, "discount against score");
});

test("every view has its own address, and Back leads to the one before", async ({ page }) => {
  await page.goto(addressOf("toy", "overview"));
  for (const tab of tabs) {
    const link = page.getByRole("navigation", { name: "Views of the experiment" }).getByRole("link", { name: tab });
    await link.click();
    await expect(link).toHaveAttribute("aria-current", "page");
    await page.reload();
    await expect(link).toHaveAttribute("aria-current", "page");
  }
  await page.goBack();
  await expect(page.getByRole("link", { name: "Timeline" })).toHaveAttribute("aria-current", "page");
});

test("experiments that are chosen in the list are compared at an address of their own", async ({ page, context }) => {
  await page.goto(site);
  await page.getByLabel("Compare toy").check();
  await page.getByLabel("Compare crowd").check();
  await page.getByRole("link", { name: "Compare 2 experiments" }).click();
  await chart(page, "Best score so far");
  const colleague = await context.newPage();
  await colleague.goto(page.url());
  await expect(colleague.getByRole("region", { name: "Results" }).getByRole("rowheader")).toHaveText(["toy", "crowd"]);
});
