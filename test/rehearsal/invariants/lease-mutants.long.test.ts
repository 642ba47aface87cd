/**
 * Leases are checked by who owes them nothing: with a kind's put, look, compare or undo made wrong, a rehearsal is red; with
 * the code as it is, the same plan and world are not. Each mutant has modules of its own.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { LeaseKind } from "../../../src/core/plan/alongside/kinds.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { partOf } from "../../part.ts";

type LeaseModule = typeof import("../../../src/aws/resources/lease.ts");
type TargetModule = typeof import("../../../src/aws/scalable-target.ts");
type SharedModule = typeof import("../../../src/core/release/shared-lease.ts");
type Definition = Parameters<LeaseModule["defineLease"]>[0];

const files = ["aws/resources/lease.ts", "aws/scalable-target.ts", "core/release/shared-lease.ts"] as const;
const path = (file: (typeof files)[number]) => `../../../src/${file}`;

afterEach(() => {
  for (const file of files) vi.doUnmock(path(file));
  vi.resetModules();
});

/** One part of a kind's definition is another. */
const redefined = (kind: LeaseKind, others: (real: Definition) => Partial<Definition>) => () =>
  void vi.doMock(path("aws/resources/lease.ts"), async (load: () => Promise<LeaseModule>) => {
    const { defineLease } = await load();
    return {
      defineLease: (real: Definition) =>
        defineLease(real.kind === kind ? { ...real, ...others(real) } : real),
    };
  });

const mutantsOf = (kind: LeaseKind) => ({
  put: () =>
    void vi.doMock(path("aws/scalable-target.ts"), async (load: () => Promise<TargetModule>) => {
      const real = await load();
      const putBounds: TargetModule["putBounds"] = (aws, scope, { min, max }) =>
        real.putBounds(aws, scope, { min: min && min - 1, max });
      return { ...real, putBounds };
    }),
  look: redefined(kind, ({ view }) => ({
    async view(aws, name) {
      const found = await view(aws, name);
      return typeof found === "object" && found !== null ? { ...found, there: 1e6 } : found;
    },
  })),
  compare: () =>
    void vi.doMock(path("core/release/shared-lease.ts"), async (load: () => Promise<SharedModule>) => {
      const real = await load();
      const leaving: SharedModule["leaving"] = (item, asking) => {
        const { inForce = asking.seen } = item;
        return real.leaving(item, { ...asking, seen: { ...asking.seen, ...inForce } });
      };
      return { ...real, leaving, theirsOf: () => [] };
    }),
  undo: redefined(kind, () => ({ lower: async () => true })),
});
type Mutant = keyof ReturnType<typeof mutantsOf>;

const alongside: Readonly<Record<LeaseKind, NonNullable<Plan["alongside"]>[number]>> = {
  "ecs-service": { ecs: { cluster: "prod", service: "tokenizer" } },
  "lambda-concurrency": { lambda: { function: "rank", alias: "live" } },
  "dynamodb-throughput": { dynamodb: { table: "sessions", throughput: "read" } },
};

/** More with the last stage, so that a raise stands directly before a share. */
const stages = [
  { trafficPercent: 0, multiple: 1.5 },
  { trafficPercent: 100, multiple: 2 },
];

/** Somebody raises the maximum as the first stage is judged. */
async function broken(kind: LeaseKind, isTouched: boolean): Promise<string[]> {
  const { rehearsing } = await import("../explore/rehearsing.ts");
  const { laidOn } = await import("../explore/hands.ts");
  const { shortAndWhole } = await import("../../core/example.ts");
  const { leasedOf } = await import("../../../src/core/plan/alongside/alongside.ts");
  const { leasableOf } = await import("../../../src/core/plan/alongside/kinds.ts");
  const entry = { ...alongside[kind], stages };
  const { namespace, resourceId, dimension } = leasableOf(kind).scopeOf(leasedOf(entry).name);
  const hand = {
    ServiceNamespace: namespace,
    ScalableDimension: dimension,
    ResourceId: resourceId,
    MaxCapacity: 5000,
  };
  const observers = isTouched
    ? [laidOn("CheckKpis", ["application-autoscaling", "RegisterScalableTarget", hand])]
    : [];
  const { violations } = await rehearsing({
    plan: { ...shortAndWhole, alongside: [entry] },
    event: { model: shortAndWhole.model, version: 7 },
    observers,
  });
  return [...new Set(violations)];
}

async function compared(kind: LeaseKind, mutant: Mutant): Promise<{ sound: string[]; mutated: string[] }> {
  vi.resetModules();
  const sound = await broken(kind, mutant === "compare");
  vi.resetModules();
  mutantsOf(kind)[mutant]();
  return { sound, mutated: await broken(kind, mutant === "compare") };
}

const shows: Readonly<Record<Mutant, RegExp>> = {
  put: /^write-ahead: .* set MinCapacity \d+, intended was \d+/,
  look: /^capacity-before-traffic: 100 % were given with \d+ of \d+ of .* there/,
  compare: /^(write-ahead|no-orphans): /,
  undo: /^no-orphans: /,
};

describe.each(partOf(Object.keys(alongside) as LeaseKind[]))("a lease on %s", (kind) => {
  it.each(Object.keys(shows) as Mutant[])("whose %s is wrong breaks a promise", async (mutant) => {
    const { sound, mutated } = await compared(kind, mutant);

    expect(sound).toEqual([]);
    expect(mutated).toEqual(expect.arrayContaining([expect.stringMatching(shows[mutant])]));
  });
});
