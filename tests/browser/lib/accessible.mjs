// axe-core in the page: WCAG 2.2 AA and its best practices.
import assert from "node:assert/strict";
import axe from "axe-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails with every violation, the element and what is wrong with it. */
export async function accessible(page, { within } = {}) {
  // Runs through the debugger, which the page's content security policy does not concern.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const violations = await page.evaluate(
    async ([rules, within]) => {
      const result = await window.axe.run(within ?? document, { runOnly: { type: "tag", values: rules } });
      return result.violations.flatMap((violation) =>
        violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)}\n  ${node.failureSummary}`),
      );
    },
    [RULES, within],
  );
  assert.ok(violations.length === 0, violations.join("\n"));
}

/** Fails when the page can be scrolled sideways, which no screen of ours may. */
export async function fits(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= room, `the page is ${wide} px wide on a screen of ${room}`);
}
