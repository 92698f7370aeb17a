// The staff page: from a messy list to a published one and back, held lists, reviews, and a token
// that stays nowhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HEAD, choose, office, row, signIn, title } from "./staff.mjs";
import { complaints, listen, violations } from "./support.mjs";

const { shared } = globalThis;

const MESSY = "Unsere Selbsthilfegruppen, Stand März;;;;;\n" + HEAD + row(1, "Lichtblick", "Depression", "7743") + row(2, "Mutmacher", "Angst") + row(3, "", "") + row(4, "Herzenssache", "Herzinfarkt", "077433") + row(5, "Süßes Leben", "Diabetes");
const MENDED = HEAD + row(1, "Lichtblick", "Depression") + row(2, "Mutmacher", "Angst") + row(3, "Neuer Mut", "Fibromyalgie") + row(4, "Herzenssache", "Herzinfarkt") + row(5, "Süßes Leben", "Diabetes");
const monthsAgo = (n) => new Date(Date.now() - n * 30.5 * 86_400_000).toISOString().slice(0, 10);

const button = (page, name) => page.getByRole("button", { name, exact: true });

test("a messy list is checked, mended, published, found and undone, by a token that stays nowhere", { timeout: 120_000 }, async () => {
  const { service, jena } = await office();
  const context = await shared.browser.newContext();
  const page = await context.newPage();
  const wrong = complaints(page);
  const requests = listen(page);
  const headers = [];
  page.on("request", async (request) => headers.push([request.url(), (await request.allHeaders()).authorization]));
  await signIn(page, service, jena);
  await page.getByRole("heading", { name: "Liste einspielen" }).waitFor();

  await choose(page, MESSY);
  assert.equal(await title(page).textContent(), "Prüfbericht: gruppen.csv");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H3");
  const faulty = page.locator("details[open] .row");
  assert.deepEqual(await faulty.locator("h3").allTextContents(), ["Zeile 5 in gruppen.csv", "Zeile 6 in gruppen.csv"]);
  const postcode = faulty.nth(1).locator(".cell.error");
  assert.match(await postcode.textContent(), /^PLZ077433Fehler: .*fünf Ziffern/);
  assert.ok(await postcode.locator(".remedy").textContent(), "what to do");
  assert.match(await faulty.nth(1).textContent(), /GruppennameHerzenssache/, "the neighbours of the cell are shown");
  assert.match(await page.locator("[role=status]").textContent().then(() => page.waitForFunction(() => document.querySelector("#verwaltung [role=status]").textContent).then((is) => is.jsonValue())), /Prüfbericht.*5 Zeilen gelesen, 3 neu.*2 abgelehnt/);
  assert.equal((await (await fetch(service + "/v1/status")).json()).group_count, 0, "a check changes nothing");

  await choose(page, MENDED);
  await page.getByText("5 neue Gruppen").click();
  await button(page, "Jetzt veröffentlichen").click();
  await page.getByRole("heading", { name: "Veröffentlicht: gruppen.csv" }).waitFor();
  const find = () => fetch(service + "/v1/groups?q=Fibromyalgie").then((answer) => answer.json());
  const until = async (count) => {
    for (let n = 0; n < 100 && (await find()).total !== count; n++) await page.waitForTimeout(100);
    assert.equal((await find()).total, count);
  };
  await until(1);

  await choose(page, MENDED.replace("Süßes Leben", "Süßes Leben 2").replace("Angst;", "Panik;"));
  await page.getByText(/geänderte Gruppen?$/).click();
  assert.match(await page.locator("details[open] .row").first().textContent(), /vorher: .*nachher: /);
  await choose(page, MENDED);
  await page.getByText("Sie enthält nichts, was nicht schon veröffentlicht ist.").waitFor();

  await button(page, "Verlauf").click();
  const applied = page.locator("li.is-applied");
  await applied.locator("summary").click();
  await applied.getByText("5 neue Gruppen").waitFor();
  await button(page, "Rückgängig machen").click();
  await page.getByRole("dialog", { name: "Wirklich rückgängig machen?" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Abbrechen");
  await page.keyboard.press("Escape");
  await button(page, "Rückgängig machen").click();
  await button(page, "Ja, rückgängig machen").click();
  await page.locator("li.is-rolled_back").waitFor();
  await until(0);

  const html = await page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll("input")].map((one) => one.value).join());
  assert.ok(!html.includes(jena.slice(4)), "the page shows no token");
  const kept = await page.evaluate(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length, document.cookie, JSON.stringify(history.state)]);
  assert.deepEqual(kept, [0, 0, 0, 0, "", "null"]);
  assert.deepEqual(await context.cookies(), []);
  assert.equal(page.url(), service + "/verwaltung");
  assert.ok(requests.every(({ url, body }) => url.startsWith(service) && !(url + body).includes(jena.slice(4))));
  const carried = headers.filter(([, value]) => value);
  assert.ok(carried.length > 5 && carried.every(([url, value]) => url.startsWith(service + "/v1/admin/") && value === `Bearer ${jena}`));

  await button(page, "Abmelden").click();
  await page.getByText("Sie sind abgemeldet.").waitFor();
  assert.equal(await page.locator("#token").inputValue(), "");
  assert.equal(await page.locator("#verwaltung section").count(), 0);
  await signIn(page, service, jena);
  await button(page, "Abmelden").waitFor();
  await page.reload();
  await page.locator("#token").waitFor();
  await signIn(page, service, jena);
  await button(page, "Abmelden").waitFor();
  await page.goto(service + "/themen");
  await page.goBack();
  await page.locator("#token").waitFor();
  assert.deepEqual(wrong.filter((text) => !/status of 404/.test(text)), []);
  await context.close();
});

