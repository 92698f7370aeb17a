// What people do with results: narrow and order them, see more, take them along. All without any
// memory at the server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { line, listen, parts, search, website } from "./support.mjs";

const { shared } = globalThis;

async function opened(options = {}) {
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title>${line(shared.service)}` } });
  const context = await shared.browser.newContext(options);
  const page = await context.newPage();
  const requests = listen(page);
  await page.goto(site);
  return { context, page, requests };
}
const names = (page) => page.locator(".card h3").allTextContents();
const settled = (page) => page.waitForFunction(() => !document.querySelector("wegweiser-suche").shadowRoot.querySelector("[aria-busy]"));

test("results are narrowed by filters with counts, ordered, and continued", async () => {
  const { context, page } = await opened();
  await search(page, "Depression", "Jena");
  const { heading, cards } = parts(page);
  const before = await heading.textContent();
  await page.locator(".filters summary").click();
  const online = page.locator(".filters label.check", { hasText: /^online/ });
  const count = Number((await online.textContent()).match(/\d+/)[0]);
  await online.locator("input").check();
  await page.waitForFunction((was) => document.querySelector("wegweiser-suche").shadowRoot.querySelector("[data-k=heading]").textContent !== was, before);
  await settled(page);
  assert.equal(Number((await heading.textContent()).match(/\d+/)?.[0] ?? 1), count, "the count was right");
  await online.locator("input").uncheck();
  await page.waitForFunction((was) => document.querySelector("wegweiser-suche").shadowRoot.querySelector("[data-k=heading]").textContent === was, before);

  const first = await cards.count();
  await page.locator("[data-k=more]").click();
  await page.waitForFunction((n) => document.querySelector("wegweiser-suche").shadowRoot.querySelectorAll(".card").length > n, first);
  const all = await names(page);
  assert.equal(new Set(all).size > first, true);
  assert.equal(await page.evaluate(() => document.querySelector("wegweiser-suche").shadowRoot.activeElement.textContent), all[first], "the first new one has the focus");

  await page.locator(".bar select").selectOption("name");
  await settled(page);
  await page.waitForTimeout(300);
  const sorted = await names(page);
  assert.deepEqual(sorted.map((name) => name.toLowerCase()), [...sorted].map((name) => name.toLowerCase()).sort((a, b) => a.localeCompare(b, "de")));
  await context.close();
});

test("a group is copied, put into the calendar and mailed without asking the server to remember", async () => {
  const { context, page, requests } = await opened({ permissions: ["clipboard-read", "clipboard-write"] });
  await search(page, "Depression", "Jena");
  const sent = requests.length;
  const card = parts(page).cards.first();
  await card.getByRole("button", { name: /kopieren/ }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const name = await card.locator("h3").textContent();
  assert.ok(copied.includes(name) && /\d{3,}/.test(copied), copied);

  const mailed = await page.getByRole("link", { name: "Liste als E-Mail" }).getAttribute("href");
  const body = decodeURIComponent(mailed);
  assert.match(body, /^mailto:\?subject=Selbsthilfegruppen&body=/);
  for (const each of (await names(page)).slice(0, 3)) assert.ok(body.includes(each), each);
  assert.equal(requests.length, sent, "nothing was sent for it");

  const calendar = page.getByRole("link", { name: /Kalender/ }).first();
  const answer = await fetch(await calendar.getAttribute("href"));
  assert.match(answer.headers.get("content-type"), /^text\/calendar/);
  assert.match(await answer.text(), /BEGIN:VEVENT/);
  await context.close();
});

test("on paper stand the groups, not the form", async () => {
  const { context, page } = await opened();
  await search(page, "Depression", "Jena");
  await page.emulateMedia({ media: "print" });
  for (const away of ["form", ".filters", ".bar", ".mapbox"]) assert.equal(await page.locator(`.ws ${away}`).first().isVisible(), false, away);
  assert.ok(await parts(page).cards.first().isVisible());
  assert.ok(await page.locator(".card .tel").first().isVisible(), "and whom to call");
  await context.close();
});

test("the map is drawn of at most 12 kB", async () => {
  const { context, page } = await opened();
  await search(page, "Depression");
  await page.locator(".mapbox summary").click();
  await page.locator(".map button").first().waitFor();
  const size = await page.evaluate(() => document.querySelector("wegweiser-suche").shadowRoot.querySelector(".map svg").outerHTML.length);
  assert.ok(size <= 12_000, String(size));
  assert.equal(await page.locator(".map button").count(), 35);
  await context.close();
});
