// What the tests of the staff page share: an office with lists and tokens, signing in, choosing a file.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder, run, serve } from "./support.mjs";

export const HEAD = "Nr.;Gruppenname;Thema;PLZ;Ort;Geprüft am\n";
export const row = (n, name, topic, postcode = "07743", checked = "") => `${n};${name};${topic};${postcode};Jena;${checked}\n`;

/** Starts a service that holds these lists; returns its address and tokens. */
export async function office(lists = {}, tokens = { jena: "ikos-jena" }) {
  const where = folder();
  for (const [point, text] of Object.entries(lists)) {
    const file = join(where, `${point}.csv`);
    writeFileSync(file, text);
    const done = run(where, "import", "--contact-point", point, "--yes", file);
    assert.ok(done.status !== 2, done.stdout + done.stderr);
  }
  const service = await serve(where, "--no-example-data");
  const made = Object.entries(tokens).map(([name, point]) => {
    const order = point ? ["--contact-point", point] : ["--operator"];
    const done = run(where, "token", "create", ...order, "--name", "Büro", "--json");
    const token = done.stdout.match(/wgw_\w+/)?.[0];
    assert.ok(token, done.stdout + done.stderr);
    return [name, token];
  });
  return { service, ...Object.fromEntries(made) };
}

/** Signs in. */
export async function signIn(page, service, token, point = "ikos-jena", lang = "") {
  await page.goto(service + "/verwaltung" + lang);
  await page.locator("#kontaktstelle option").nth(1).waitFor({ state: "attached" });
  await page.locator("#kontaktstelle").selectOption(point);
  await page.locator("#token").fill(token);
  await page.locator("#token").press("Enter");
}

/** Chooses a file, and waits for its report. */
export async function choose(page, text, name = "gruppen.csv") {
  await page.locator(".result").waitFor({ state: "attached" });
  await page.evaluate(() => document.querySelector(".result").replaceChildren());
  await page.locator("#datei").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await title(page).waitFor({ timeout: 120_000 });
}

/** The heading of a report. */
export const title = (page) => page.locator(".result > h3[tabindex]");
