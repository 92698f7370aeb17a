// A11Y-12: the search in Russian, Ukrainian, Arabic and Vietnamese: whole, right to left where that is
// how one reads, and German marked as German.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, line, violations, website } from "./support.mjs";

const { shared } = globalThis;

const catalogue = async (lang) => (await fetch(`${shared.service}/widget/${lang}.json`)).json();

/** Opens a host page with the search in a language; returns the page and how to search in it. */
async function host(lang, options = {}, attributes = 'theme="auto"') {
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title><link rel="icon" href="data:,"><body style="margin:8px"><main><h1>Gast</h1>${line(shared.service, `lang="${lang}" ${attributes}`)}</main>` } });
  const page = await shared.browser.newPage(options);
  const wrong = complaints(page);
  await page.goto(site);
  const q = page.locator(".ws #q");
  await q.waitFor();
  const find = async (words, place = "") => {
    await q.fill(words);
    await page.locator(".ws #place").fill(place);
    await q.press("Enter");
    await page.locator(".ws .out:not([aria-busy]) [data-k=heading]").waitFor();
  };
  return { page, q, find, wrong };
}

/** Words that the widget must never say in another language. */
const GERMAN = /Gruppen? gefunden|Ergebnisse eingrenzen|Angaben (geprüft|kopieren)|Reihenfolge|Betroffene|Angehörige|vor Ort|Hilfe sofort|rund um die Uhr|Kontaktstelle fragen/;

for (const lang of ["ru", "uk", "ar", "vi"]) {
  test(`the search speaks ${lang}, in every state without a fault`, { timeout: 180_000 }, async () => {
    for (const options of [{ viewport: { width: 320, height: 640 } }, { viewport: { width: 1000, height: 800 }, colorScheme: "dark" }]) {
      const { page, q, find, wrong } = await host(lang, options);
      const root = page.locator(".ws");
      assert.equal(await root.getAttribute("lang"), lang);
      assert.equal(await root.getAttribute("dir"), lang === "ar" ? "rtl" : "ltr");
      assert.deepEqual(await violations(page), [], "empty");
      await q.pressSequentially("depr");
      await page.getByRole("option").first().waitFor();
      assert.deepEqual(await violations(page), [], "list open");
      for (const [words, place] of [["MS", "Zwickau"], ["Depression", "Jena"], ["Progerie", "Zwickau"], ["suizid", ""], ["Xqzvwjkpp", ""]]) {
        await find(words, place);
        for (const box of ["filters", "mapbox"]) if (await page.locator(`.${box}:not([open]) summary`).count()) await page.locator(`.${box} summary`).click();
        if (await page.locator(".mapbox").count()) await page.locator(".map button").first().waitFor();
        assert.deepEqual(await violations(page), [], words);
        const text = await root.evaluate((element) => {
          const copy = element.cloneNode(true);
          for (const german of copy.querySelectorAll("[lang=de]")) german.remove();
          return copy.textContent;
        });
        assert.deepEqual(text.match(new RegExp(`.{0,40}(${GERMAN.source}).{0,40}`))?.[0], undefined, words);
        assert.doesNotMatch(text, /[{}]|undefined|NaN/, words);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${words}: ${wide} px too wide`);
      }
      assert.deepEqual(wrong, []);
      await page.context().close();
    }
  });
}

test("numbers have the form of their kind", async () => {
  for (const [lang, forms] of [["ru", [/^\d+ групп/, "групп"]], ["uk", [/^\d+ груп/, "груп"]]]) {
    const { page, q } = await host(lang);
    await q.pressSequentially("de");
    await page.getByRole("option").first().waitFor();
    const kinds = new Intl.PluralRules(lang);
    const end = { one: ["группа", "група"], few: ["группы", "групи"], many: ["групп", "груп"] };
    for (const text of await page.locator(".list small").allTextContents()) {
      const n = Number.parseInt(text, 10);
      if (Number.isNaN(n)) continue;
      assert.match(text, forms[0]);
      assert.equal(text.split(" ")[1], end[kinds.select(n)][lang === "ru" ? 0 : 1], text);
    }
    await page.context().close();
  }
});

test("in Arabic numbers, addresses and names keep their direction, and the map its west", async () => {
  const { page, find } = await host("ar", { viewport: { width: 1000, height: 900 } });
  await find("Depression", "Jena");
  for (const selector of [".tel", "h3 bdi", ".facts bdi[lang]"]) {
    const { direction, unicodeBidi } = await page.locator(`.card ${selector}`).first().evaluate((element) => {
      const { direction, unicodeBidi } = getComputedStyle(element);
      return { direction, unicodeBidi };
    });
    assert.deepEqual({ direction, unicodeBidi }, { direction: "ltr", unicodeBidi: "isolate" }, selector);
  }
  assert.equal(await page.locator(".card h3 bdi").first().getAttribute("lang"), "de");
  await page.locator(".mapbox summary").click();
  await page.locator(".map button").first().waitFor();
  const left = (name) => page.locator(`.map button[aria-label^="${name}"]`).first().evaluate((element) => element.getBoundingClientRect().left);
  assert.ok((await left("Eichsfeld")) < (await left("Dresden")), "the west is on the left");
  const label = await page.locator(".map button:enabled").first().getAttribute("aria-label");
  assert.match(label, /[\u0600-\u06ff]/);
  await page.context().close();
});

test("words come whole: each language has every key of the German ones", async () => {
  const german = Object.keys(await catalogue("de"));
  assert.ok(german.length > 90);
  for (const lang of ["en", "de-x-leicht", "ru", "uk", "ar", "vi"]) {
    const own = await catalogue(lang);
    assert.deepEqual(german.filter((key) => !own[key]), [], lang);
  }
});

test("an operator's video in sign language is a link and nothing more", async () => {
  const address = "https://video.example.org/dgs";
  const { page } = await host("de", {}, `sign-language="${address}"`);
  const link = page.locator(".ws form a");
  assert.equal(await link.getAttribute("href"), address);
  assert.equal(await link.textContent(), "Video in Deutscher Gebärdensprache");
  assert.deepEqual(await violations(page), []);
  await page.context().close();
  const hostile = await host("de", {}, 'sign-language="javascript:alert(1)"');
  assert.equal(await hostile.page.locator(".ws form a").count(), 0);
  await hostile.page.context().close();
});
