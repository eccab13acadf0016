// build.mjs TARGET TESTED: copies what the pages load out of node_modules into TARGET, all of it or nothing, and what
// only the browser tests load into TESTED. `make assets` runs it.
// The base map is made here too: Natural Earth as GeoJSON, so that the browser needs no further library.
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { feature } = createRequire(import.meta.url)("topojson-client");
const from = (name) => join(here, "node_modules", name);
const [target, tested] = process.argv.slice(2).map((path) => resolve(path));
const fresh = `${target}.new`;

const COPIED = {
  "htmx.js": "htmx.org/dist/htmx.min.js",
  "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
  "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
  "maplibre-gl-shared.mjs": "maplibre-gl/dist/maplibre-gl-shared.mjs",
  "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
};
// Not for the pages: the browser tests load it themselves.
const TESTED_WITH = { "axe.js": "axe-core/axe.min.js" };
const MAPS = {
  "countries-110m.geojson": ["world-atlas/countries-110m.json", "countries"],
  "countries-50m.geojson": ["world-atlas/countries-50m.json", "countries"],
};

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
for (const [name, path] of Object.entries(COPIED)) copyFileSync(from(path), join(fresh, name));
for (const [name, [path, layer]] of Object.entries(MAPS)) {
  const atlas = JSON.parse(readFileSync(from(path), "utf8"));
  const round = (_, value) => (typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value);
  writeFileSync(join(fresh, name), JSON.stringify(feature(atlas, atlas.objects[layer]), round));
}
const versions = Object.keys(JSON.parse(readFileSync(join(here, "package.json"), "utf8")).dependencies)
  .map((name) => `${name} ${JSON.parse(readFileSync(from(`${name}/package.json`), "utf8")).version}`);
writeFileSync(join(fresh, "VERSIONS.txt"), `${versions.join("\n")}\n`);
rmSync(target, { recursive: true, force: true });
renameSync(fresh, target);
mkdirSync(tested, { recursive: true });
for (const [name, path] of Object.entries(TESTED_WITH)) copyFileSync(from(path), join(tested, name));
