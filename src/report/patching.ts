/** Which models serve from images that are behind their plans' limits, as a person reads it: by what, and what to do. */
import type { PatchStatus, PlannedPatches } from "../core/gates/patching.ts";
import { printable } from "../core/input/bad-input.ts";
import { margin, type Page } from "./summary/page.ts";
import { counted } from "./text/figures.ts";
import { wrap } from "./text/layout.ts";

/** Those that are behind, each with what it is short of; last, how many are not. */
export function patchPage(models: readonly PlannedPatches[], { width, paint }: Page): string[] {
  const behind = models.filter(({ isBehind }) => isBehind);
  const well = models.length - behind.length;
  const inner = `${margin}  `;
  const folded = (text: string) => wrap(printable(text), width - inner.length).map((line) => inner + line);
  const lines = behind.flatMap((status) => [
    ...wrap(`${printable(status.model)}, on ${printable(status.endpoint)}`, width - inner.length).map(
      (line, nth) => (nth === 0 ? `${margin}${paint.red("✖")} ${line}` : inner + line),
    ),
    ...shortOf(status).flatMap(folded),
    ...folded(nextText(status)),
  ]);
  const others = `${counted(well, "model")} within ${well === 1 ? "its plan's limits" : "their plans' limits"}`;
  return well === 0 ? lines : [...lines, `${margin}${paint.green("✔")} ${others}`];
}

const nextText = ({ nextPatch }: PlannedPatches): string =>
  nextPatch === null
    ? "no patch release is planned: milestones.patch of its plan would have one on a date"
    : `the next date of its patch releases: ${nextPatch.slice(0, 16).replace("T", " ")} UTC`;

function shortOf({ fleets, unknown }: PatchStatus): string[] {
  if (unknown !== null) return [`not known: ${unknown}`];
  return fleets.flatMap(({ variant, answers }) =>
    answers.flatMap(({ gate, status, expected, found, todo }) =>
      status === "pass"
        ? []
        : [
            `${variant}, ${gate}: expected ${expected}; ${status === "fail" ? "found" : "not known:"} ${found}; to do: ${todo}`,
          ],
    ),
  );
}
