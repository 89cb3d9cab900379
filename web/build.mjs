// Builds ts/ into dist/. With --test it builds the tests into node_modules/.cache instead, with --watch it stays.
import { readdir, rm } from "node:fs/promises";
import * as esbuild from "esbuild";

const entries = ["ts/room.ts", "ts/film.ts", "ts/site.ts", "ts/sheet.ts", "ts/passkey.ts", "ts/newproject.ts"];
const common = { bundle: true, format: "esm", target: "es2022", logLevel: "warning" };

async function clean(directory) {
  for (const name of await readdir(directory).catch(() => [])) {
    if (/^[a-z-]+(-[A-Z0-9]{8})?\.js(\.map)?$/.test(name)) await rm(`${directory}/${name}`);
  }
}

if (process.argv.includes("--test")) {
  const outdir = "node_modules/.cache/corridor-test";
  await rm(outdir, { recursive: true, force: true });
  const tests = (await readdir("ts", { recursive: true })).filter((f) => f.endsWith(".test.ts"));
  await esbuild.build({
    ...common, platform: "node", outdir, outExtension: { ".js": ".mjs" }, sourcemap: "inline",
    entryPoints: tests.map((f) => `ts/${f}`), packages: "external",
  });
} else {
  await clean("dist");
  const options = {
    ...common, outdir: "dist", entryPoints: entries, splitting: true, chunkNames: "[name]-[hash]",
    minify: !process.argv.includes("--watch"), sourcemap: "linked", legalComments: "none",
  };
  if (process.argv.includes("--watch")) await (await esbuild.context(options)).watch();
  else await esbuild.build(options);
}
