// axe finds nothing wrong on any page and in any state, in light, dark and forced colours; pages reflow.
import assert from "node:assert/strict";
import { test } from "node:test";
import { line, parts, search, violations, website } from "./support.mjs";

const { shared } = globalThis;

const LOOKS = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["forced colours", { forcedColors: "active" }],
  ["a window of 320 px, as at 400 % zoom", { viewport: { width: 320, height: 640 } }],
  ["reduced motion and more contrast", { reducedMotion: "reduce", contrast: "more" }],
];

/** Paths of all kinds of pages. */
async function pages() {
  const found = await (await fetch(shared.service + "/v1/groups/search", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ q: "Fibromyalgie" }) })).json();
  const withRule = found.items.find((group) => group.meeting.rrule) ?? found.items[0];
  return ["/", "/?lang=en", "/?lang=de-x-leicht", "/?lang=ar", "/?lang=ru", "/?lang=vi", `/gruppe/${found.items[0].id}?lang=ar`, "/thema/depression?lang=uk", "/kontaktstellen?lang=ar", "/datenschutz?lang=ar", "/barrierefreiheit?lang=ar", "/rahmen", "/themen", "/thema/depression", "/thema/progerie", "/kontaktstellen", "/einbetten", "/barrierefreiheit", "/datenschutz", "/verwaltung", "/problems", "/problems/not_found", `/gruppe/${found.items[0].id}`, `/gruppe/${withRule.id}`];
}

for (const [look, options] of LOOKS) {
  test(`every page is accessible in ${look}`, { timeout: 240_000 }, async () => {
    const context = await shared.browser.newContext({ ...options, bypassCSP: true });
    const page = await context.newPage();
    for (const path of await pages()) {
      await page.goto(shared.service + path);
      if (path.startsWith("/?") || path === "/") await page.locator(".ws .ws form").waitFor();
      assert.deepEqual(await violations(page), [], path);
    }
    await context.close();
  });

  test(`every state of the search is accessible in ${look}`, { timeout: 240_000 }, async () => {
    const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title><body><main><h1>Gast</h1>${line(shared.service, 'theme="auto"')}</main>` } });
    const context = await shared.browser.newContext(options);
    const page = await context.newPage();
    const check = async (state) => assert.deepEqual(await violations(page), [], state);
    await page.goto(site);
    const { q, place, options: suggestions, heading } = parts(page);
    await q.waitFor();
    await check("empty");
    await q.pressSequentially("depr");
    await suggestions.first().waitFor();
    await check("list open");
    await q.press("ArrowDown");
    await check("suggestion chosen");
    await search(page, "MS", "Zwickau");
    await check("results");
    for (const box of ["filters", "mapbox"]) await page.locator(`.${box} summary`).click();
    await page.locator(".map button").first().waitFor();
    await check("filters and map");
    await search(page, "Progerie", "Zwickau");
    await page.locator(".ladder").waitFor();
    await check("ladder");
    await search(page, "suizid");
    await page.locator(".crisis").waitFor();
    await check("crisis help");
    await search(page, "Xqzvwjkpp");
    await page.getByText("Keine Gruppe gefunden", { exact: true }).first().waitFor();
    await check("nothing found");
    await place.fill("Xqzvwjkpp");
    await place.press("Enter");
    await page.getByText("Diesen Ort kennen wir nicht").first().waitFor();
    await check("unknown place");
    await place.fill("");
    await page.route("**/v1/groups/search", (route) => route.abort());
    await q.press("Enter");
    await page.locator("[data-k=retry]").waitFor();
    await check("error");
    assert.ok(await page.locator(".note a[href^='tel:']").count(), "a number to call");
    assert.equal(await heading.count(), 0);
    await context.close();
  });
}

test("nothing is lost and nothing scrolls sideways at 320 px, at 400 % and with wide text", { timeout: 120_000 }, async () => {
  for (const [width, style] of [[320, ""], [320, "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"], [640, "html { font-size: 200% }"]]) {
    const context = await shared.browser.newContext({ viewport: { width, height: 640 }, bypassCSP: true });
    const page = await context.newPage();
    for (const path of await pages()) {
      await page.goto(shared.service + path);
      if (style) await page.addStyleTag({ content: style });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${path} at ${width}: ${wide} px too wide`);
    }
    await page.goto(shared.service);
    if (style) await page.addStyleTag({ content: style });
    for (const [q, place] of [["Fibromyalgie", "Jena"], ["Progerie", "Zwickau"], ["suizid", ""]]) {
      await search(page, q, place);
      for (const box of ["filters", "mapbox"]) if (await page.locator(`.ws .ws .${box}:not([open]) summary`).count()) await page.locator(`.ws .ws .${box} summary`).click();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${q} at ${width}: ${wide} px too wide`);
    }
    const small = await page.evaluate(() => {
      const root = document.querySelector("wegweiser-suche").shadowRoot;
      const controls = [...root.querySelectorAll("button, input, select, summary")].filter((one) => one.offsetParent);
      return controls.map((one) => [one.outerHTML.slice(0, 90), one.closest("label.check") ?? one]).map(([html, one]) => [html, one.getBoundingClientRect()]).filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html);
    });
    assert.deepEqual(small, [], "targets of at least 24 px");
    await context.close();
  }
});

test("no motion where none is wanted", async () => {
  const context = await shared.browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(shared.service);
  await search(page, "Depression");
  const moving = await page.evaluate(() => [...document.querySelector("wegweiser-suche").shadowRoot.querySelectorAll("*")].filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0 || getComputedStyle(one).animationName !== "none").length);
  assert.equal(moving, 0);
  await context.close();
});
