/** What a serving platform owes steps: it looks, and answers the changes that are to be made; it makes none of them. */
import { expect, test } from "vitest";
import { servingPlatform } from "../../src/aws/serving/platforms.ts";
import type { Intent } from "../../src/core/release/change.ts";
import type { Move, ServingPlatform } from "../../src/core/release/serving-platform.ts";
import { Run } from "../functions/run.ts";

async function prepared({ prepare }: Move): Promise<Intent[]> {
  const intents: Intent[] = [];
  for await (const intent of prepare) intents.push(intent);
  return intents;
}

/** Asks for every change that a release makes of an endpoint. */
async function askedFor(run: Run, platform: ServingPlatform) {
  const { needs } = run;
  const { plan } = run.planned();
  const endpoint = await platform.view(plan.endpoint.name, needs);
  const { changes } = await run.ledger();
  const { name } = endpoint;
  const moves = [
    platform.join({ release: run.planned().release, plan, needs }),
    platform.leaveCandidate({ name, needs, changes }),
    platform.leaveStable({ name, needs, changes }),
  ];
  return {
    places: moves.map(({ to }) => to),
    prepared: (await Promise.all(moves.map(prepared))).flat().map(({ id }) => id),
    changed: [platform.resize(name, "v7", 9), platform.shift(name, { v6: 1, v7: 1 }), ...moves].map(
      ({ resource }) => resource.kind,
    ),
    scaling: platform.scaling.adopt({ needs, endpoint, changes }).map(({ id }) => id),
    after: platform.afterPromotion(changes, { name, needs }, "2026-11-23T12:00:00.000Z").map(({ id }) => id),
    inUse: await platform.inUse({ name, needs, changes }),
    missing: await platform.missing({ name, needs }),
  };
}

test("a platform makes none of the changes that it answers", async () => {
  const run = await Run.warm();
  const platform = servingPlatform(run.account.aws);
  const before = run.account.writes().length;

  const asked = await askedFor(run, platform);

  expect(run.account.writes().slice(before)).toEqual([]);
  const { before: was, joined, after } = platform.placesOf(run.needs);
  expect(asked.places).toEqual([joined, was, after]);
  expect(asked.prepared).toEqual(["hold-scale-in", "model", "join-config", "final-config"]);
  expect(asked.changed).toEqual(["count", "weights", "routing", "routing", "routing"]);
  expect(asked.scaling).toContain("adopt-scaling");
  expect(asked.after).toEqual(["lift-hold", "retire-scaling", "final-1", "drop-join-config"]);
  expect(asked.inUse).toContain(joined);
  expect(asked.missing).toBeUndefined();
});

test("what a move needs is read once what comes before it is made, and not at all where nobody asks", async () => {
  const run = await Run.warm();
  const { needs } = run;
  const { calls } = run.account;
  const before = calls.length;
  const { prepare } = servingPlatform(run.account.aws).join({ ...run.planned(), needs });
  const asked = prepare[Symbol.asyncIterator]();

  expect((await asked.next()).value?.id).toBe("hold-scale-in");
  expect(calls.length).toBe(before);
  expect((await asked.next()).value?.id).toBe("model");
  expect(calls.slice(before).map(({ operation }) => operation)).toEqual([
    "DescribeModel",
    "DescribeModelPackage",
  ]);
});
