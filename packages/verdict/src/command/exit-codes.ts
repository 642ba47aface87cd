/** How a conclusion is told to whoever called: a job or a webhook that knows exit codes only. */
import type { VerdictName } from "../conclusion/verdict.ts";
import type { Mistake } from "../minutes/mistakes.ts";

const codes: Readonly<Record<VerdictName, number>> = {
  pass: 8,
  fail: 2,
  inconclusive: 5,
  "no-data": 6,
  undecided: 7,
};

/** 0 for the conclusions of `zero`. */
export const exitCodeOf = (conclusion: VerdictName, zero: readonly VerdictName[]): number =>
  zero.includes(conclusion) ? 0 : codes[conclusion];

const names = Object.keys(codes) as VerdictName[];

/** The conclusions that a list names, or what is wrong with it. */
export function zeroOf(list: string | undefined): {
  zero: readonly VerdictName[];
  mistakes: readonly Mistake[];
} {
  const words = (list ?? "pass").split(",").map((word) => word.trim());
  const strange = words.filter((word) => !names.some((name) => name === word));
  return {
    zero: names.filter((name) => words.includes(name)),
    mistakes: strange.map((word) => ({
      where: "--exit-zero",
      expected: `some of ${names.join(",")}`,
      found: word === "" ? "nothing" : word,
    })),
  };
}
