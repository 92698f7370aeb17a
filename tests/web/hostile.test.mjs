// Hostile text in every field of a group: it is shown as text, in the search, on the pages, in the
// data for machines and in the calendar. The browser's own defences are switched off, so that what
// is tested is ours.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, line, parts, run, serve, website } from "./support.mjs";
import { payloads } from "./payloads.mjs";
import { choose, office, signIn } from "./staff.mjs";

const { shared } = globalThis;

/** A group with a payload in every field that takes free text. */
const hostile = (text, at) => ({
  contact_point: "ikos-jena",
  local_id: `x-${at}`,
  name: `Gruppe ${at} ${text}`,
  topics: [`Angst ${at}`, text.replaceAll("|", "")],
  description: `Wir treffen uns. ${text}\n${text}`,
  format: "in_person",
  audience: ["affected"],
  meeting: { text: `jeden 2. Dienstag im Monat, 18:00 Uhr ${text}` },
  venue: { name: text, street: `${text} 1`, postcode: "07743", town: "Jena" },
  cost: "fee",
  cost_note: text,
  contact: { mode: "mailbox", label: text, email: "kontakt@gruppe.example" },
  website: `https://gruppe.example/?q=${encodeURIComponent(text)}`,
});

/** Notes whatever runs. */
async function watched(options = {}) {
  const context = await shared.browser.newContext({ bypassCSP: true, ...options });
  const hits = [];
  await context.exposeFunction("hit", (...rest) => hits.push(rest.join()));
  context.on("page", (page) => page.on("dialog", (dialog) => { hits.push(dialog.message()); void dialog.dismiss(); }));
  return { context, hits };
}

/** Elements and attributes that our own markup never has. */
const foreign = () => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((one) => one.shadowRoot).filter(Boolean)];
  const found = [];
  for (const root of roots) {
    for (const one of root.querySelectorAll("*")) {
      const handlers = one.getAttributeNames().filter((name) => name.startsWith("on") || name === "srcdoc" || name === "style" && !one.matches(".map button"));
      const isOdd = one.matches("iframe,object,embed,img,video,audio,marquee,math,animate,base:not([target]),noscript,template,x,form[action^='javascript'],script:not([src]):not([type='application/ld+json'])");
      const address = one.getAttribute("href") ?? one.getAttribute("action") ?? one.getAttribute("src") ?? "";
      if (handlers.length || isOdd || !/^(https?:|mailto:|tel:|[/#?]|$)/.test(address)) found.push(one.outerHTML.slice(0, 200));
    }
  }
  return found;
};

test("500 payloads in every field of imported groups: none runs, all are text", { timeout: 600_000 }, async () => {
  assert.ok(payloads.length >= 500, String(payloads.length));
  const where = folder();
  const file = join(where, "groups.ndjson");
  writeFileSync(file, payloads.map((text, at) => JSON.stringify(hostile(text, at))).join("\n"));
  const imported = run(where, "import", file, "--yes");
  const service = await serve(where, "--no-example-data");
  const status = await (await fetch(service + "/v1/status")).json();
  assert.equal(status.group_count, payloads.length, imported.stdout.slice(0, 3000) + imported.stderr.slice(0, 1000));

  const { context, hits } = await watched();
  const page = await context.newPage();
  await page.goto(service);
  await page.locator(".ws .ws .go").click();
  const { heading, cards } = parts(page);
  await heading.waitFor();
  while (await page.locator("[data-k=more]").count()) {
    const shown = await cards.count();
    await page.locator("[data-k=more]").click();
    await page.waitForFunction((n) => document.querySelector("wegweiser-suche").shadowRoot.querySelectorAll(".card").length > n, shown);
  }
  assert.equal(await cards.count(), payloads.length);
  assert.deepEqual(await page.evaluate(foreign), []);
  const text = await page.locator(".ws .ws .cards").textContent();
  for (const one of payloads.slice(0, 40)) assert.ok(text.includes(one.trim()) || one.includes("\n") || one.includes("\t"), one);

  const ids = [];
  for (let cursor; ; ) {
    const answer = await (await fetch(service + "/v1/groups/search", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ limit: 100, cursor }) })).json();
    ids.push(...answer.items.map((group) => group.id));
    if (!(cursor = answer.next_cursor)) break;
  }
  assert.equal(ids.length, payloads.length);
  for (const id of ids) {
    await page.goto(`${service}/gruppe/${id}`, { waitUntil: "domcontentloaded" });
    assert.deepEqual(await page.evaluate(foreign), [], id);
    const linked = await page.locator("script[type='application/ld+json']").textContent();
    assert.equal(JSON.parse(linked)["@type"], "Organization");
  }
  for (const id of ids.filter((_, at) => at % 10 === 0)) {
    const calendar = await fetch(`${service}/v1/groups/${id}/calendar.ics`);
    if (calendar.status === 404) continue; // no rule was read from that text
    const ics = (await calendar.text()).replaceAll("\r\n ", "");
    assert.match(calendar.headers.get("content-type"), /^text\/calendar/);
    assert.equal(ics.match(/^BEGIN:VEVENT/gm).length, 1);
    assert.equal(ics.match(/^(ATTACH|ATTENDEE|ACTION)/m), null);
  }
  const plain = await shared.browser.newContext({ bypassCSP: true });
  const form = await plain.newPage();
  for (const one of payloads.filter((_, at) => at % 16 === 0)) {
    await form.goto(service + "/rahmen");
    await form.locator("#q").fill(one);
    await form.locator("button.go").click();
    await form.locator("#ergebnisse, [role=alert]").first().waitFor();
    assert.deepEqual(await form.evaluate(foreign), [], one);
  }
  await plain.close();
  await page.goto(service + "/themen");
  assert.deepEqual(await page.evaluate(foreign), []);
  await page.waitForTimeout(300);
  assert.deepEqual(hits, []);
  await context.close();
});

