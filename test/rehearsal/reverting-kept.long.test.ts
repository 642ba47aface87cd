/** What a release made and another has replaced: kept for the plan's days, then deleted by the sweep, and nothing else with it. */
import { describe, expect, test } from "vitest";
import type { RehearsalParts } from "../../src/rehearsal/release/request.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { shortAndWhole } from "../core/example.ts";
import { type Rehearsing, rehearsing } from "./explore/rehearsing.ts";
import { type Tampering, tampered } from "./invariants/tampering.ts";

const long = { timeout: 120_000 };
const { model, rollout } = shortAndWhole;
const keeping = (revertDays: number) => ({ ...shortAndWhole, rollout: { ...rollout, revertDays } });

/** A release and, two hours later, the way back to what it replaced; then the sweep has three hours. */
const twice = (revertDays: number, how: Rehearsing = {}) =>
  rehearsing({
    plan: keeping(revertDays),
    event: { model, version: 7 },
    also: [{ afterSeconds: 7200, event: { model, version: 6, again: true, revert: true } }],
    settleSeconds: 3 * 3600,
    ...how,
  });

/** What there is in the end: the team's own, and what releases of which version have made. */
function madeIn({ after }: Awaited<ReturnType<typeof twice>>["record"]): string[] {
  const own = /^slipway-dev-search-ranker-(v\d+-production)(-final)?-\w{8}$/;
  return [...after.endpointConfigs, ...after.models].map(
    (name) => own.exec(name)?.slice(1, 3).join("") ?? name,
  );
}
const teams = ["search-ranker-config-v6", "search-ranker-v6"];
const of = (version: string) => [`${version}-production-final`, `${version}-production`];

describe("of a release that another has replaced", () => {
  test.each([
    [0, [...teams, ...of("v6")]],
    [1, [...teams, ...of("v6"), ...of("v7")]],
  ])("with %i days, what is left is %j", long, async (days, expected) => {
    const { record, violations } = await twice(days);

    expect(violations).toEqual([]);
    expect(record.executions.map(({ outcome }) => outcome)).toEqual(["promoted", "promoted"]);
    expect(madeIn(record).sort()).toEqual(expected.sort());
  });

  test.each([
    "crash-after-call=call:ReapLeases/sagemaker.DeleteEndpointConfig",
    "response-lost=call:ReapLeases/sagemaker.DeleteModel",
    "crash-after-call=call:ReapLeases/dynamodb.PutItem",
    "denied=call:ReapLeases/sagemaker.ListTags",
    "denied=call:ReapLeases/sagemaker.DeleteModel",
  ])("it goes all the same after %s", long, async (fault) => {
    const { record: calm } = await twice(0, { listPoints: true });
    const [kind = "", place = ""] = fault.split("=");
    const point = calm.points?.find((one) => one.startsWith(place));

    const { record, violations } = await twice(0, { faults: [`${kind}=${point}`], settleSeconds: 12 * 3600 });

    expect(record.faults).toEqual([`${kind}=${point}`]);
    expect(violations).toEqual([]);
    expect(madeIn(record).sort()).toEqual([...teams, ...of("v6")].sort());
  });
});

describe("no-orphans and write-ahead see", () => {
  const withTampering = (...tamperings: Tampering[]): Partial<RehearsalParts> => ({
    stepsOn: (wire, ...rest) => releaseParts.stepsOn(tampered(wire, tamperings) as never, ...rest),
  });
  type Item = {
    pk: { S: string };
    replaced?: { M: Record<string, unknown> };
    things?: { L: { M: object }[] };
  };
  const kept = (change: (item: Item) => Item): Tampering => ({
    operation: "PutItem",
    when: (input) => (input.Item as Item | undefined)?.pk.S === "kept",
    request: (input) => ({ ...input, Item: change(input.Item as Item) }),
  });

  test("what a sweep that does not come has left", long, async () => {
    const parts = { rules: [], rates: [] };

    const { violations } = await twice(0, { parts });

    expect(violations.sort()).toEqual([
      expect.stringMatching(/^no-orphans: endpoint-config slipway-.*-v7-.* is left long after its days/),
      expect.stringMatching(/^no-orphans: model slipway-.*-v7-.* is left long after its days/),
    ]);
  });

  test("what is deleted before its days are over", long, async () => {
    const early = kept((item) =>
      item.replaced === undefined
        ? item
        : { ...item, replaced: { M: { ...item.replaced.M, keptUntil: { S: "2026-01-05T09:00:00.000Z" } } } },
    );

    const { violations } = await twice(2, { parts: withTampering(early) });

    expect(new Set(violations)).toContainEqual(
      expect.stringMatching(
        /^write-ahead: DeleteModel of model slipway-.*-v7-.* came \d+ minutes before the plan/,
      ),
    );
  });
});
