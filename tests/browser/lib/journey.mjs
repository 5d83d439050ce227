// A journey: one test with a server, a browser context and a page that must stay free of errors.
import { existsSync, mkdirSync } from "node:fs";
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { chromium } from "playwright-core";
import { Api, OWNER, PASSWORD } from "./api.mjs";
import { root, startServer } from "./server.mjs";

export const OUT = join(root, "tests/browser/out");
export const LANGUAGES = ["en", "id", "th"];
export const THEMES = ["light", "dark"];
export const DESKTOP = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

// The shell is the same without a window, for a quarter less work.
const CHROMIUM = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser;

/** One Chromium for all journeys of a file. */
export async function launch() {
  const executablePath = process.env.CHROMIUM ?? CHROMIUM.find((path) => existsSync(path));
  assert.ok(executablePath, "no Chromium found: scripts/setup.sh test");
  browser ??= await chromium.launch({ executablePath, args: ARGUMENTS });
  return browser;
}

/** Starts a server for the journeys of a file; it ends with the file. Without `setUp: false` it has its first user. */
export async function relasi({ setUp = true, environment = {}, prepare } = {}) {
  const server = await startServer(environment, prepare);
  after(async () => {
    await browser?.close();
    browser = undefined;
    await server.stop();
  });
  const api = new Api(server.address);
  if (setUp) await api.setUp();
  return { ...server, api };
}

/** A browser context as somebody has it: theme, language, size of the screen. */
export async function context({ address, theme = "light", language = "en", size = DESKTOP, phone = false }) {
  const open = await launch();
  const made = await open.newContext({
    baseURL: address,
    viewport: phone ? PHONE : size,
    hasTouch: phone,
    isMobile: phone,
    locale: { en: "en-GB", id: "id-ID", th: "th-TH" }[language],
    timezoneId: "Asia/Jakarta",
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  await made.addInitScript(
    ([theme, language]) => {
      // Frames of strangers' pages have no storage.
      if (window.origin === "null") return;
      if (localStorage.getItem("relasi.theme") === null) localStorage.setItem("relasi.theme", theme);
      if (localStorage.getItem("relasi.language") === null) localStorage.setItem("relasi.language", language);
    },
    [theme, language],
  );
  return made;
}

/** Signs a context in through the API: its pages then begin with a session. */
export async function signIn(made, email = OWNER.email, password = PASSWORD) {
  const answer = await made.request.post("/api/v1/sessions", { data: { email, password } });
  assert.ok(answer.ok(), `sign-in: ${answer.status()} ${await answer.text()}`);
}

/** Everything that a page must not do: errors, exceptions, breaches of the content security policy, answers of 500. */
function watch(page) {
  const faults = [];
  const under = new Set();
  page.underWay = under;
  // The stream of events has no end.
  page.on("request", (request) => request.url().includes("/events/stream") || under.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => under.delete(request));
  page.on("console", (message) => {
    const text = message.text();
    // The browser itself reports every answer of 400 and more; those that matter are looked at below.
    if (message.type() === "error" && !text.startsWith("Failed to load resource")) faults.push(`console: ${text}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("response", (answer) => {
    if (answer.status() >= 500) faults.push(`${answer.status()} ${answer.url()}`);
  });
  return faults;
}

/** Defines a journey. Options are those of `context`, and `signedIn: false` for a stranger. */
export function journey(app, name, options, body) {
  test(name, { timeout: 300_000 }, async (t) => {
    const made = await context({ address: app.address, ...options });
    try {
      if (options.signedIn !== false) await signIn(made);
      const page = await made.newPage();
      // A journey that passes never waits so long, however busy the machine is.
      page.setDefaultTimeout(45_000);
      const faults = watch(page);
      try {
        await body(page, t);
      } catch (error) {
        await screenshot(page, `failed-${name}`);
        error.message += `\nat ${page.url()}\n${faults.join("\n")}`;
        throw error;
      }
      assert.deepEqual(faults, [], "the page reported errors");
    } finally {
      await made.close();
    }
  });
}

/**
 * The same journey in every language and in both themes: two languages in one, the third in the other. Which of the two
 * goes with which depends on the name, so that every pair is seen by about half of all pages.
 */
export function everywhere(app, name, options, body) {
  const turn = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
  LANGUAGES.forEach((language, place) => {
    const theme = THEMES[(turn + place) % THEMES.length];
    journey(app, `${name} (${theme}, ${language})`, { ...options, theme, language }, (page, t) =>
      body(page, { theme, language }, t),
    );
  });
}

/** Does something again and again until it says that it is so, for a minute at most; for what does not tell by itself. */
export async function until(page, condition, what) {
  for (const limit = Date.now() + 60_000; !(await condition()); await page.waitForTimeout(100)) {
    assert.ok(Date.now() < limit, `a minute went by: ${what}`);
  }
}

/** Waits until half a second has passed in which the page asked for nothing. */
export async function quiet(page) {
  for (let still = 0; still < 5; still = page.underWay.size ? 0 : still + 1) await page.waitForTimeout(100);
}

/** A picture in tests/browser/out. */
export async function screenshot(page, name, options = {}) {
  mkdirSync(OUT, { recursive: true });
  const file = name.toLowerCase().replace(/[^\p{L}\p{N}\p{M}]+/gu, "-").replace(/^-|-$/g, "");
  await page.screenshot({ path: join(OUT, `${file}.png`), animations: "disabled", ...options });
}