test("a list that looks wrong is held until somebody says yes; a file that is none says so", { timeout: 120_000 }, async () => {
  const { service, jena } = await office({ "ikos-jena": HEAD + [...Array(8).keys()].map((n) => row(n, `Gruppe ${n}`, "Depression")).join("") });
  const page = await shared.browser.newPage();
  await signIn(page, service, jena);
  await choose(page, HEAD + row(0, "Gruppe 0", "Depression") + row(1, "Gruppe 1", "Angst"));
  await button(page, "Jetzt veröffentlichen").click();
  await page.getByRole("heading", { name: "Noch nicht veröffentlicht" }).waitFor();
  assert.equal((await (await fetch(service + "/v1/status")).json()).group_count, 8);
  await page.getByText("6 Gruppen, die entfernt werden").waitFor();
  assert.match(await page.locator(".result .cell.error").textContent(), /veröffentlichen Sie trotzdem/, "what to do here, not at a command line");
  await button(page, "Trotzdem veröffentlichen").click();
  await button(page, "Ja, veröffentlichen").click();
  await page.getByRole("heading", { name: "Veröffentlicht:" }).waitFor();
  await button(page, "Rückgängig machen").click();
  await button(page, "Ja, rückgängig machen").click();
  await page.getByRole("heading", { name: "Rückgängig gemacht" }).waitFor();

  await choose(page, "", "leer.csv");
  assert.equal(await title(page).textContent(), "Nicht lesbar: leer.csv");
  assert.match(await page.locator(".result .cell.error").textContent(), /leer/);
  assert.equal(await button(page, "Jetzt veröffentlichen").count(), 0);

  // Only some groups: the others stay. Dragged, not chosen.
  await page.getByLabel("nur einige Gruppen").check();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "neu.csv"));
    document.querySelector(".zone").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, HEAD + row(99, "Neunundneunzig", "Angst"));
  await page.getByRole("heading", { name: "Prüfbericht: neu.csv" }).waitFor();
  assert.equal(await page.locator(".numbers .removed").count(), 0);
  assert.equal(await page.locator(".numbers .new dd").textContent(), "1");

  // What was in work goes on when the line breaks: the same key, the same list, once.
  let broken = 1;
  await page.route("**/imports?dry_run=false*", async (route) => {
    if (!broken--) return route.fallback();
    await route.fetch();
    await route.abort();
  });
  await button(page, "Jetzt veröffentlichen").click();
  await page.getByText("Der Dienst hat nicht geantwortet.").waitFor();
  await page.unroute("**/imports?dry_run=false*");
  await button(page, "Jetzt veröffentlichen").click();
  await page.getByRole("heading", { name: "Veröffentlicht: neu.csv" }).waitFor();
  await button(page, "Verlauf").click();
  await page.locator("section:not([hidden]) li.row").first().waitFor();
  assert.equal(await page.locator("li.is-applied h3", { hasText: "neu.csv" }).count(), 1);
  await page.context().close();
});

