// What every test starts from: the recorded experiments, their server, and a page on which nothing goes wrong unseen.
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { House } from "./house";

// Of the recorded experiments; record.ts says where they are.
export const house = new House(process.env["PBT_BROWSER_FOLDER"] ?? "");
export const site = process.env["PBT_BROWSER_URL"] ?? "";

// What Chromium says of a server that has gone.
export const serverGone = /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/;

interface Fixtures {
  expectedNoise: RegExp; // what the console may say in this test: a server that is gone, say
  unseen: undefined;
}

export const test = base.extend<Fixtures>({
  expectedNoise: [/^$/, { option: true }],
  unseen: [
    async ({ context, expectedNoise }, use) => {
      const said: string[] = [];
      context.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
      context.on("weberror", (error) => said.push(String(error.error())));
      context.on("dialog", (dialog) => said.push(`a dialog: ${dialog.message()}`));
      await use(undefined);
      expect(said.filter((text) => !expectedNoise.test(text))).toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

export const tabs = ["overview", "lineage", "schedules", "search", "moves", "members", "timeline", "metrics"] as const;

export function addressOf(name: string, tab: string, query = ""): string {
  return `${site}#/e/${name}${tab === "overview" ? "" : `/${tab}`}${query}`;
}

// A chart by its title, drawn.
export async function chart(page: Page, title: string | RegExp): Promise<Locator> {
  const found = page.getByRole("region", { name: title, exact: true }).filter({ has: page.locator(".plot") });
  await expect(found).toHaveAttribute("data-draw-ms", /\d/);
  return found;
}

// What a chart's table says, without its heading. It is of the moment in which it is opened.
export async function rowsOf(card: Locator): Promise<string[][]> {
  const details = card.locator("details.data");
  if (await details.evaluate((one: HTMLDetailsElement) => one.open)) await card.getByText("Data as a table").click();
  await expect(details.locator("table")).toHaveCount(0);
  await card.getByText("Data as a table").click();
  await expect(card.locator("details.data tbody tr").first()).toBeVisible();
  return card.locator("details.data tbody tr").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
}

// A table of the page itself: a row for each line, with its cells.
export async function cellsOf(table: Locator): Promise<string[][]> {
  return table.locator("tbody tr:not(.spacer)").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
}
