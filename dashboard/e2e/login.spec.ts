// A server that asks for a token.
import type { Page } from "@playwright/test";
import { addressOf, chart, expect, house, serverGone, test } from "./test";

test.use({ expectedNoise: new RegExp(`401 \\(Unauthorized\\)|${serverGone.source}`) });

const flags = ["--address", "0.0.0.0", "--allow-host", "127.0.0.1"];

async function serveWith(token: string, port = "0"): Promise<{ url: string; port: string; stop(): Promise<void> }> {
  const server = await house.serve("--port", port, ...flags, "--token-file", house.write(`${token}.token`, `${token}\n`));
  return { ...server, url: `http://127.0.0.1:${server.port}/` };
}

async function logIn(page: Page, token: string): Promise<void> {
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Show" }).click();
}

test("the page is shown to who knows the token, and to nobody else", async ({ page }) => {
  const server = await serveWith("first-token-of-this-test");
  await page.goto(server.url);
  await expect(page).toHaveURL(/\/login$/);
  await logIn(page, "a guess");
  await expect(page.getByText("That is not the token.")).toBeVisible();
  expect((await page.request.get(`${server.url}api/v1/experiments`)).status()).toBe(401);
  await logIn(page, "first-token-of-this-test");
  await expect(page.getByRole("link", { name: "toy" })).toBeVisible();
  expect(await page.evaluate(() => document.cookie)).toBe("");
  await server.stop();
});

test("a link that is opened before the login leads to its view afterwards", async ({ page }) => {
  const server = await serveWith("token-for-a-shared-link");
  const { hash } = new URL(addressOf("toy", "search", "?x=discount"));
  await page.goto(server.url + hash);
  await expect(page).toHaveURL(/\/login/);
  await logIn(page, "token-for-a-shared-link");
  await chart(page, "discount against score");
  expect(new URL(page.url()).hash).toBe(hash);
  await server.stop();
});

test("a reader whose token is no longer valid comes back from the login to the same address", async ({ page }) => {
  const before = await serveWith("the-token-of-before");
  await page.goto(before.url);
  await logIn(page, "the-token-of-before");
  await expect(page.getByRole("link", { name: "toy" })).toBeVisible();
  const { hash } = new URL(addressOf("toy", "search", "?x=discount"));
  await page.evaluate((wanted) => (window.location.hash = wanted), hash);
  await chart(page, "discount against score");
  await before.stop();
  const after = await serveWith("the-token-of-afterwards", before.port);
  await expect(page).toHaveURL(/\/login/);
  await logIn(page, "the-token-of-afterwards");
  await chart(page, "discount against score");
  expect(new URL(page.url()).hash).toBe(hash);
  await after.stop();
});
