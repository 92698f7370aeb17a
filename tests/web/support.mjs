// What the tests in the browser share: the real service over the example data, Debian's Chromium,
// and a foreign website that embeds the search.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
export const root = fileURLToPath(new URL("../..", import.meta.url));
export const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const program = process.env.WEGWEISER_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/wegweiser");

const endings = [];

/** Ends what was begun, the last first. */
export async function end() {
  for (const one of endings.reverse()) await one();
  endings.length = 0;
}

/** Runs a command of the program to its end. */
export function run(folder, ...args) {
  return spawnSync(program, [...args, "--data-dir", join(folder, "data"), "--index-dir", join(folder, "index")], { encoding: "utf8" });
}

export function folder() {
  const made = mkdtempSync(join(tmpdir(), "wegweiser-web-"));
  endings.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Starts the service; returns its address. */
export async function serve(where = folder(), ...args) {
  if (!existsSync(program)) throw new Error(`${program} is missing: cargo build, or set WEGWEISER_BIN`);
  const child = spawn(program, ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "off", "--json", "--data-dir", join(where, "data"), "--index-dir", join(where, "index"), ...args]);
  let said = "";
  let errors = "";
  child.stderr.on("data", (text) => (errors += text));
  const address = await new Promise((resolve, reject) => {
    child.stdout.on("data", (text) => {
      said += text;
      const found = said.match(/"address":\s*"([^"]+)"/);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`the service ended with ${code}: ${errors}`)));
  });
  endings.push(() => new Promise((done) => child.once("exit", done) && child.kill("SIGTERM")));
  return address;
}

/** Starts the browser. */
export async function browse() {
  const known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", process.env.CHROMIUM].filter(Boolean);
  const executablePath = known.find((path) => existsSync(path));
  if (!executablePath) throw new Error("Chromium is missing (Debian: apt-get install chromium)");
  const isRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({ executablePath, args: ["--no-proxy-server", ...(isRoot ? ["--no-sandbox"] : [])] });
  endings.push(() => browser.close());
  if (process.env.WEB_DIST) fromDist(browser);
  return browser;
}

/** While somebody works on web/: serves script and styles from web/dist, without compiling. */
function fromDist(browser) {
  const plain = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await plain(options);
    for (const name of ["widget.js", "style.css", "staff.js", "staff.css", ...["de", "en", "de-x-leicht", "ru", "uk", "ar", "vi"].map((lang) => `widget/${lang}.json`)]) await context.route("**/" + name, (route) => route.fulfill({ path: join(root, "web/dist", name.replace("widget/", "")), headers: { "Access-Control-Allow-Origin": "*" } }));
    return context;
  };
  browser.newPage = async (options) => (await browser.newContext(options)).newPage();
}

/** Starts a foreign website; `pages` gives head and body of each path. Returns its address. */
export async function website(pages) {
  const server = createServer((request, response) => {
    const page = pages[request.url.split("?")[0]];
    const { headers = {}, body = "" } = page ?? {};
    response.writeHead(page ? 200 : 404, { "Content-Type": "text/html; charset=utf-8", ...headers });
    response.end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  endings.push(() => new Promise((done) => { server.close(done); server.closeAllConnections(); }));
  return `http://127.0.0.1:${server.address().port}`;
}

/** Returns the line of HTML that embeds the search. */
export const line = (service, attributes = "") =>
  `<script src="${service}/widget.js" async></script><wegweiser-suche endpoint="${service}" ${attributes}></wegweiser-suche>`;

/** Notes every request of a page. */
export function listen(page) {
  const requests = [];
  page.on("request", (request) => requests.push({ method: request.method(), url: request.url(), body: request.postData() ?? "" }));
  return requests;
}

/** Notes every complaint of a page. */
export function complaints(page) {
  const found = [];
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("console", (message) => message.type() === "error" && found.push(message.text()));
  return found;
}

/** The parts of the embedded search. */
export const parts = (page) => ({
  q: page.getByRole("combobox", { name: "Thema oder Krankheit" }),
  place: page.getByRole("combobox", { name: "Ort oder Postleitzahl" }),
  options: page.getByRole("option"),
  heading: page.locator(".ws .out [data-k=heading]"),
  cards: page.locator(".ws .out .card"),
  status: page.locator(".ws [role=status]").first(),
});

/** Searches, and waits for the answer. */
export async function search(page, q, place = "") {
  const { q: field, place: where, heading } = parts(page);
  await field.fill(q);
  await where.fill(place);
  await where.press("Enter");
  await heading.waitFor();
}

/** Waits until nothing fades any more; what still loads after two seconds is a state of its own. */
async function settled(page) {
  const isStill = () => {
    const roots = [document, ...[...document.querySelectorAll("*")].flatMap((element) => element.shadowRoot ?? [])];
    return roots.every((root) => !root.querySelector("[aria-busy]") && root.getAnimations().every(({ playState }) => playState !== "running"));
  };
  await page.waitForFunction(isStill, null, { timeout: 2000 }).catch((cause) => {
    if (cause.name !== "TimeoutError") throw cause;
  });
}

/** Returns what axe finds wrong, shortened. */
export async function violations(page) {
  await settled(page);
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary.split("\n")[1]?.trim()}`));
}