test("a long import is followed to its end", { timeout: 180_000 }, async () => {
  const { service, jena } = await office();
  const page = await shared.browser.newPage();
  await signIn(page, service, jena);
  const polled = [];
  page.on("response", (response) => /imports\/job-/.test(response.url()) && polled.push(response.status()));
  const many = HEAD + [...Array(20_000).keys()].map((n) => row(n, `Gruppe ${n}`, "Depression")).join("");
  await page.locator("#datei").setInputFiles({ name: "viele.csv", mimeType: "text/csv", buffer: Buffer.from(many) });
  await page.getByText(/Zeilen gelesen/).first().waitFor({ timeout: 60_000 });
  await title(page).waitFor({ timeout: 120_000 });
  assert.ok(polled.length && polled.every((status) => status === 200), String(polled));
  assert.equal(await page.locator(".numbers .new dd").textContent(), "20000");
  assert.ok((await page.locator("#verwaltung li").count()) < 200, "a long list comes in parts");
  await page.context().close();
});

const TWO_LISTS = {
  "ikos-jena": HEAD + row(1, "Altes Licht", "Depression", "07743", monthsAgo(13)) + row(2, "Mut", "Blaulichtgeflüster") + row(3, "Angst und Panik Jena", "Angst") + row(4, "Schmerz", "Fibromialgiee"),
  "kiss-dresden": HEAD + row(9, "Angst & Panik Jena", "Angst"),
};

