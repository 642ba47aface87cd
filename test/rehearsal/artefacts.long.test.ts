/**
 * How what a version is loaded from is encrypted, in whole rehearsals whose roles are those of the deployment: denied for good, by a
 * key that is disabled, kept as it is, and under a prefix.
 */
import { expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import { Gates } from "../../src/core/gates/settings.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import type { RoleParameters } from "../../src/rehearsal/permissions/deployed-roles.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { planIn } from "../core/example.ts";

const gated = planIn("test/data/plans/gated.yml");
const gate = "artefact-encryption";
const asking = (more: Partial<Gates> = {}): Plan => ({
  ...gated,
  rollout: { ...gated.rollout, stages: [{ trafficPercent: 100, bakeMinutes: 3 }] },
  gates: Gates.parse({ profile: "none", require: [gate], deadlineMinutes: 30, ...more }),
});

async function rehearsed(
  modelData: object,
  { roles, plan = asking() }: { readonly roles?: Partial<RoleParameters>; readonly plan?: Plan } = {},
) {
  const record = await rehearseHere(
    {
      plan,
      event: { model: gated.model, version: 7 },
      seed: 1,
      world: WorldSpec.parse({ description: "made for one gate", security: { modelData } }),
      faults: [],
      settleSeconds: 0,
      ...(roles && { roles }),
    } as never,
    releaseParts,
  );
  const { violations } = record.findings.invariants as InvariantFindings;
  expect(Object.values(violations).flat()).toEqual([]);
  const [execution] = record.executions;
  if (execution === undefined) throw new Error("expected an execution, found none");
  return { record, execution };
}

test.each([1, 3])(
  "a deployment that names no buckets knows nothing of %i objects, changes nothing and names its parameter",
  async (objects) => {
    const { record, execution } = await rehearsed(
      { serving: "customer", candidate: "customer", objects },
      { roles: { modelBuckets: "none" } },
    );

    expect(execution.outcome).toBe("refused");
    expect(record.after).toEqual(record.before);
    expect(execution.reason).toMatch(
      /gate artefact-encryption: .*; not known: objects? .*s3:\/\/claims-reader-models\/v7\/.*: denied; --param modelBuckets=… of the deployment has to name bucket claims-reader-models, /,
    );
  },
);

test("a key that is disabled refuses, though what serves is encrypted by it too", async () => {
  const { execution } = await rehearsed({ serving: "customer", candidate: "customer", keyState: "Disabled" });

  expect(execution.outcome).toBe("refused");
  expect(execution.reason).toMatch(
    /found s3:\/\/\S+ is encrypted by arn:aws:kms:\S+, which is Disabled; of what/,
  );
});

test("what is encrypted by S3's own keys, as what serves is, goes on and says so; what makes it worse does not", async () => {
  expect((await rehearsed({})).execution.outcome).toBe("promoted");
  const { execution } = await rehearsed({ serving: "customer", candidate: "s3" });

  expect(execution.outcome).toBe("refused");
  expect(execution.reason).toContain(
    "is encrypted by AES256, keys of S3's own; of what serves: 1 object encrypted by",
  );
});

test("twelve objects under a prefix are all looked at, of a thirteenth nothing is known", async () => {
  const by = { serving: "customer", candidate: "customer" };

  expect((await rehearsed({ ...by, objects: 12 })).execution.outcome).toBe("promoted");
  const { execution } = await rehearsed({ ...by, objects: 13 });
  expect(execution.outcome).toBe("refused");
  expect(execution.reason).toContain(
    "not known: 1 of 13 objects were not looked at, from s3://claims-reader-models/",
  );
});
