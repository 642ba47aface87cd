/** What the mutation run draws of the whole code. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { areas } from "../../bench/mutants/areas.ts";
import { drawn } from "../../bench/mutants/draw.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("are drawn by the seed alone, at least 150", () => {
  const some = drawn(1, root);

  expect(some.length).toBeGreaterThanOrEqual(150);
  expect(drawn(1, root)).toEqual(some);
  expect(drawn(2, root).map(({ id }) => id)).not.toEqual(some.map(({ id }) => id));
  expect(new Set(some.map(({ id }) => id)).size).toBe(some.length);
  expect(new Set(some.map(({ area }) => area))).toEqual(new Set(areas.map(({ name }) => name)));
});
