// The search in other people's pages: strict policies, loud styles, no global names, a frame.
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaints, line, parts, search, website } from "./support.mjs";

const { shared } = globalThis;

test("it works under a strict policy with Trusted Types enforced", async () => {
  const policy = `default-src 'none'; script-src 'self' ${shared.service}; style-src 'self'; connect-src ${shared.service}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const site = await website({ "/": { headers: { "Content-Security-Policy": policy }, body: `<!doctype html><html lang="de"><title>Gast</title><link rel="icon" href="data:,">${line(shared.service)}` } });
  const page = await shared.browser.newPage();
  await page.addInitScript(() => {
    globalThis.refused = [];
    document.addEventListener("securitypolicyviolation", (event) => globalThis.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(site);
  await search(page, "Fibromialgie", "07743");
  await page.locator(".mapbox summary").click();
  await page.locator(".map button").first().waitFor();
  assert.ok((await parts(page).cards.count()) > 0);
  const refused = (await page.evaluate(() => globalThis.refused)).filter((text) => !text.includes("img-src"));
  assert.deepEqual(refused, []);
  await page.close();
});

// What hosts do to elements: resets, frameworks, shouting.
const HOSTS = {
  "a framework": "*,::before,::after{box-sizing:border-box} body{font:16px/1.5 Georgia;color:#212529} button{border-radius:0;text-transform:uppercase;background:red!important} input{border:5px dotted lime!important;height:9px!important} h2,h3{font-size:90px!important} ul{padding:80px!important} a{color:yellow!important}",
  "a reset": "*{all:unset!important}",
  "a shouting one": "* {color:red!important;background:yellow!important;font-size:40px!important;display:inline!important;position:static!important;float:left!important}",
  "a narrow column": "body{width:200px} wegweiser-suche{display:block}",
  "right to left and white on black": "html{direction:rtl;background:#000;color:#fff;font-size:30px;letter-spacing:1em;text-transform:uppercase;visibility:visible}",
};

test("no style leaks in or out", async () => {
  const body = (style) => `<!doctype html><html lang="de"><title>Gast</title><style>${style}</style><p id="host" class="card hint">Gast <button class="plain">x</button></p>${line(shared.service)}`;
  const paths = Object.fromEntries(Object.entries(HOSTS).map(([, style], at) => [`/${at}`, { body: body(style) }]));
  const bare = Object.fromEntries(Object.entries(HOSTS).map(([, style], at) => [`/bare${at}`, { body: body(style).replace(/<script.*/, "") }]));
  const site = await website({ ...paths, ...bare, "/plain": { body: body("") } });
  const page = await shared.browser.newPage();
  const looks = () =>
    page.evaluate(() => {
      const root = document.querySelector("wegweiser-suche").shadowRoot;
      const of = (selector, names) => { const style = getComputedStyle(root.querySelector(selector)); return names.map((name) => style[name]).join(); };
      return [of(".go", ["backgroundColor", "borderRadius", "display"]), of("input", ["borderTopWidth", "borderTopStyle", "borderRadius"]), of(".card h3 a", ["color", "textDecorationLine"]), of(".cards", ["paddingLeft", "display"]), of(".ws", ["color", "backgroundColor"])];
    });
  const hostLooks = () => page.evaluate(() => ["#host", "#host button"].map((selector) => { const style = getComputedStyle(document.querySelector(selector)); return [...style].map((name) => style.getPropertyValue(name)).join(); }));
  await page.goto(site + "/plain");
  await search(page, "Angst");
  const usual = await looks();
  for (const [at, name] of Object.keys(HOSTS).entries()) {
    await page.goto(`${site}/bare${at}`);
    const before = await hostLooks();
    await page.goto(`${site}/${at}`);
    await search(page, "Angst");
    assert.deepEqual(await hostLooks(), before, `${name}: styles leak out`);
    assert.deepEqual(await looks(), usual, `${name}: styles leak in`);
  }
  await page.close();
});

test("it leaves no global name and takes colours from the host's properties", async () => {
  const names = `globalThis.before = Object.getOwnPropertyNames(globalThis)`;
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title><style>wegweiser-suche{--wegweiser-accent:#7a1f5c}wegweiser-suche::part(button){border-radius:3px}</style><script>${names}</script>${line(shared.service)}` } });
  const page = await shared.browser.newPage();
  await page.goto(site);
  await search(page, "Angst");
  const added = await page.evaluate(() => Object.getOwnPropertyNames(globalThis).filter((name) => !globalThis.before.includes(name) && name !== "before"));
  assert.deepEqual(added, []);
  const button = await page.locator(".go").evaluate((one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).borderRadius]);
  assert.deepEqual(button, ["rgb(122, 31, 92)", "3px"]);
  await page.close();
});

