// A11Y-07: colours of a host page are used where people can read them, and refused where not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { line, parts, search, violations, website } from "./support.mjs";

const { shared } = globalThis;

/** Opens a host page with a style; returns the page, its warnings, and how to read a colour. */
async function host(css, { attributes = "", options = {}, body = "" } = {}) {
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title><style>${css}</style><body ${body}><main><h1>Gast</h1>${line(shared.service, attributes)}</main>` } });
  const page = await shared.browser.newPage(options);
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await page.goto(site);
  await parts(page).q.waitFor();
  const of = (selector, property) => page.locator(selector).first().evaluate((element, name) => getComputedStyle(element)[name], property);
  return { page, warnings, of };
}

test("a pair that can be read is the host's", async () => {
  const { page, warnings, of } = await host("wegweiser-suche { --wegweiser-accent: #7a1f5c; --wegweiser-text: rgb(20 20 20 / 0.9); --wegweiser-background: #fffdf5; --wegweiser-panel: oklch(97% 0.01 90) }");
  assert.equal(await of("button.go", "backgroundColor"), "rgb(122, 31, 92)");
  assert.equal(await of(".ws", "backgroundColor"), "rgb(255, 253, 245)");
  await search(page, "MS", "Jena");
  assert.deepEqual(warnings, []);
  assert.deepEqual(await violations(page), []);
  await page.close();
});

test("a pair that cannot be read gives way to ours, and the page's builder is told once", async () => {
  const { page, warnings, of } = await host("wegweiser-suche { --wegweiser-accent: #ffd400; --wegweiser-radius: 0px }");
  assert.equal(await of("button.go", "backgroundColor"), "rgb(11, 85, 104)");
  assert.equal(await of("button.go", "borderRadius"), "0px", "what is no colour stays");
  await search(page, "MS", "Jena");
  await search(page, "Depression");
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /--wegweiser-accent on --wegweiser-background: 1\.\d\d, needs 4\.5/);
  assert.deepEqual(await violations(page), []);
  await page.close();
});

test("text of the host on our ground is looked at, and the other way round", async () => {
  for (const css of ["--wegweiser-text: #ddd", "--wegweiser-background: #223", "--wegweiser-panel: #345", "--wegweiser-on-accent: #0b5568", "--wegweiser-line: #eee", "--wegweiser-soft: #aab"]) {
    const { page, warnings, of } = await host(`:root { ${css} }`);
    assert.equal(warnings.length, 1, css);
    assert.match(warnings[0], new RegExp(css.split(":")[0]), css);
    assert.equal(await of(".ws", "color"), "rgb(27, 37, 39)", css);
    await search(page, "suizid");
    assert.deepEqual(await violations(page), [], css);
    await page.close();
  }
});

test("a whole dark set of colours is kept, help and marks in it can be read", async () => {
  const { page, warnings, of } = await host("wegweiser-suche { --wegweiser-text: #fff; --wegweiser-soft: #ccd; --wegweiser-background: #101028; --wegweiser-panel: #1c1c3c; --wegweiser-accent: #9fd; --wegweiser-on-accent: #012; --wegweiser-line: #99a }", { body: 'style="background:#101028;color:#fff"' });
  assert.equal(await of(".ws", "backgroundColor"), "rgb(16, 16, 40)");
  assert.deepEqual(warnings, []);
  for (const q of ["Fibromyalgie", "suizid", "Progerie"]) {
    await search(page, q);
    assert.deepEqual(await violations(page), [], q);
  }
  await page.locator(".mapbox summary").click();
  await page.locator(".map button").first().waitFor();
  assert.deepEqual(await violations(page), []);
  await page.close();
});

test("what shines through is looked at too", async () => {
  const css = "wegweiser-suche { --wegweiser-background: transparent; --wegweiser-panel: #ffffff80 }";
  const light = await host(css, { body: 'style="background:#f4f0e8"' });
  assert.equal(await light.of(".ws", "backgroundColor"), "rgba(0, 0, 0, 0)");
  assert.deepEqual(light.warnings, []);
  const dark = await host(css, { body: 'style="background:#222"' });
  assert.equal(await dark.of(".ws", "backgroundColor"), "rgb(255, 255, 255)");
  assert.equal(dark.warnings.length, 1);
  const picture = await host(css, { body: 'style="background:linear-gradient(#fff,#000)"' });
  assert.equal(await picture.of(".ws", "backgroundColor"), "rgb(255, 255, 255)", "nobody knows what a picture's colour is");
  for (const { page } of [light, dark, picture]) await page.close();
});

test("a change of theme or device is looked at anew", async () => {
  const { page, warnings, of } = await host("wegweiser-suche { --wegweiser-accent: #7a1f5c }", { attributes: 'theme="auto"', options: { colorScheme: "light" } });
  assert.equal(await of("button.go", "backgroundColor"), "rgb(122, 31, 92)");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => getComputedStyle(document.querySelector("wegweiser-suche").shadowRoot.querySelector(".go")).backgroundColor === "rgb(127, 209, 224)");
  assert.equal(warnings.length, 1);
  await page.locator("wegweiser-suche").evaluate((element) => element.setAttribute("theme", "light"));
  assert.equal(await of("button.go", "backgroundColor"), "rgb(122, 31, 92)");
  await page.close();
});

test("without colours of the host nothing is looked at, and a strict policy is no hindrance", async () => {
  const policy = `default-src 'none'; script-src ${shared.service}; connect-src ${shared.service}; style-src 'self'; require-trusted-types-for 'script'`;
  const site = await website({
    "/": { headers: { "Content-Security-Policy": policy }, body: `<!doctype html><html lang="de"><title>Gast</title><link rel="stylesheet" href="/own.css">${line(shared.service)}` },
    "/own.css": { headers: { "Content-Type": "text/css" }, body: "wegweiser-suche { --wegweiser-accent: #ff0 }" },
  });
  const page = await shared.browser.newPage();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  await page.goto(site);
  await parts(page).q.waitFor();
  await page.waitForFunction(() => getComputedStyle(document.querySelector("wegweiser-suche").shadowRoot.querySelector(".go")).backgroundColor === "rgb(11, 85, 104)");
  assert.equal(said.filter((text) => text.startsWith("wegweiser-suche:")).length, 1);
  assert.deepEqual(said.filter((text) => /Refused|violates/.test(text)), []);
  await page.close();
});
