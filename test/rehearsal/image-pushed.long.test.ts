/** A whole release that begins with a tag on an image: the push's execution starts another, once, and that one promotes. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Plan } from "../../src/core/plan/plan.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { plan, rehearsing } from "./explore/rehearsing.ts";

const event = JSON.parse(readFileSync(new URL("../../events/image-pushed.json", import.meta.url), "utf8"));
const waiting = Plan.parse({ ...plan, registry: { kind: "ecr", repository: plan.model, tag: "release" } });
const healthy = loadWorld("healthy");
const world = { ...healthy, registry: { ...healthy.registry, versions: [7] } };

test("is promoted, although ECR tells of the push twice and a pipeline asks for the version as well", async () => {
  const { record, violations } = await rehearsing({
    ...{ plan: waiting, event, world, seed: 2, settleSeconds: 7200 },
    also: [
      { afterSeconds: 1, event, name: "told-twice" },
      { afterSeconds: 1800, event: { model: plan.model, version: 7 }, name: "pipeline" },
    ],
  });

  expect(violations).toEqual([]);
  expect(record).toMatchObject({ outcome: "promoted", refusals: [] });
  expect(Object.keys(record.after.endpoints[plan.endpoint.name]?.variants ?? {})).toEqual(["v7"]);
  expect(record.executions.filter(({ name }) => name.startsWith("emit-"))).toHaveLength(1);
});
