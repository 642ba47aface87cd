/** What a release stores of itself: the same run stores the same bytes, and another kind of key changes the signatures alone. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { canonical } from "../../src/core/evidence/canonical.ts";
import { EvidenceEntry } from "../../src/core/evidence/envelope.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { ReleaseScene } from "../../src/rehearsal/release/request.ts";
import { rehearsing } from "./explore/rehearsing.ts";

function planOf(name: string): Plan {
  const parsed = parsePlan(readFileSync(`test/data/plans/${name}.yml`, "utf8"), name);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.plan;
}

/** All that lies in the bucket after a release that is rolled back, by its key. */
async function stored(spec: "ECC_NIST_EDWARDS25519" | "ECC_NIST_P256"): Promise<Map<string, string>> {
  let world: ReleaseScene["world"] | undefined;
  const plan = planOf("large-and-fast");
  await rehearsing({
    plan,
    world: "bad-errors",
    event: { model: plan.model, version: 9 },
    observers: [
      (scene) => {
        world = scene.world;
        // The twin's key is what the stack asks for: another kind stands in for it.
        const { keys } = scene.world.state;
        for (const [id, key] of keys)
          if (key.spec === "ECC_NIST_EDWARDS25519")
            (keys as Map<string, typeof key>).set(id, { ...key, spec });
        return { name: "stored", findings: () => null };
      },
    ],
  });
  const prefix = `${rehearsedDeployment.evidence?.bucket}/`;
  return new Map([...(world?.state.objects ?? [])].filter(([key]) => key.startsWith(prefix)));
}

test("the same run stores the same bytes, and P-256 changes signatures and keys' names alone", async () => {
  const [one, again] = [await stored("ECC_NIST_EDWARDS25519"), await stored("ECC_NIST_EDWARDS25519")];
  const other = await stored("ECC_NIST_P256");

  expect(one.size).toBeGreaterThan(6);
  expect([...again]).toEqual([...one]);

  expect([...other.keys()]).toEqual([...one.keys()]);
  let compared = 0;
  for (const [key, text] of one) {
    const [mine, its] = [text, other.get(key) ?? ""].map((each) => JSON.parse(each));
    if (!EvidenceEntry.safeParse(mine).success) continue;
    compared += 1;
    expect(canonical(its.pack)).toBe(canonical(mine.pack));
    expect(its.envelope.payload).toBe(mine.envelope.payload);
    expect(its.envelope.signatures[0].sig).not.toBe(mine.envelope.signatures[0].sig);
    expect(its.envelope.signatures[0].keyid).not.toBe(mine.envelope.signatures[0].keyid);
  }
  expect(compared).toBeGreaterThan(5);
});
