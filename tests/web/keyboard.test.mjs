// The combobox by keyboard, after the table of the ARIA Authoring Practices.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, line, parts, website } from "./support.mjs";

const { shared } = globalThis;

async function open(attributes) {
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title>${line(shared.service, attributes)}` } });
  const page = await shared.browser.newPage();
  const wrong = complaints(page);
  await page.goto(site);
  await parts(page).q.waitFor();
  return { page, wrong, ...parts(page) };
}

test("one line in an empty page finds Fibromialgie near 07743 by keyboard alone", async () => {
  const { page, wrong, heading, cards } = await open();
  await page.keyboard.press("Tab");
  await page.keyboard.type("Fibromialgie");
  await page.keyboard.press("Tab");
  await page.keyboard.type("07743");
  await page.keyboard.press("Enter");
  await heading.waitFor();
  assert.match(await heading.textContent(), /Gruppen gefunden: \d+ davon genau zu diesem Thema/);
  assert.match(await cards.first().textContent(), /Fibromyalgie/);
  assert.match(await cards.first().textContent(), /Jena.*km entfernt/s);
  assert.match(await page.locator(".understood").textContent(), /„Fibromyalgie“ statt „Fibromialgie“/);
  assert.ok(await cards.first().locator("a[href^='tel:']").count(), "a number to call");
  assert.deepEqual(wrong.filter((text) => !text.includes("404")), []);
  await page.close();
});

test("every key of the practices' table does its work", async () => {
  const { page, q, options, cards, heading } = await open();
  const active = () => q.getAttribute("aria-activedescendant");
  const expanded = () => q.getAttribute("aria-expanded");
  await q.focus();
  await q.pressSequentially("depr");
  await options.first().waitFor();
  const count = await options.count();
  assert.ok(count > 1);
  assert.equal(await expanded(), "true");
  assert.equal(await active(), null, "the first suggestion is not taken by itself");
  await q.press("ArrowDown");
  assert.equal(await active(), "q-0");
  assert.equal(await options.first().getAttribute("aria-selected"), "true");
  await q.press("ArrowUp");
  assert.equal(await active(), null, "back in the text");
  await q.press("ArrowUp");
  assert.equal(await active(), `q-${count - 1}`, "from the text to the last one");
  await q.press("ArrowDown");
  assert.equal(await active(), null, "past the last one: the text");
  await q.press("ArrowDown");
  await q.press("Home");
  assert.equal(await active(), null, "Home moves in the text");
  assert.equal(await q.evaluate((input) => input.selectionStart), 0);
  await q.press("ArrowDown");
  await q.press("End");
  assert.equal(await q.evaluate((input) => input.selectionStart), 4);
  await q.press("Escape");
  assert.equal(await expanded(), "false");
  assert.equal(await q.inputValue(), "depr", "the first Escape only closes");
  await q.press("Alt+ArrowDown");
  assert.equal(await expanded(), "true");
  assert.equal(await active(), null, "opened without a choice");
  await q.press("Alt+ArrowUp");
  assert.equal(await expanded(), "false");
  await q.press("Escape");
  assert.equal(await q.inputValue(), "", "the second Escape empties");
  await q.pressSequentially("depr");
  await q.press("ArrowDown");
  const chosen = await options.first().locator("b").textContent();
  await q.press("Enter");
  assert.equal(await q.inputValue(), chosen);
  assert.equal(await expanded(), "false");
  assert.equal(await cards.count(), 0, "a choice does not search yet");
  assert.ok(await q.evaluate((input) => input.matches(":focus")), "focus stays in the field");
  await q.press("Enter");
  await heading.waitFor();
  await page.close();
});

test("a lay word and a misspelling lead to the topic, a postcode to the town", async () => {
  const { page, q, place, options } = await open();
  await q.pressSequentially("Zuckerkr");
  await page.getByRole("option", { name: /Zuckerkrankheit → Diabetes/ }).waitFor();
  await q.fill("Zölliakie");
  await page.getByRole("option", { name: /Zöliakie/ }).waitFor();
  await place.pressSequentially("07743");
  await page.getByRole("option", { name: "07743 Jena", exact: true }).waitFor();
  assert.ok((await options.count()) <= 5);
  await page.close();
});

test("Enter in a form of the host page does not send that form", async () => {
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title><form action="/away">${line(shared.service)}<button>x</button></form>` } });
  const page = await shared.browser.newPage();
  await page.goto(site);
  const { q, heading } = parts(page);
  await q.fill("Angst");
  await q.press("Enter");
  await heading.waitFor();
  assert.equal(page.url(), site + "/");
  await page.close();
});

test("what had the focus keeps it when results change", async () => {
  const { page, q, heading, cards } = await open();
  await q.fill("Depression");
  await q.press("Enter");
  await heading.waitFor();
  await page.locator(".filters summary").click();
  const box = page.locator("[data-k='format-online']");
  const before = await heading.textContent();
  await box.focus();
  await page.keyboard.press("Space");
  await page.waitForFunction((old) => document.querySelector("wegweiser-suche").shadowRoot.querySelector("[data-k=heading]").textContent !== old, before);
  const focused = () => page.evaluate(() => document.querySelector("wegweiser-suche").shadowRoot.activeElement?.dataset.k);
  assert.equal(await focused(), "format-online");
  assert.ok(await page.locator(".filters").evaluate((one) => one.open), "what was open stays open");
  await page.keyboard.press("Space");
  await page.waitForFunction((old) => document.querySelector("wegweiser-suche").shadowRoot.querySelector("[data-k=heading]").textContent === old, before);
  const shown = await cards.count();
  await page.locator("[data-k=more]").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((n) => document.querySelector("wegweiser-suche").shadowRoot.querySelectorAll(".card").length > n, shown);
  const name = await cards.nth(shown).locator("h3").textContent();
  assert.equal(await page.evaluate(() => document.querySelector("wegweiser-suche").shadowRoot.activeElement.textContent), name, "the first new group has the focus");
  await page.close();
});

test("the map's districts are buttons with name and number", async () => {
  const { page, q, heading } = await open();
  await q.fill("Depression");
  await q.press("Enter");
  await heading.waitFor();
  await page.locator(".mapbox summary").press("Enter");
  const jena = page.getByRole("button", { name: /^Jena: \d+ Gruppen?$/ });
  await jena.waitFor();
  assert.equal(await page.locator(".map button").count(), 35);
  const before = await heading.textContent();
  await jena.press("Enter");
  await page.waitForFunction((old) => document.querySelector("wegweiser-suche").shadowRoot.querySelector("[data-k=heading]").textContent !== old, before);
  assert.equal(await jena.getAttribute("aria-pressed"), "true");
  assert.ok(await jena.evaluate((one) => one.getRootNode().activeElement === one));
  await page.close();
});

test("a status is told once, after it has stood still", async () => {
  const { page, q, status } = await open();
  await page.evaluate(() => {
    globalThis.told = [];
    const node = document.querySelector("wegweiser-suche").shadowRoot.querySelector("[role=status]");
    new MutationObserver(() => globalThis.told.push(node.textContent)).observe(node, { childList: true, characterData: true, subtree: true });
  });
  await q.pressSequentially("depression", { delay: 40 });
  await q.press("Enter");
  await page.waitForFunction(() => globalThis.told.some((text) => text.includes("gefunden")));
  await page.waitForTimeout(900);
  const told = await page.evaluate(() => globalThis.told);
  assert.equal(told.filter((text) => text.includes("gefunden")).length, 1, told.join(" | "));
  assert.ok(told.length <= 2, told.join(" | "));
  assert.equal(await status.getAttribute("role"), "status");
  await page.close();
});
