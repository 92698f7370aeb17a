// Pictures of every state, to be looked at: node tests/web/screenshots.mjs [FOLDER | --readme]
// With --readme only the three of README.md, into web/pictures.
//
// Would somebody trust this page on the worst day of their life?
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HEAD, choose, office, row, signIn, title } from "./staff.mjs";
import { browse, end, parts, root, search, serve } from "./support.mjs";

const isForReadme = process.argv[2] === "--readme";
const folder = isForReadme ? join(root, "web/pictures") : process.argv[2] ?? join(root, "target/screenshots");
mkdirSync(folder, { recursive: true });

const [service, browser] = await Promise.all([serve(), browse()]);
const LOOKS = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 },
  desktop: { viewport: { width: 1100, height: 850 } },
  dark: { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
  forced: { viewport: { width: 800, height: 850 }, forcedColors: "active" },
  narrow: { viewport: { width: 320, height: 640 } },
};
const STATES = {
  "01-empty": async () => {},
  "02-typing": async (page) => {
    await parts(page).q.pressSequentially("zuckerkr");
    await parts(page).options.first().waitFor();
    await page.keyboard.press("ArrowDown");
  },
  "03-results": (page) => search(page, "Fibromialgie", "07743"),
  "04-filters": async (page) => {
    await search(page, "Depression", "Jena");
    await page.locator(".ws .ws .filters summary").click();
  },
  "05-map": async (page) => {
    await search(page, "Depression");
    await page.locator(".ws .ws .mapbox summary").click();
    await page.locator(".map button").first().waitFor();
    await page.locator(".ws .ws .mapbox").scrollIntoViewIfNeeded();
  },
  "06-ladder": (page) => search(page, "Progerie", "Zwickau"),
  "07-crisis": (page) => search(page, "ich will nicht mehr leben"),
  "08-alternatives": (page) => search(page, "MS", "Zwickau"),
  "09-nothing": (page) => search(page, "Xqzvwjkpp"),
  "10-place": async (page) => {
    await parts(page).place.fill("Xqzvwjkpp");
    await parts(page).place.press("Enter");
    await page.locator(".ws .ws .note").first().waitFor();
  },
  "11-error": async (page) => {
    await page.route("**/v1/groups/search", (route) => route.abort());
    await parts(page).q.fill("Angst");
    await parts(page).q.press("Enter");
    await page.locator("[data-k=retry]").waitFor();
  },
};
/** Searches in any language. */
const foreign = async (page, q, place = "") => {
  await page.locator(".ws .ws #q").fill(q);
  await page.locator(".ws .ws #place").fill(place);
  await page.locator(".ws .ws #q").press("Enter");
  await page.locator(".ws .ws [data-k=heading]").waitFor();
};
/** States in other languages, right to left among them. */
const FOREIGN = {
  "1-empty": async () => {},
  "2-typing": async (page) => {
    await page.locator(".ws .ws #q").pressSequentially("zuckerkr");
    await page.getByRole("option").first().waitFor();
  },
  "3-results": async (page) => {
    await foreign(page, "Depression", "Jena");
    await page.locator(".ws .ws .filters summary").click();
  },
  "4-ladder": (page) => foreign(page, "Progerie", "Zwickau"),
  "5-crisis": (page) => foreign(page, "suizid"),
  "6-05-map": async (page) => {
    await foreign(page, "Depression");
    await page.locator(".ws .ws .mapbox summary").click();
    await page.locator(".map button").first().waitFor();
  },
};
const found = await (await fetch(service + "/v1/groups?q=Fibromyalgie&limit=3")).json();
const PAGES = { group: `/gruppe/${found.items[1].id}`, points: "/kontaktstellen", topics: "/themen", topic: "/thema/fibromyalgie", embed: "/einbetten", access: "/barrierefreiheit", privacy: "/datenschutz", english: "/?lang=en", easy: "/?lang=de-x-leicht", ...Object.fromEntries(["ar", "ru"].flatMap((lang) => [["group", `/gruppe/${found.items[1].id}`], ["points", "/kontaktstellen"], ["topic", "/thema/fibromyalgie"], ["privacy", "/datenschutz"]].map(([name, path]) => [`${name}-${lang}`, `${path}?lang=${lang}`]))), colours: "/einbetten?accent=%23ffd400&text=%23000000", problem: "/problems/not_found" };

