// What the search weighs on a telephone's line.
import assert from "node:assert/strict";
import { get } from "node:http";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const { shared } = globalThis;

/** Returns status, coding and bytes as they travel. */
const fetched = (url, coding) =>
  new Promise((done, fail) => {
    get(url, { headers: { "Accept-Encoding": coding } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => done({ coding: response.headers["content-encoding"], body: Buffer.concat(chunks) }));
    }).on("error", fail);
  });

/** Asks until the compressed form, which is made beside the first answers, is there. */
async function packed(url, coding) {
  for (let n = 0; n < 300; n++) {
    const found = await fetched(url, coding);
    if (found.coding === coding) return found.body.length;
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error(`${url} never came as ${coding}`);
}

test("script and styles are at most 14 kB", async () => {
  const plain = await fetched(shared.service + "/widget.js", "identity");
  assert.ok(gzipSync(plain.body, { level: 9 }).length <= 14_000);
  assert.ok((await packed(shared.service + "/widget.js", "gzip")) <= 14_000);
});

test("the dictionary is at most 60 kB in each language", async () => {
  for (const lang of ["de", "en"]) {
    const name = JSON.parse((await fetched(`${shared.service}/v1/dictionary.json?lang=${lang}`, "identity")).body);
    const size = await packed(`${shared.service}/v1/dictionary/${name.hash}.json`, "br");
    console.log(`dictionary ${lang}: ${size} bytes brotli`);
    assert.ok(size <= 60_000, `${lang}: ${size}`);
  }
});
