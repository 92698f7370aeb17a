// Slow, late, lost and refused answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { line, parts, search, website } from "./support.mjs";

const { shared } = globalThis;

async function open() {
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title>${line(shared.service)}` } });
  const context = await shared.browser.newContext();
  const page = await context.newPage();
  await page.goto(site);
  await parts(page).q.waitFor();
  return { context, page, ...parts(page) };
}

const SEARCH = "**/v1/groups/search";

test("a late answer never overwrites a newer one", async () => {
  const { context, page, q, heading } = await open();
  await page.route(SEARCH, async (route) => {
    const isFirst = route.request().postData().includes("Mukoviszidose");
    if (isFirst) await new Promise((wait) => setTimeout(wait, 1200));
    await route.continue().catch(() => {});
  });
  await q.fill("Mukoviszidose");
  await q.press("Enter");
  await q.fill("Rheuma");
  await q.press("Enter");
  await heading.waitFor();
  const newer = await heading.textContent();
  await page.waitForTimeout(1800);
  assert.equal(await heading.textContent(), newer);
  assert.match(await page.locator(".understood").textContent(), /Rheuma/);
  await context.close();
});

test("a slow answer says that the search is running", async () => {
  const { context, page, q, heading } = await open();
  await page.route(SEARCH, async (route) => {
    await new Promise((wait) => setTimeout(wait, 1500));
    await route.continue();
  });
  await q.fill("Rheuma");
  await q.press("Enter");
  await page.locator(".out .note", { hasText: "Suche läuft" }).waitFor();
  assert.equal(await page.locator(".out").getAttribute("aria-busy"), "true");
  await heading.waitFor();
  assert.equal(await page.locator(".out").getAttribute("aria-busy"), null);
  await context.close();
});

test("one lost request is asked again by itself, a second one by the visitor", async () => {
  const { context, page, q, heading } = await open();
  let lost = 0;
  await page.route(SEARCH, (route) => (lost++ < 1 ? route.abort() : route.continue()));
  await search(page, "Rheuma");
  assert.equal(lost, 2);
  lost = -9;
  await q.fill("Angst");
  await q.press("Enter");
  await page.unroute(SEARCH);
  await page.route(SEARCH, (route) => route.abort());
  await q.fill("Depression");
  await q.press("Enter");
  await page.locator("[data-k=retry]").waitFor();
  assert.ok(await page.locator(".note a[href^='tel:']").count());
  await page.unroute(SEARCH);
  await page.locator("[data-k=retry]").click();
  await heading.waitFor();
  assert.match(await page.locator(".understood").textContent(), /Depression/);
  await context.close();
});

test("without a connection it says so, and searches again when there is one", async () => {
  const { context, page, q, heading } = await open();
  await context.setOffline(true);
  await q.fill("Rheuma");
  await q.press("Enter");
  await page.getByText("Sie sind nicht mit dem Internet verbunden.").first().waitFor();
  await context.setOffline(false);
  await page.locator("[data-k=retry]").click();
  await heading.waitFor();
  await context.close();
});

test("too many searches at once and an unknown place are told in plain words", async () => {
  const { context, page, q, place, heading } = await open();
  await page.route(SEARCH, (route) => route.fulfill({ status: 429, contentType: "application/problem+json", body: "{}", headers: { "Access-Control-Allow-Origin": "*" } }));
  await q.fill("Rheuma");
  await q.press("Enter");
  await page.getByText("Gerade suchen sehr viele Menschen").first().waitFor();
  await page.unroute(SEARCH);
  await place.fill("Xqzvwjkpp");
  await place.press("Enter");
  await page.getByText("Diesen Ort kennen wir nicht").first().waitFor();
  assert.ok(await place.evaluate((one) => one.getRootNode().activeElement === one), "where the fault can be mended");
  await place.fill("Jena");
  await place.press("Escape");
  await place.press("Enter");
  await heading.waitFor();
  await context.close();
});

test("a dictionary that comes after the search opens no list over the answer", async () => {
  const { context, page, q } = await open();
  let arrive;
  const late = new Promise((done) => (arrive = done));
  await page.route("**/v1/dictionary/*.json", async (route) => {
    await late;
    await route.fallback();
  });
  await search(page, "Angst");
  await q.focus();
  arrive();
  await page.waitForResponse("**/v1/dictionary/*.json");
  await page.waitForTimeout(300);
  assert.equal(await q.getAttribute("aria-expanded"), "false");
  await q.press("End");
  await q.press("Backspace");
  await page.locator(".ws .list:visible li").first().waitFor();
  await context.close();
});

test("without a dictionary searching works all the same", async () => {
  const { context, page, heading } = await open();
  await page.route("**/v1/dictionary*", (route) => route.abort());
  await search(page, "Rheuma");
  assert.ok(await heading.count());
  await context.close();
});
