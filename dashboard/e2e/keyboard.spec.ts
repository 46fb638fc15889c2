// The page without a mouse.
import type { Page } from "@playwright/test";
import { formatNumber, turnName } from "../src/data/format";
import { addressOf, chart, expect, house, test } from "./test";

// As a reader goes: by Tab until the focus is there.
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`60 times Tab do not reach ${selector}`);
}

test("the keyboard walks through the lineage tree to a turn's panel, and back", async ({ page }) => {
  const turns = await house.turns("toy");
  const { best } = await house.status("toy");
  const parent = turns.find((turn) => turnName(turn) === turnName(best))!.parent!;
  await page.goto(addressOf("toy", "lineage"));
  const card = await chart(page, "Lineage of the population");
  await tabTo(page, ".plot");
  await page.keyboard.press("ArrowDown"); // the winner
  await expect(card.locator("[aria-live]")).toContainText(turnName(best));
  await page.keyboard.press("ArrowUp"); // its parent
  await expect(card.locator("[aria-live]")).toContainText(turnName(parent));
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: `Turn ${parent.turn} of member ${parent.member}` });
  await expect(panel).toBeVisible();
  await tabTo(page, "dialog .facts a"); // its own parent, or its donor
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(card.locator(".plot")).toBeFocused();
});

test("the first Tab leads past the top of the page", async ({ page }) => {
  await page.goto(addressOf("toy", "overview"));
  await chart(page, "score along lineages");
  await tabTo(page, ".skip");
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
});

test("a chart is zoomed and put back by keys", async ({ page }) => {
  await page.goto(addressOf("toy", "overview"));
  const card = await chart(page, "score along lineages");
  await card.locator(".plot").focus();
  await page.keyboard.press("+");
  await expect(card.getByRole("button", { name: "Reset zoom" })).toBeVisible();
  await page.keyboard.press("0");
  await expect(card.getByRole("button", { name: "Reset zoom" })).toBeHidden();
});

test("a range that is kept in parallel coordinates is let go by its own button, by Escape and by a click", async ({ page }) => {
  const scored = (await house.turns("toy")).filter(({ score }) => score !== null).length;
  await page.goto(addressOf("toy", "search"));
  const card = await chart(page, "All hyperparameters at once");
  const plot = card.locator(".plot");
  const boxNow = async (): Promise<{ x: number; y: number; width: number }> => {
    await plot.scrollIntoViewIfNeeded();
    return (await plot.boundingBox())!;
  };
  const keep = async (side: "first" | "last"): Promise<void> => {
    const box = await boxNow();
    const x = box.x + (side === "first" ? 44 : box.width - 44);
    await page.mouse.move(x, box.y + 70);
    await page.mouse.down();
    await page.mouse.move(x, box.y + 300, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
  };
  await keep("first");
  await keep("last");
  await expect(card.getByRole("button", { name: /^Let go of/ })).toHaveText([/unroll/, /score/, /all/]);
  await card.getByRole("button", { name: "Let go of unroll" }).focus();
  await page.keyboard.press("Enter");
  await expect(card.getByRole("button", { name: /^Let go of/ })).toHaveText([/score/]);
  await expect(card.getByRole("button", { name: "Let go of score" })).toBeFocused();
  await keep("first");
  await plot.focus();
  await page.keyboard.press("Escape");
  await expect(card.getByRole("button", { name: /^Let go of/ })).toHaveText([/score/]);
  const box = await boxNow();
  await page.mouse.click(box.x + box.width - 44, box.y + 200);
  await expect(card.getByRole("button", { name: /^Let go of/ })).toHaveCount(0);
  await expect(card.getByText("lines kept")).toHaveCount(0);
  await expect(card.locator(".summary")).toContainText(`${formatNumber(scored)} turns`);
});
