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

/** Fails when something of these is not wholly within the width of the screen, or cut off by what it stands in. */
export async function within(locator) {
  const out = await locator.evaluateAll((all) =>
    all.flatMap((one) => {
      const box = one.getBoundingClientRect();
      let [left, right] = [0, document.documentElement.clientWidth];
      for (let around = one.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflowX === "visible") continue;
        const edge = around.getBoundingClientRect();
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      }
      const cut = box.left < left - 1 || box.right > right + 1 || one.scrollWidth > one.clientWidth + 1;
      return cut ? [`${one.textContent}: ${box.left}-${box.right} in ${left}-${right}`] : [];
    }),
  );
  assert.ok((await locator.count()) > 0, "there is nothing of these");
  assert.deepEqual(out, []);
}

/** Fails when the page can be scrolled sideways, which no screen of ours may. */
export async function fits(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= room, `the page is ${wide} px wide on a screen of ${room}`);
}