test("presets, events, methods and language are those of the documentation", async () => {
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title><p lang="en">${line(shared.service, 'state="TH" place="Jena" open')}</p>` } });
  const page = await shared.browser.newPage();
  const bodies = [];
  page.on("request", (request) => request.postData() && bodies.push(JSON.parse(request.postData())));
  await page.goto(site);
  await page.getByRole("button", { name: "Search", exact: true }).waitFor();
  await page.getByText(/\d+ groups found/).first().waitFor();
  assert.deepEqual([bodies[0].state, bodies[0].place, bodies[0].lang], [["TH"], "Jena", "en"]);
  const told = await page.evaluate(async () => {
    const element = document.querySelector("wegweiser-suche");
    const told = [];
    document.body.addEventListener("wegweiser-results", (event) => told.push(event.detail));
    await element.search({ q: "Depression" });
    return told;
  });
  assert.equal(told.length, 1);
  assert.ok(told[0].total > 0);
  assert.deepEqual(Object.keys(told[0]), ["total"], "an event does not tell the words");
  assert.deepEqual([bodies[1].q, bodies[1].state], ["Depression", ["TH"]], "a preset holds for every search");
  await page.evaluate(() => document.querySelector("wegweiser-suche").clear());
  assert.equal(await page.locator(".card").count(), 0);
  await page.close();
});

test("a pinned version with its checksum loads; a frame needs no script", async () => {
  const code = await (await fetch(shared.service + "/einbetten")).text();
  const lines = [...code.matchAll(/<pre tabindex="0"><code>(.*?)<\/code><\/pre>/gs)].map(([, text]) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  const fixed = lines.find((text) => text.includes("integrity"));
  const frame = lines.find((text) => text.startsWith("<iframe"));
  const site = await website({
    "/fixed": { body: `<!doctype html><html lang="de"><title>Gast</title>${fixed}` },
    "/frame": { headers: { "Content-Security-Policy": `default-src 'none'; style-src 'unsafe-inline'; frame-src ${shared.service}` }, body: `<!doctype html><html lang="de"><title>Gast</title>${frame}` },
  });
  const page = await shared.browser.newPage();
  const wrong = complaints(page);
  await page.goto(site + "/fixed");
  await search(page, "Angst");
  await page.goto(site + "/frame");
  const inside = page.frameLocator("iframe");
  await inside.locator("#q").fill("Fibromialgie");
  await inside.locator("#place").fill("07743");
  await inside.locator("button.go").click();
  await inside.locator(".card").first().waitFor();
  assert.match(await inside.locator("#ergebnisse").textContent(), /Gruppen gefunden/);
  const [opened] = await Promise.all([page.context().waitForEvent("page"), inside.locator(".card h3 a").first().click()]);
  await opened.waitForLoadState();
  assert.match(opened.url(), /\/gruppe\//);
  assert.deepEqual(wrong.filter((text) => !text.includes("404") && !text.includes("favicon") && !text.includes("Blocked script execution in")), []);
  await page.context().close().catch(() => {});
});

test("a frame tells its height and nothing else, and the snippet makes it fit", async () => {
  const code = await (await fetch(shared.service + "/einbetten")).text();
  const lines = [...code.matchAll(/<pre tabindex="0"><code>(.*?)<\/code><\/pre>/gs)].map(([, text]) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  const fitted = lines.find((text) => text.includes('id="wegweiser"'));
  const note = "<script>told = []; addEventListener('message', (event) => told.push([event.data, event.origin]))</script>";
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title>${note}${fitted}` } });
  const page = await shared.browser.newPage();
  const wrong = complaints(page);
  await page.goto(site);
  const frame = page.locator("#wegweiser");
  const inside = page.frameLocator("#wegweiser");
  const fits = async () => {
    await page.waitForTimeout(300);
    const height = await inside.locator("html").evaluate((one) => [Math.ceil(one.getBoundingClientRect().height), one.scrollHeight - innerHeight]);
    assert.equal(await frame.getAttribute("height"), String(height[0]));
    assert.ok(height[1] <= 0, "no scroll bar");
    return height[0];
  };
  const empty = await fits();
  await inside.locator("#q").fill("Depression");
  await inside.locator("button.go").click();
  await inside.locator(".card").first().waitFor();
  assert.ok((await fits()) > empty + 500);
  const told = await page.evaluate(() => globalThis.told);
  assert.ok(told.length >= 2);
  for (const [data, origin] of told) assert.deepEqual([Object.keys(data), typeof data.height, origin], [["height"], "number", "null"]);
  // Somebody else's message changes nothing.
  const before = await frame.getAttribute("height");
  await page.evaluate(() => postMessage({ height: 99 }, "*"));
  await page.waitForTimeout(200);
  assert.equal(await frame.getAttribute("height"), before);
  assert.deepEqual(wrong.filter((text) => !text.includes("404") && !text.includes("favicon")), []);
  await page.close();
});
