// The story page shows every component of the `ui` module; debug builds have it.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();

everywhere(app, "story page", {}, async (page, { theme, language }) => {
  await page.goto("/app/dev/ui");
  await page.locator("h1").first().waitFor();
  assert.equal(await page.getAttribute("html", "lang"), language);
  assert.equal(await page.getAttribute("html", "data-theme"), theme);
  await page.evaluate(() => document.fonts.ready);
  const pages = await page.getByRole("main").getByRole("tab").all();
  for (const [number, tab] of pages.entries()) {
    await tab.click();
    await accessible(page);
    await screenshot(page, `story-${number}-${theme}-${language}`, { fullPage: true });
  }
  assert.ok(pages.length > 0, "the story page has parts");
});

journey(app, "story page on a phone", { phone: true }, async (page) => {
  await page.goto("/app/dev/ui");
  await page.locator("h1").first().waitFor();
  for (const [number, tab] of (await page.getByRole("main").getByRole("tab").all()).entries()) {
    await tab.click();
    await fits(page);
    await screenshot(page, `story-${number}-phone`, { fullPage: true });
  }
});
