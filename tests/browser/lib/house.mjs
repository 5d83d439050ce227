// What pages without the app share with it: fonts of the server itself, colours of the design, lines that Thai fits in.
import assert from "node:assert/strict";

const GROUND = { light: ["rgb(255, 255, 255)", "rgb(0, 108, 108)"], dark: ["rgb(21, 28, 31)", "rgb(96, 211, 205)"] };

/** Fails when a page made by the server looks like something else than Relasi. */
export async function houseStyle(page, theme = "light") {
  await page.evaluate(() => document.fonts.ready);
  const found = await page.evaluate(() => {
    const style = (one) => getComputedStyle(one);
    const probe = document.createElement("i");
    document.body.append(probe);
    probe.style.color = "var(--accent)";
    const accent = style(probe).color;
    probe.remove();
    const heading = style(document.querySelector("h1"));
    return {
      loaded: [...document.fonts].some((font) => font.family === "Plex" && font.status === "loaded"),
      refused: [...document.fonts].some((font) => font.status === "error"),
      family: style(document.body).fontFamily.split(",")[0],
      colours: [style(document.querySelector("main")).backgroundColor, accent],
      line: parseFloat(heading.lineHeight) / parseFloat(heading.fontSize),
    };
  });
  assert.deepEqual(found.colours, GROUND[theme]);
  assert.deepEqual([found.loaded, found.refused, found.family], [true, false, "Plex"]);
  assert.ok(found.line >= 1.5, `lines of the heading are ${found.line} high`);
}
