// Parts of the app that come late: before they are asked for, not at all, from a server that was renewed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible } from "../lib/accessible.mjs";
import { LANGUAGES, context, journey, quiet, relasi, screenshot, signIn } from "../lib/journey.mjs";

const app = await relasi();
const PART = "**/assets/split_admin-*.wasm";
const FAULT = {
  en: "This screen could not be loaded.",
  id: "Layar ini tidak dapat dimuat.",
  th: "โหลดหน้าจอนี้ไม่ได้",
};
const AGAIN = { en: "Try again", id: "Coba lagi", th: "ลองอีกครั้ง" };

journey(app, "parts come while nothing else goes on, then screens need nothing more", {}, async (page) => {
  const part = page.waitForResponse(PART);
  await page.goto("/app/contacts");
  assert.equal((await part).status(), 200);
  await quiet(page);
  const late = [];
  page.on("request", (request) => /\.(wasm|pack)$/.test(request.url()) && late.push(request.url()));
  await page.locator('a[href="/app/settings"]').first().click();
  await page.locator(".settings-page > *").first().waitFor();
  assert.deepEqual(late, []);
});

/** A page that may report errors: its part does not come. */
async function without(language, refuse, body) {
  const made = await context({ address: app.address, language });
  try {
    await signIn(made);
    const page = await made.newPage();
    page.setDefaultTimeout(20_000);
    await page.route(PART, refuse);
    await page.goto("/app/settings/profile");
    const fault = page.getByRole("alert").filter({ hasText: FAULT[language] });
    await fault.waitFor();
    await body(page, fault);
  } finally {
    await made.close();
  }
}

for (const language of LANGUAGES) {
  test(`a part that does not come says so and can be asked for again (${language})`, { timeout: 120_000 }, () =>
    without(language, (route) => route.abort(), async (page, fault) => {
      await accessible(page);
      await screenshot(page, `part-fault-${language}`);
      await page.unroute(PART);
      await fault.getByRole("button", { name: AGAIN[language] }).click();
      await page.locator(".settings-page > *").first().waitFor();
      assert.equal(await fault.count(), 0);
    }),
  );
}

test("a server that has other parts by now gets the page loaded anew", { timeout: 120_000 }, () =>
  without("en", (route) => route.fulfill({ status: 404 }), async (page, fault) => {
    await page.evaluate(() => (window.before = true));
    await fault.getByRole("button", { name: AGAIN.en }).click();
    await page.waitForFunction(() => window.before === undefined);
    await page.unroute(PART);
    await page.reload();
    await page.locator(".settings-page > *").first().waitFor();
  }),
);