test("an answer that is hostile in every single text of it changes nothing", { timeout: 120_000 }, async () => {
  const site = await website({ "/": { body: `<!doctype html><html lang="de"><title>Gast</title>${line(shared.service)}` } });
  const ask = (q) => fetch(shared.service + "/v1/groups/search", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ q, place: "Zwickau", facets: ["audience", "format", "language", "district"] }) }).then((response) => response.json());
  const answers = [await ask("Progerie"), await ask("suizid"), await ask("MS"), await ask("haschimoto")];
  const KEEP = new Set(["next_cursor", "reason", "kind", "tier", "field", "effect", "next_at", "verified_on"]);
  const poisoned = (value, text, key) =>
    Array.isArray(value) ? value.map((one) => poisoned(one, text, key))
    : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, text, name)]))
    : typeof value === "string" && !KEEP.has(key) ? text : value;
  const { context, hits } = await watched();
  const page = await context.newPage();
  let answer;
  await page.route("**/v1/groups/search", (route) => route.fulfill({ json: answer, headers: { "Access-Control-Allow-Origin": "*" } }));
  await page.route("**/v1/dictionary/*.json", (route) => route.fulfill({ json: { topics: payloads.slice(0, 200).map((text) => "Angst " + text.replaceAll("|", "")), group_counts: [], places: payloads.slice(0, 99).map((text) => "Jena " + text.replaceAll("|", "")) }, headers: { "Access-Control-Allow-Origin": "*" } }));
  await page.goto(site);
  const { q, place, options, heading } = parts(page);
  for (const [at, text] of payloads.entries()) {
    if (at % 4) continue;
    answer = poisoned(answers[(at / 4) % answers.length], text);
    await q.fill("Angst");
    await place.fill("Jena");
    await place.press("Enter");
    await heading.waitFor();
    await page.waitForFunction(() => !document.querySelector("wegweiser-suche").shadowRoot.querySelector("[aria-busy]"));
    for (const box of ["filters", "mapbox"]) if (await page.locator(`.${box}:not([open]) summary`).count()) await page.locator(`.${box} summary`).click();
    assert.deepEqual(await page.evaluate(foreign), [], text);
  }
  await q.fill("angst");
  await q.press("ArrowDown");
  assert.ok(await options.count());
  assert.deepEqual(await page.evaluate(foreign), []);
  assert.deepEqual(hits, []);
  await context.close();
});

/** Opens what is closed and asks for more until all is shown. */
async function unfold(page) {
  await page.evaluate(() => {
    for (const box of document.querySelectorAll("#verwaltung details")) box.open = true;
    for (let n = 0; n < 60; n++) for (const more of document.querySelectorAll("#verwaltung ul + button:not([hidden])")) more.click();
  });
}

