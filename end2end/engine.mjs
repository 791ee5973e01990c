// Runs the form engine of the browser's bundle on the cases of a file and compares with the
// native results in it: node engine.mjs <site> <cases.json>
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

const [site, file] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(site, "manifest.json"), "utf8"));
// Node takes `.mjs` for a module without being told.
const glue = join(mkdtempSync(join(tmpdir(), "engine-")), "app.mjs");
copyFileSync(join(site, manifest.js), glue);
const bundle = await import(glue);
bundle.initSync({ module: readFileSync(join(site, manifest.wasm)) });

let compared = 0;
for (const { form, context, cases } of JSON.parse(readFileSync(file, "utf8"))) {
  for (const { answers, native } of cases) {
    const browser = bundle.evaluate(form, answers, context);
    if (!browser || !isDeepStrictEqual(JSON.parse(browser), JSON.parse(native))) {
      console.error(`different on ${answers}\nbrowser ${browser}\nnative  ${native}`);
      process.exit(1);
    }
    compared += 1;
  }
}
console.log(compared);
