/** What axe finds wrong with a page, and what it could not decide that nobody has explained. */
import axe, { type AxeResults, type Result } from "axe-core";
import type { Page } from "playwright-core";

/** What axe leaves to people, and what a person says about it. */
export interface Explained {
  readonly rule: string;
  /** The element's selector, or a part of it. */
  readonly element: RegExp;
  readonly because: string;
}

const worded = ({ id, nodes }: Result) =>
  nodes.map(({ target, failureSummary = "" }) => {
    const [, ...reasons] = failureSummary.split("\n").map((line) => line.trim());
    return `${id}: ${target.join(" ")}: ${reasons.join("; ")}`;
  });

export async function axeFindings(page: Page, explained: readonly Explained[]): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, incomplete } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  const open = incomplete
    .flatMap(worded)
    .filter(
      (each) => !explained.some(({ rule, element }) => each.startsWith(`${rule}: `) && element.test(each)),
    );
  return [...violations.flatMap(worded), ...open.map((each) => `undecided: ${each}`)];
}
