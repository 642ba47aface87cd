/** Whether what is written out of the code is as the code writes it now. */
import { expect } from "vitest";
import { type Writer, writtenBy } from "../../scripts/docs/main.ts";

export async function expectFresh(writer: Writer): Promise<void> {
  for (const { path, found, expected } of await writtenBy(writer))
    expect(found === expected, `${path} is stale: run \`npm run docs\``).toBe(true);
}
