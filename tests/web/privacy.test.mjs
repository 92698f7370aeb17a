// Who learns what somebody searches for: the service, once, by POST. Nobody else, and nothing is kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { line, listen, parts, search, website } from "./support.mjs";

const { shared } = globalThis;
const host = { "/": { body: "" } };

test("typing sends nothing, a search one request, and nothing is kept", async () => {
  host["/"].body = `<!doctype html><html lang="de"><title>Gast</title>${line(shared.service)}`;
  const site = await website(host);
  const context = await shared.browser.newContext();
  const page = await context.newPage();
  const requests = listen(page);
  await page.addInitScript(() => {
    globalThis.asked = [];
    for (const [owner, name] of [[HTMLCanvasElement.prototype, "toDataURL"], [HTMLCanvasElement.prototype, "getContext"], [Storage.prototype, "setItem"], [Storage.prototype, "getItem"]]) {
      const original = owner[name];
      owner[name] = function (...rest) { globalThis.asked.push(name); return original.apply(this, rest); };
    }
  });
  await page.goto(site);
  const { q, place, options, heading } = parts(page);
  await q.pressSequentially("Mukoviszi");
  await options.first().waitFor();
  await place.pressSequentially("07743");
  await options.first().waitFor();
  const ours = requests.filter(({ url }) => !url.startsWith(site));
  assert.deepEqual(ours.map(({ method, url }) => `${method} ${new URL(url).pathname}`.replace(/[0-9a-f]{16}/, "HASH")), ["GET /widget.js", "GET /widget/de.json", "GET /v1/dictionary.json", "GET /v1/dictionary/HASH.json"]);
  assert.ok(!JSON.stringify(ours).match(/Muko|07743/i), "no word of the search before it is sent");

  await place.press("Enter");
  await heading.waitFor();
  await page.waitForTimeout(300);
  const sent = requests.filter(({ url }) => !url.startsWith(site)).slice(ours.length);
  assert.deepEqual(sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`), ["POST /v1/groups/search"]);
  assert.match(sent[0].body, /Mukoviszi/);
  assert.ok(requests.every(({ url }) => url.startsWith(site) || url.startsWith(shared.service)), "nobody else is asked");
  assert.equal(page.url(), site + "/", "the address does not carry the words");
  assert.deepEqual(await context.cookies(), []);
  const kept = await page.evaluate(async () => ({ local: localStorage.length, session: sessionStorage.length, bases: (await indexedDB.databases()).length, caches: (await globalThis.caches?.keys())?.length ?? 0, asked: globalThis.asked }));
  assert.deepEqual(kept, { local: 0, session: 0, bases: 0, caches: 0, asked: [] });
  await context.close();
});

test("a link to a search carries it in the fragment, which no server sees", async () => {
  const site = await website(host);
  const context = await shared.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const page = await context.newPage();
  const requests = listen(page);
  await page.goto(site);
  await search(page, "Mukoviszidose", "Jena");
  await page.locator("[data-k=link]").click();
  await page.getByRole("button", { name: "Kopiert" }).waitFor();
  const address = page.url();
  assert.match(address, /#wegweiser=/);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), address);
  const other = await context.newPage();
  const theirs = listen(other);
  await other.goto(address);
  await parts(other).heading.waitFor();
  assert.equal(await parts(other).q.inputValue(), "Mukoviszidose");
  assert.equal(await parts(other).heading.textContent(), await parts(page).heading.textContent());
  for (const { method, url } of [...requests, ...theirs]) assert.ok(method === "POST" || !new URL(url).href.split("#")[0].includes("Mukovis"), url);
  await other.goto(site + "/#wegweiser=%7Bbroken");
  await parts(other).q.waitFor();
  await context.close();
});

test("without JavaScript the words stand in no address either", async () => {
  const context = await shared.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const requests = listen(page);
  await page.goto(shared.service);
  await page.locator("#q").fill("Mukoviszidose");
  await page.locator("#place").fill("Jena");
  await page.locator("button.go").click();
  await page.locator("#ergebnisse").waitFor();
  assert.ok((await page.locator(".card").count()) > 0);
  assert.equal(page.url(), shared.service + "/");
  assert.ok(requests.every(({ url }) => url.startsWith(shared.service) && !url.includes("Muko")));
  assert.deepEqual(await context.cookies(), []);
  await page.locator(".filters summary").click();
  await page.locator("select[name=sort]").selectOption("name");
  await page.getByRole("button", { name: "Auswahl anwenden" }).click();
  assert.equal(await page.locator("#q").inputValue(), "Mukoviszidose");
  assert.equal(await page.locator("select[name=sort]").inputValue(), "name");
  await context.close();
});