test("500 payloads in every field of lists that staff load: report, difference, history, reviews", { timeout: 600_000 }, async () => {
  const { service, jena } = await office();
  const { context, hits } = await watched();
  const page = await context.newPage();
  await signIn(page, service, jena);
  const look = async (state, least) => {
    await unfold(page);
    assert.deepEqual(await page.evaluate(foreign), [], state);
    const shown = await page.locator("#verwaltung").textContent();
    const seen = payloads.filter((text) => shown.includes(text.trim())).length;
    assert.ok(seen >= least, `${state}: ${seen} payloads are seen as text`);
  };
  const name = `<img src=x onerror=hit()>'"><script>hit()</script>`;
  // In every cell of a row, right or wrong: what staff see of their own file is text too.
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const bad = "Nr.;Gruppenname;Thema;PLZ;Ort;Telefon;E-Mail;Internet;Beschreibung;Ansprechpartner\n" + payloads.map((text, at) => [at, ...Array(9).fill(quoted(text))].join(";")).join("\n");
  await choose(page, bad, name + ".csv");
  await look("report", 400);
  await choose(page, payloads.map((text, at) => JSON.stringify(hostile(text, at))).join("\n"), name + ".ndjson");
  await look("check", 200);
  await page.getByRole("button", { name: "Jetzt veröffentlichen" }).click();
  await page.locator(".result > h3", { hasText: /eröffentlicht: / }).waitFor();
  await look("published", 200);
  for (let n = 0; n < 100 && (await (await fetch(service + "/v1/status")).json()).group_count !== payloads.length; n++) await page.waitForTimeout(100);
  assert.equal((await (await fetch(service + "/v1/status")).json()).group_count, payloads.length);
  await choose(page, payloads.map((text, at) => JSON.stringify(hostile(payloads[(at + 1) % payloads.length], at))).join("\n"), name + ".ndjson");
  await look("difference", 200);
  await page.getByRole("button", { name: "Verlauf" }).click();
  await page.locator("section:not([hidden]) li.row").first().waitFor();
  await unfold(page);
  await page.locator("li.is-applied .numbers").waitFor();
  await look("history", 200);
  await page.getByRole("button", { name: /^Zu klären/ }).click();
  await page.locator("section:not([hidden]) li.row").first().waitFor({ timeout: 60_000 });
  await look("reviews", 100);
  await page.waitForTimeout(300);
  assert.deepEqual(hits, []);
  await context.close();
});

test("admin answers that are hostile in every single text change nothing on the staff page", { timeout: 300_000 }, async () => {
  const { service, jena } = await office({ "ikos-jena": "Nr;Name;Thema;PLZ;Ort;Geprüft am\n1;Licht;Depressionn;7743;Jena;2020-01-01\n2;Angst und Panik Jena;Angst;07743;Jena;\n3;;;;;\n", "kiss-dresden": "Nr;Name;Thema;PLZ;Ort\n9;Angst & Panik Jena;Angst;07743;Jena\n" });
  const KEEP = new Set(["state", "phase", "kind", "act", "severity", "next_cursor", "code", "type"]);
  const poisoned = (value, text, key) =>
    Array.isArray(value) ? value.map((one) => poisoned(one, text, key))
    : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([member, one]) => [member, poisoned(one, text, member)]))
    : typeof value === "string" && !KEEP.has(key) ? text : value;
  const { context, hits } = await watched();
  const page = await context.newPage();
  let text = "";
  await page.route(/\/v1\/(admin|groups|contact-points)/, async (route) => {
    if (!text) return route.fallback();
    const path = route.request().url().replaceAll(encodeURIComponent(text), "x");
    const source = /\/source$/.test(path);
    const reply = source ? null : await route.fetch();
    const json = source ? { settings: { url: text, agreement: text, interval_hours: 24 }, is_running: false, result: text, message: text, attempted_at: text } : await reply.json();
    await route.fulfill({ status: source ? 200 : reply.status(), headers: { etag: '"1"' }, json: poisoned(json, text) });
  });
  for (const one of payloads.filter((_, at) => at % 32 === 0)) {
    text = "";
    await signIn(page, service, jena);
    await page.locator("#datei").waitFor();
    text = one;
    await page.locator("#kontaktstelle").selectOption("ikos-jena");
    await page.waitForFunction(() => document.querySelector("#quelle-adresse")?.value);
    await page.locator("section:not([hidden]) #datei").waitFor();
    await choose(page, "Nr;Name;Thema;PLZ;Ort\n1;Licht;Depression;7743;Jena\n3;;;;;\n");
    await unfold(page);
    assert.deepEqual(await page.evaluate(foreign), [], one);
    for (const part of ["Verlauf", /^Zu klären/, "Eigene Quelle"]) {
      await page.getByRole("button", { name: part }).click();
      await page.locator("section:not([hidden]) :is(li.row, dl.facts)").first().waitFor();
      await unfold(page);
      await page.waitForTimeout(150);
      assert.deepEqual(await page.evaluate(foreign), [], one);
    }
  }
  assert.deepEqual(hits, []);
  await context.close();
});

test("the same payloads do run where text becomes markup, so the watch is awake", { timeout: 60_000 }, async () => {
  const { context, hits } = await watched();
  const page = await context.newPage();
  await page.goto("about:blank");
  const odd = [];
  for (const text of payloads.filter((_, at) => at % 8 === 0)) {
    await page.evaluate((markup) => (document.body.innerHTML = `<p title="${markup}">${markup}</p>`), text);
    odd.push(...(await page.evaluate(foreign)));
  }
  await page.waitForTimeout(500);
  assert.ok(hits.length > 5, `${hits.length} ran`);
  assert.ok(odd.length > 30, `${odd.length} were seen`);
  await context.close();
});