const OLD = new Date(Date.now() - 400 * 86_400_000).toISOString().slice(0, 10);
const LIST = HEAD + row(1, "Lichtblick", "Depression", "07743", OLD) + row(2, "Mutmacher", "Angst und Panikk") + row(3, "Angst und Panik Jena", "Angst") + row(4, "Herzenssache", "Herzinfarkt") + row(5, "Süßes Leben", "Diabetes") + row(6, "Atempause", "COPD");
const MESSY = "Unsere Selbsthilfegruppen, Stand März;;;;;\n" + LIST.replace("Lichtblick;Depression;07743", "Lichtblick;Depression;7743").replace("Herzenssache;Herzinfarkt;07743", "Herzenssache;Herzinfarkt;077433").replace("Süßes Leben", "Süßes Leben Jena") + row(7, "Neuer Mut", "Fibromyalgie");
const STAFF = {
  "1-sign-in": async () => {},
  "2-begin": (page, sign) => sign(),
  "3-report": async (page, sign) => {
    await sign();
    await choose(page, MESSY);
    await page.locator("details", { hasText: "geänderte" }).locator("summary").click();
  },
  "4-held": async (page, sign) => {
    await sign();
    await choose(page, HEAD + row(1, "Lichtblick", "Depression"));
    await page.getByRole("button", { name: "Jetzt veröffentlichen" }).click();
    await title(page).filter({ hasText: "Noch nicht" }).waitFor();
  },
  "5-asked": async (page, sign) => {
    await STAFF["4-held"](page, sign);
    await page.getByRole("button", { name: "Trotzdem veröffentlichen" }).click();
  },
  "6-published": async (page, sign) => {
    await sign();
    await choose(page, MESSY.replace("077433", "07743"));
    await page.getByRole("button", { name: "Jetzt veröffentlichen" }).click();
    await title(page).filter({ hasText: /^Veröffentlicht/ }).waitFor();
  },
  "7-reviews": async (page, sign) => {
    await sign();
    await page.getByRole("button", { name: /^Zu klären/ }).click();
    await page.locator("section:not([hidden]) li.row").first().waitFor();
  },
  "8-history": async (page, sign) => {
    await sign();
    await page.getByRole("button", { name: "Verlauf" }).click();
    await page.locator("section:not([hidden]) li.row").first().waitFor();
  },
};

/** Takes a picture of at most two screens. */
async function picture(page, name, { height }) {
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  const from = name.includes("05-map") ? Math.max(0, whole - 1.6 * height) : 0;
  await page.screenshot({ path: join(folder, name + ".png"), fullPage: true, clip: { x: 0, y: from, width: page.viewportSize().width, height: Math.min(whole - from, 1.6 * height) } });
}

/** Pictures of README.md: the search alone, as it stands in other people's pages. */
const README = { typing: ["phone", "02-typing", 360], crisis: ["phone", "07-crisis", 700], results: ["desktop", "04-filters", 684] };
for (const [name, [look, state, height]] of Object.entries(isForReadme ? README : {})) {
  const page = await (await browser.newContext(LOOKS[look])).newPage();
  await page.goto(service);
  await parts(page).q.waitFor();
  await STATES[state](page);
  await page.waitForTimeout(250);
  const box = await page.locator("wegweiser-suche").boundingBox();
  const top = (await page.evaluate(() => scrollY)) + box.y;
  await page.screenshot({ path: join(folder, name + ".png"), fullPage: true, clip: { x: box.x, y: top, width: box.width, height } });
}

for (const [look, options] of Object.entries(isForReadme ? {} : LOOKS)) {
  const context = await browser.newContext(options);
  for (const [state, reach] of Object.entries(STATES)) {
    const page = await context.newPage();
    await page.goto(service);
    await parts(page).q.waitFor();
    await reach(page);
    await page.waitForTimeout(250);
    await picture(page, `${look}-${state}`, options.viewport);
    await page.close();
  }
  for (const lang of look === "narrow" || look === "desktop" ? ["ar", "ru"] : []) {
    for (const [state, reach] of Object.entries(FOREIGN)) {
      const page = await context.newPage();
      await page.goto(`${service}/?lang=${lang}`);
      await page.locator(".ws .ws #q").waitFor();
      await reach(page);
      await page.waitForTimeout(250);
      await picture(page, `${look}-${lang}-${state}`, options.viewport);
      await page.close();
    }
  }
  for (const [name, path] of Object.entries(look === "phone" || look === "desktop" ? PAGES : {})) {
    const page = await context.newPage();
    await page.goto(service + path);
    await picture(page, `${look}-page-${name}`, options.viewport);
    await page.close();
  }
  const staff = await office({ "ikos-jena": LIST, "kiss-dresden": HEAD + row(9, "Angst & Panik Jena", "Angst") });
  for (const [state, reach] of Object.entries(STAFF)) {
    const page = await context.newPage();
    await page.goto(staff.service + "/verwaltung");
    await page.locator("#kontaktstelle option").nth(1).waitFor({ state: "attached" });
    await reach(page, async () => {
      await signIn(page, staff.service, staff.jena);
      await page.getByRole("button", { name: "Abmelden" }).waitFor();
    });
    await page.waitForTimeout(250);
    await picture(page, `${look}-staff-${state}`, options.viewport);
    await page.close();
  }
  await context.close();
}
await end();
console.log(folder);
