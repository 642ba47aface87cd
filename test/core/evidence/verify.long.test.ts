/** A thousand tamperings with a chain. */
import { expect, test } from "vitest";
import { tamperingsNamed } from "./tampering.ts";

test("a thousand tamperings, of up to four kinds at once, are each named by exactly the numbers they touched", () => {
  expect(tamperingsNamed(1_100)).toBeGreaterThanOrEqual(1_000);
});
