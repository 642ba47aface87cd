/** Evidence read back: the table's head, the heads of days, and every pack in order of its number. */
import { expect, test } from "vitest";
import { evidenceOf } from "../../src/aws/evidence-reading.ts";
import { evidenceStore } from "../../src/aws/evidence-store.ts";
import { keepEvidence, subject } from "../cli/kept-evidence.ts";
import { openAccount } from "./account.ts";

async function readBack(length: number) {
  const account = openAccount();
  if (length > 0) await keepEvidence(account, length);
  const store = evidenceStore(account.aws);
  if (store === undefined) throw new Error("expected a store");
  const objects = [];
  for await (const one of evidenceOf(account.aws, store, subject)) objects.push(one);
  return { objects, world: account.world };
}

test.each([0, 1, 31, 32, 33, 70])(
  "of %i packs all are there, each once and as it is stored",
  async (length) => {
    const { objects, world } = await readBack(length);
    const packs = objects.filter(({ key }) => key.startsWith("packs/"));
    const numbers = packs.map(({ key }) => Number(/(\d{10})\.json$/.exec(key)?.[1]));

    expect(numbers).toEqual(Array.from({ length }, (_, i) => i + 1));
    for (const { key, text } of packs)
      expect([...world.state.objects]).toContainEqual([expect.stringContaining(`/${key}`), text]);
  },
);

test("heads come first, that of the table before those of days", async () => {
  const { objects } = await readBack(3);

  expect(objects.map(({ key }) => key.replace(encodeURIComponent(subject), "S")).slice(0, 3)).toEqual([
    "heads/S/table.json",
    "heads/S/2026-01-05.json",
    "packs/S/0000000001.json",
  ]);
});
