// Builds web/dist from web/src, web/texts and web/map.json: `node build.mjs` writes, `--check` says
// whether what is committed is what the sources give. Same sources, same bytes.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync, mkdirSync, existsSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { minify } from "terser";

const here = fileURLToPath(new URL(".", import.meta.url));
const read = (path) => readFileSync(here + path, "utf8");
/** Script and styles together, as they travel; the promise to those who embed it. */
const MAX_GZIP_BYTES = 14_000;
/** The service packs with another encoder, whose file was 64 bytes larger when both were measured. */
const ENCODERS_DIFFER_BYTES = 70;
const OTHERS = ["en", "de-x-leicht", "ru", "uk", "ar", "vi"];
/** What the widget says before there is an answer, or when none comes: built in, in German. */
const AT_ONCE = ["title", "q", "q_hint", "place", "place_hint", "submit", "privacy", "sign_video", "suggestions", "suggestion_count", "suggestion_count_1", "groups", "groups_1", "no_groups", "loading", "error", "offline", "busy", "retry", "call", "contact_points", "bad_place", "bad_place_meant", "bad_request"];
const TARGET = ["chrome93", "firefox101", "safari16.4"];

/** The catalogue's keys that occur only as say("key") get short names in the bundle. */
const sources = readdirSync(here + "src").filter((name) => name.endsWith(".ts")).map((name) => read(`src/${name}`)).join("");
const german = JSON.parse(read("texts/de.json")).search;
const said = new Set([...sources.matchAll(/say\("(\w+)"/g)].map(([, key]) => key));
for (const key of said) if (!(key in german)) throw new Error(`web/texts/de.json has no "${key}"`);
/** A short name follows from its key alone, so that a pinned script understands later catalogues. */
const named = (key) => createHash("sha256").update(key).digest("base64url").replace(/[-_\d]/g, "").slice(0, 3);
const short = Object.fromEntries([...said].filter((key) => !sources.replaceAll(`say("${key}"`, "").includes(`"${key}"`)).map((key) => [key, named(key)]));
if (new Set([...Object.values(short), ...Object.keys(german)]).size < Object.keys(short).length + Object.keys(german).length) throw new Error("two keys of web/texts/de.json have one short name: rename one");
/** Forms of a text: for one number (`_1`), or for a kind of numbers as Unicode's plural rules have it (`_few`). */
const FORM = /^(\w+)_(\d|zero|one|two|few|many)$/;
const shortened = (key) => short[key] ?? key.replace(FORM, (whole, stem, form) => (stem in short ? `${short[stem]}_${form}` : whole));

/** Returns what the widget says in a language, under the names that the bundle knows. */
function catalogue(lang) {
  const { search } = JSON.parse(read(`texts/${lang}.json`));
  for (const key in search) if (!(key in german) && !(key.replace(FORM, "$1") in german)) throw new Error(`web/texts/${lang}.json has "${key}", which de.json has not`);
  return Object.fromEntries(Object.entries({ ...german, ...search }).map(([key, text]) => [shortened(key), text]));
}

/** Every word of the staff page stands in both of its languages. */
const staff = Object.fromEntries(["de", "en"].map((lang) => [lang, JSON.parse(read(`texts/${lang}.json`)).staff]));
const spoken = readdirSync(here + "src/staff").filter((name) => name.endsWith(".ts")).map((name) => read(`src/staff/${name}`)).join("");
for (const [, key] of spoken.matchAll(/\bsay\(\s*"(\w+)"/g)) if (!(key in staff.de) && !key.endsWith("_")) throw new Error(`web/texts/de.json: staff has no "${key}"`);
for (const [one, other] of [["de", "en"], ["en", "de"]]) for (const key in staff[one]) if (!(key in staff[other])) throw new Error(`web/texts/${other}.json: staff has no "${key}"`);

const words = {
  name: "words",
  setup(build) {
    build.onResolve({ filter: /^texts:/ }, ({ path }) => ({ path, namespace: "words" }));
    build.onLoad({ filter: /^texts:de$/, namespace: "words" }, () => ({ contents: JSON.stringify(Object.fromEntries(AT_ONCE.map((key) => [shortened(key), german[key]]))), loader: "json" }));
    build.onLoad({ filter: /^texts:staff$/, namespace: "words" }, () => ({ contents: JSON.stringify(staff), loader: "json" }));
    build.onLoad({ filter: /^texts:others$/, namespace: "words" }, () => ({ contents: JSON.stringify(OTHERS), loader: "json" }));
    build.onLoad({ filter: /src\/\w+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/say\("(\w+)"/g, (whole, key) => (key in short ? `say("${short[key]}"` : whole)),
      loader: "ts",
    }));
    // Whom to call when the service does not answer: the bodies of the two states.
    build.onLoad({ filter: /^texts:state-bodies$/, namespace: "words" }, () => {
      const [heads, ...rows] = read("../index/contact_points/contact_points.tsv").trim().split("\n").map((line) => line.split("\t"));
      const at = (name) => heads.indexOf(name);
      const bodies = rows.filter((row) => row[at("level")] === "state").map((row) => [row[at("name")].split(" – ")[0], row[at("phone")]]);
      return { contents: JSON.stringify(bodies), loader: "json" };
    });
  },
};

const styles = (await transform(read("src/widget.css"), { loader: "css", minify: true, target: TARGET })).code.trim();
const bundle = await build({
  absWorkingDir: here,
  entryPoints: ["src/widget.ts"],
  bundle: true,
  minify: true,
  format: "iife",
  target: TARGET,
  charset: "utf8",
  legalComments: "none",
  plugins: [words, { name: "css", setup: (build) => build.onLoad({ filter: /\.css$/ }, () => ({ contents: styles, loader: "text" })) }],
  write: false,
});
const packed = await minify(bundle.outputFiles[0].text, { ecma: 2021, compress: { passes: 3 }, format: { comments: false } });
const office = await build({
  absWorkingDir: here,
  entryPoints: ["src/staff/main.ts"],
  bundle: true,
  minify: true,
  format: "iife",
  target: TARGET,
  charset: "utf8",
  legalComments: "none",
  plugins: [words],
  write: false,
});
const page = (await transform(read("src/widget.css") + read("src/page.css"), { loader: "css", minify: true, target: TARGET })).code;
const files = { "widget.js": packed.code, "style.css": page, "staff.js": office.outputFiles[0].text };
files["staff.css"] = (await transform(read("src/staff/staff.css"), { loader: "css", minify: true, target: TARGET })).code;
files["frame.js"] = (await transform(read("src/frame.ts"), { loader: "ts", minify: true, target: TARGET, format: "iife" })).code;
files["map.json"] = JSON.stringify(JSON.parse(read("map.json")));
for (const lang of ["de", ...OTHERS]) files[`${lang}.json`] = JSON.stringify(catalogue(lang));

const size = gzipSync(files["widget.js"], { level: 9 }).length;
console.log(`widget.js: ${files["widget.js"].length} bytes, ${size} gzip (limit ${MAX_GZIP_BYTES}); styles in it: ${styles.length}`);
let isWrong = size > MAX_GZIP_BYTES - ENCODERS_DIFFER_BYTES;
if (isWrong) console.error("widget.js is larger than promised");

mkdirSync(here + "dist", { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const path = `dist/${name}`;
  if (!process.argv.includes("--check")) {
    writeFileSync(here + path, text);
  } else if (!existsSync(here + path) || read(path) !== text) {
    console.error(`web/${path} is not what its sources give: run \`make web\` and commit it`);
    isWrong = true;
  }
}
process.exit(isWrong ? 1 : 0);
