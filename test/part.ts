/**
 * What `npm run test:part` takes of long tests, as `.ci/run` does: where cases differ in seed, world or plan alone, a few of
 * them, the same at every run. `npm run test:long` takes all.
 */

const isPart = process.env["SLIPWAY_TESTS"] === "part";

/** So many of the cases, the first, the last and some between. */
export function partOf<Case>(cases: readonly Case[], few = 1): Case[] {
  if (!isPart || few >= cases.length) return [...cases];
  const step = few === 1 ? 0 : (cases.length - 1) / (few - 1);
  return Array.from({ length: few }, (_, nth) => cases[Math.round(nth * step)] as Case);
}

/** Of a property's draws in such a run a quarter, the first of the same. */
export const runsOf = (all: number): number => (isPart ? Math.ceil(all / 4) : all);
