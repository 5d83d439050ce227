// first_load.mjs ADDRESS EMAIL PASSWORD - what a first visit costs, as one line of JSON: bytes on the wire until the
// sign-in page stands, and milliseconds until the contact list shows rows, with nothing in the browser's cache.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../tests/browser/package.json", import.meta.url))("playwright-core");
const [address, email, password] = process.argv.slice(2);
const executablePath = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((p) => existsSync(p));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"] });

async function visit(path, selector, signedIn) {
  const context = await browser.newContext({ baseURL: address });
  if (signedIn) {
    const answer = await context.request.post("/api/v1/sessions", { data: { email, password } });
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  }
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  let bytes = 0;
  let requests = 0;
  await wire.send("Network.enable");
  wire.on("Network.loadingFinished", (event) => {
    bytes += event.encodedDataLength;
    requests += 1;
  });
  const started = performance.now();
  await page.goto(path);
  await page.locator(selector).first().waitFor({ timeout: 30_000 });
  const shown = performance.now() - started;
  await page.waitForLoadState("networkidle");
  await context.close();
  return { bytes, requests, ms: Math.round(shown) };
}

const first = await visit("/app", "input[type=password]", false);
const list = await visit("/app/contacts", "[role=grid] [role=row]:nth-of-type(3), table tbody tr:nth-of-type(3)", true);
await browser.close();
console.log(JSON.stringify({ first, list }));
