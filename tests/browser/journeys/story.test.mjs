// The story page shows every component of the `ui` module; debug builds have it.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi({ setUp: false });

everywhere(app, "story page", { signedIn: false }, async (page, { theme, language }) => {
  await page.goto("/app/dev/ui");
  await page.locator("h1").first().waitFor();
  assert.equal(await page.getAttribute("html", "lang"), language);
  assert.equal(await page.getAttribute("html", "data-theme"), theme);
  await page.evaluate(() => document.fonts.ready);
  await accessible(page);
  await screenshot(page, `story-${theme}-${language}`, { fullPage: true });
});

journey(app, "story page on a phone", { signedIn: false, phone: true }, async (page) => {
  await page.goto("/app/dev/ui");
  await page.locator("h1").first().waitFor();
  await fits(page);
  await screenshot(page, "story-phone", { fullPage: true });
});
