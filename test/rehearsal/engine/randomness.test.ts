import defaultCrypto, { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { machine, run, task } from "./tiny.ts";

const definition = machine("One", { One: task({ Next: "Two" }), Two: task({ End: true }) });
const draw = () => [
  Math.random(),
  randomUUID(),
  crypto.randomUUID(),
  defaultCrypto.randomBytes(4).toString("hex"),
];

/** What two steps draw, the first with some draws before. */
async function draws(seed: number, before = 0) {
  const drawn: unknown[][] = [];
  await run({
    seed,
    definition,
    stepsOn: () => ({
      One: async () => {
        for (let i = 0; i < before; i++) Math.random();
        drawn.push(draw());
      },
      Two: async () => {
        drawn.push(draw());
      },
    }),
  });
  return drawn;
}

describe("randomness", () => {
  it("comes from the seed: Math.random, UUIDs and bytes, by whichever name they are reached", async () => {
    const [first, again, other] = [await draws(1), await draws(1), await draws(2)];

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const [number, ...texts] = first[0] as [number, ...string[]];
    expect(number).toBeGreaterThanOrEqual(0);
    expect(number).toBeLessThan(1);
    for (const uuid of texts.slice(0, 2))
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("of one invocation does not move when another draws more", async () => {
    const [plain, busier] = [await draws(1), await draws(1, 7)];

    expect(busier[0]).not.toEqual(plain[0]);
    expect(busier[1]).toEqual(plain[1]);
  });

  it("is given back after the run", async () => {
    await draws(1);

    expect(randomBytes(16)).not.toEqual(randomBytes(16));
    expect(Object.hasOwn(globalThis.crypto, "randomUUID")).toBe(false);
  });
});
