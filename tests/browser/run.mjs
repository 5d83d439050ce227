// run.mjs [FILE...] - the journeys of the files given, or of all, two files at a time.
//
// A file with a failed journey runs once more when all others have ended, by itself: its journeys share a server, so one
// of them alone would not find what those before it left. Who fails again has failed; who passes then is called flaky,
// with what was wrong at first, and counts as passed. Many failures at once are no accident: nothing runs again.
import { readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const JOURNEYS = join(here, "journeys");
const AT_ONCE = Number(process.env.RELASI_JOURNEYS_AT_ONCE ?? Math.min(2, availableParallelism()));
const MOST_AGAIN = 10;

/** Those with much in them first, so that none of them is left alone at the end. */
function all() {
  const files = readdirSync(JOURNEYS).filter((name) => name.endsWith(".test.mjs"));
  const size = (path) => statSync(path).size;
  return files.map((name) => join(JOURNEYS, name)).sort((one, other) => size(other) - size(one));
}

const indented = (text) => text.replace(/^/gm, "  ");

/** What was wrong: of a failed test the error itself, not the runner's about it. */
function reason(error) {
  const cause = error?.cause ?? error;
  return typeof cause === "string" ? cause : inspect(cause, { colors: false });
}

/** Runs a file; how each of its journeys ended, by file and names. One that broke off is itself one that failed. */
async function ended(file) {
  const found = new Map();
  const names = [];
  // A run for each file: reports name the line that defines a journey, which lies in `lib`, and not the file it is in.
  const stream = run({ files: [file], concurrency: 1 });
  const note = (passed) => (data) => {
    if (data.skip !== undefined || data.todo !== undefined) throw new Error(`${data.name} did not run`);
    // A file passes when all in it do; only its breaking off says something of its own.
    const whole = resolve(data.name) === file;
    if (whole && (passed || [...found.values()].some((journey) => !journey.passed))) return;
    if (data.details?.error?.failureType === "subtestsFailed") return;
    const name = whole ? "the whole file" : [...names.slice(0, data.nesting), data.name].join(" > ");
    const why = passed ? undefined : reason(data.details?.error);
    console.log(`${passed ? "✔" : "✖"} ${basename(file, ".test.mjs")}: ${name} (${Math.round(data.details?.duration_ms ?? 0)} ms)`);
    if (why) console.log(indented(why));
    let key = `${relative(here, file)}: ${name}`;
    for (let n = 2; found.has(key); n += 1) key = `${relative(here, file)}: ${name} (${n})`;
    found.set(key, { file, whole, passed, why });
  };
  stream.on("test:start", (data) => (names[data.nesting] = data.name));
  stream.on("test:pass", note(true));
  stream.on("test:fail", note(false));
  stream.on("test:stderr", (data) => process.stderr.write(data.message));
  await new Promise((done, broken) => stream.on("end", done).on("error", broken).resume());
  return found;
}

/** Runs files, some at a time; how all of their journeys ended. */
async function allEnded(files, atOnce) {
  const left = [...files];
  const found = [];
  const runner = async () => {
    while (left.length > 0) found.push(...(await ended(left.shift())));
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
  return new Map(found);
}

const files = process.argv.length > 2 ? process.argv.slice(2).map((path) => resolve(path)) : all();
const journeys = await allEnded(files, AT_ONCE);
const failed = [...journeys].filter(([, journey]) => !journey.passed);
const flaky = [];
if (failed.length > 0 && failed.length <= MOST_AGAIN) {
  const again = [...new Set(failed.map(([, journey]) => journey.file))];
  console.log(`\n${failed.length} failed; once more: ${again.map((path) => relative(here, path)).join(", ")}`);
  const second = await allEnded(again, 1);
  for (const [key, journey] of failed) {
    // Of a file that broke off nothing is known but that it ends well now.
    const well = () => [...second.values()].every((other) => other.file !== journey.file || other.passed);
    const passed = journey.whole ? well() : second.get(key)?.passed;
    if (!passed) continue;
    if (journey.whole) journeys.delete(key);
    else journeys.set(key, { ...journey, passed: true });
    flaky.push([key, journey]);
  }
  for (const [key, journey] of second) if (!journeys.has(key)) journeys.set(key, journey);
}

const lost = [...journeys].filter(([, journey]) => !journey.passed);
if (lost.length > 0) console.log("\nfailed journeys:");
for (const [key, { why }] of lost) console.log(`✖ ${key}\n${indented(why)}`);
if (flaky.length > 0) console.log("\npassed at the second try only:");
for (const [key, { why }] of flaky) console.log(`flaky: ${key}\n${indented(why)}`);
// Read by scripts/tally.sh.
console.log(`\nℹ pass ${journeys.size - lost.length}\nℹ fail ${lost.length}`);
process.exitCode = lost.length > 0 || journeys.size === 0 ? 1 : 0;