test("what is to be looked at is settled by one press each", { timeout: 120_000 }, async () => {
  const { service, jena } = await office(TWO_LISTS);
  const page = await shared.browser.newPage();
  const wrong = complaints(page);
  await signIn(page, service, jena);
  await page.getByRole("button", { name: /^Zu klären \(\d\)/ }).click();
  const items = page.locator("section:not([hidden]) li.row");
  const item = (text) => items.filter({ hasText: text });
  await item("Altes Licht").waitFor();
  const before = await items.count();

  await item("Altes Licht").getByRole("button", { name: "Stimmt noch" }).click();
  await item("Altes Licht").waitFor({ state: "detached" });
  assert.equal(await items.count(), before - 1);

  const words = item("Fibromialgiee").getByRole("button", { name: /Ersetzen durch „Fibromyalgie/ });
  await words.click();
  await item("Fibromialgiee").waitFor({ state: "detached" });
  assert.match(await item("Blaulichtgeflüster").textContent(), /nur unter genau diesem Wort/);

  const pair = item("Angst und Panik Jena");
  await pair.locator(".differs").first().waitFor();
  assert.match(await pair.textContent(), /Angst & Panik Jena/);
  await pair.getByRole("button", { name: "Zwei Gruppen: getrennt lassen" }).click();
  await pair.waitFor({ state: "detached" });

  const own = await (await fetch(service + "/v1/admin/contact-points/ikos-jena/groups", { headers: { Authorization: `Bearer ${jena}` } })).json();
  const of = (name) => own.items.find((group) => group.name === name);
  assert.equal(of("Altes Licht").verified_on, new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" }).format(new Date()));
  assert.deepEqual(of("Schmerz").topics, ["Fibromyalgie"]);
  const search = () => fetch(service + "/v1/groups?q=Angst&place=Jena").then((answer) => answer.json());
  assert.ok((await search()).items.every(({ also_listed_by }) => !also_listed_by.length));
  assert.deepEqual(wrong.filter((text) => !/status of 404/.test(text)), []);
  await page.context().close();
});

test("two listings are merged, and split again", { timeout: 120_000 }, async () => {
  const { service, jena } = await office(TWO_LISTS);
  const page = await shared.browser.newPage();
  await signIn(page, service, jena);
  await page.getByRole("button", { name: /^Zu klären/ }).click();
  await page.getByRole("button", { name: "Dieselbe Gruppe: zusammenführen" }).click();
  const split = page.getByRole("button", { name: "Doch zwei Gruppen: trennen" });
  await split.waitFor();
  const search = () => fetch(service + "/v1/groups?q=Angst&place=Jena").then((answer) => answer.json());
  const until = async (count) => {
    for (let n = 0; n < 100 && (await search()).total !== count; n++) await page.waitForTimeout(100);
    assert.equal((await search()).total, count);
  };
  await until(1);
  await split.click();
  await split.waitFor({ state: "detached" });
  await until(2);
  await page.context().close();
});

test("an operator chooses whose list it is; another office's token opens nothing", { timeout: 120_000 }, async () => {
  const { service, jena, all } = await office(TWO_LISTS, { jena: "ikos-jena", all: null });
  const page = await shared.browser.newPage();
  await signIn(page, service, jena, "kiss-dresden");
  await page.getByText("Dieser Schlüssel gehört nicht zu dieser Kontaktstelle.").waitFor();
  await signIn(page, service, "wgw_4fQ9xK2a_0000000000000000000000000000000000000000000000000");
  await page.getByText("Dieser Schlüssel gilt nicht").waitFor();
  assert.equal(await page.locator("#verwaltung section").count(), 0);

  await signIn(page, service, all);
  await button(page, "Verlauf").click();
  await page.locator("li.is-applied h3", { hasText: "ikos-jena.csv" }).waitFor();
  await page.locator("#kontaktstelle").selectOption("kiss-dresden");
  await page.getByRole("heading", { name: "Liste einspielen" }).waitFor();
  await button(page, "Verlauf").click();
  await page.locator("li.is-applied h3", { hasText: "kiss-dresden.csv" }).waitFor();
  assert.equal(await page.locator("li", { hasText: "ikos-jena.csv" }).count(), 0);

  await signIn(page, service, jena, "ikos-jena", "?lang=en");
  await page.getByRole("heading", { name: "Load a list" }).waitFor();
  await page.locator("#kontaktstelle").selectOption("kiss-dresden");
  await page.getByText("This token does not belong to this contact point.").waitFor();
  assert.equal(await page.locator("#kontaktstelle").inputValue(), "ikos-jena");
  await page.context().close();
});

test("the own source is entered, looked at and followed, in the words of the contract", { timeout: 60_000 }, async () => {
  const { service, jena } = await office();
  const page = await shared.browser.newPage();
  const asked = [];
  let source = null;
  const place = `${service}/v1/admin/contact-points/ikos-jena/source`;
  await page.route("**/source{,/run}", async (route) => {
    const request = route.request();
    asked.push(`${request.method()} ${new URL(request.url()).pathname.split("/").pop()}`);
    if (request.method() === "PUT") {
      const settings = request.postDataJSON();
      if (!settings.url.startsWith("https://www.selbsthilfe")) return route.fulfill({ status: 422, json: { code: "unprocessable", title: "Nicht verarbeitbar", errors: [{ pointer: "/url", detail: "Nur Ihre eigene Website." }] } });
      source = { contact_point: "ikos-jena", settings: { ...settings, hosts: ["selbsthilfe-jena.example"] }, is_running: false, result: null, message: null, failures: 0, alert: false, attempted_at: null, succeeded_at: null, next_at: null, import_id: null, import_url: null };
    }
    if (request.method() === "POST") source = { ...source, is_running: true };
    const answer = { status: request.method() === "POST" ? 202 : source ? 200 : 404, headers: { location: place }, json: source ?? { code: "not_found" } };
    if (request.method() === "GET" && source?.is_running && asked.filter((one) => one === "GET source").length > 2) answer.json = source = { ...source, is_running: false, result: "updated", attempted_at: "2026-03-01T02:00:00Z", succeeded_at: "2026-03-01T02:00:00Z" };
    await route.fulfill(answer);
  });
  await signIn(page, service, jena);
  await button(page, "Eigene Quelle").click();
  const address = page.getByLabel("Adresse der Liste");
  await address.fill("https://anderswo.example/");
  await button(page, "Speichern").click();
  await page.getByText("Nur Ihre eigene Website.").waitFor();
  await address.fill("https://www.selbsthilfe-jena.example/gruppen.csv");
  await page.getByLabel("Wie oft nachsehen").selectOption("168");
  await button(page, "Speichern").click();
  await button(page, "Jetzt nachsehen").click();
  await page.getByText("übernommen").waitFor();
  assert.equal(await address.inputValue(), "https://www.selbsthilfe-jena.example/gruppen.csv");
  assert.equal(source.settings.interval_hours, 168);
  assert.deepEqual(asked, ["GET source", "PUT source", "PUT source", "POST run", "GET source", "GET source"]);

  // The real service: a host that nobody has approved is refused, in a sentence.
  await page.unroute("**/source{,/run}");
  await page.locator("#kontaktstelle").selectOption("ikos-jena");
  await button(page, "Eigene Quelle").click();
  await page.getByText("Es wurde noch nicht nachgesehen.").waitFor();
  await address.fill("https://anderswo.example/gruppen.csv");
  await button(page, "Speichern").click();
  assert.match(await page.locator("section:not([hidden]) .trouble").textContent(), /anderswo\.example/);
  await page.context().close();
});

test("who signs out while something is in work stays signed out", { timeout: 60_000 }, async () => {
  const { service, jena } = await office();
  const page = await shared.browser.newPage();
  await signIn(page, service, jena);
  await button(page, "Abmelden").waitFor();
  await page.route("**/imports?limit=1", async (route) => {
    await new Promise((done) => setTimeout(done, 800));
    await route.fallback();
  });
  await page.locator("#kontaktstelle").selectOption("ikos-jena");
  await button(page, "Abmelden").click();
  await page.waitForTimeout(1500);
  assert.equal(await button(page, "Abmelden").count(), 0);
  assert.equal(await page.locator("#token").count(), 1);
  await page.context().close();
});

test("without JavaScript the page names the commands", async () => {
  const context = await shared.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(shared.service + "/verwaltung");
  assert.match(await page.locator("#verwaltung").textContent(), /curl -H @token.txt.*wegweiser import --contact-point/s);
  assert.deepEqual(await page.locator("form, input").count(), 0);
  await context.close();
});

for (const [look, options] of [["light", {}], ["dark", { colorScheme: "dark" }], ["forced colours", { forcedColors: "active" }], ["320 px", { viewport: { width: 320, height: 640 } }]]) {
  test(`every state of the staff page is accessible: ${look}`, { timeout: 240_000 }, async () => {
    const { service, jena } = await office(TWO_LISTS);
    const context = await shared.browser.newContext({ ...options, bypassCSP: true });
    const page = await context.newPage();
    const check = async (state) => {
      assert.deepEqual(await violations(page), [], state);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${state}: ${wide} px too wide`);
      const small = await page.evaluate(() => [...document.querySelectorAll("#verwaltung :is(button, input, select, summary)")].map((one) => [one.outerHTML.slice(0, 90), (one.closest("label.check") ?? one).getBoundingClientRect()]).filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html));
      assert.deepEqual(small, [], state);
    };
    await page.goto(service + "/verwaltung");
    await page.locator("#kontaktstelle option").nth(1).waitFor({ state: "attached" });
    await check("sign in");
    await signIn(page, service, "wgw_wrong");
    await page.getByText("Dieser Schlüssel gilt nicht").waitFor();
    await check("wrong token");
    await signIn(page, service, jena);
    await page.getByRole("heading", { name: "Liste einspielen" }).waitFor();
    await check("begin");
    await choose(page, MESSY);
    await page.evaluate(() => document.querySelectorAll(".result details").forEach((box) => (box.open = true)));
    await check("report");
    await button(page, "Jetzt veröffentlichen").click();
    await page.getByRole("heading", { name: "Noch nicht veröffentlicht" }).waitFor();
    await check("held");
    await button(page, "Trotzdem veröffentlichen").click();
    await page.getByRole("dialog").waitFor();
    await check("asked");
    await button(page, "Ja, veröffentlichen").click();
    await page.getByRole("heading", { name: "Veröffentlicht:" }).waitFor();
    await check("published");
    await choose(page, "", "leer.csv");
    await check("unreadable");
    await button(page, "Verlauf").click();
    await page.locator("section:not([hidden]) li.row").first().waitFor();
    await page.locator("section:not([hidden]) li.row summary").first().click();
    await check("history");
    await page.getByRole("button", { name: /^Zu klären/ }).click();
    await page.locator("section:not([hidden]) li.row").first().waitFor();
    await check("reviews");
    await button(page, "Eigene Quelle").click();
    await page.getByLabel("Adresse der Liste").fill("https://anderswo.example/");
    await button(page, "Speichern").click();
    await page.locator(".trouble").waitFor();
    await check("own source refused");
    await page.route("**/reviews", (route) => route.abort());
    await page.getByRole("button", { name: /^Zu klären/ }).click();
    await page.locator("section:not([hidden]) .trouble").waitFor();
    await check("no answer");
    await context.close();
  });
}
