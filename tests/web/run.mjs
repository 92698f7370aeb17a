// Runs all tests in the browser over one service and one browser: node tests/web/run.mjs [WORD…]
// With words, only the files whose names have one of them.
import { after, before } from "node:test";
import { readdirSync } from "node:fs";
import { browse, end, serve } from "./support.mjs";

export const shared = {};
globalThis.shared = shared;
before(async () => {
  [shared.service, shared.browser] = await Promise.all([serve(), browse()]);
});
after(end);
const words = process.argv.slice(2);
const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".test.mjs"));
for (const name of files.sort()) {
  if (!words.length || words.some((word) => name.includes(word))) await import(`./${name}`);
}
