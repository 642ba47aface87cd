/** Packs held against calls: what nobody told of is found, whenever it was and whatever it was like, and nothing is made up. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isReconciled } from "../../../src/core/audit/audit.ts";
import { type ReconciledWith, reconciled } from "../../../src/core/audit/reconciling.ts";
import type { TrailCall } from "../../../src/core/audit/trail.ts";
import {
  autoScaling,
  type Change,
  calledBy,
  kinds,
  lineFor,
  own,
  person,
  stack,
  subject,
} from "./happenings.ts";

const beginMs = Date.UTC(2026, 10, 1);
const hour = 3_600_000;
const lengthMs = 40 * hour;
const span = { from: new Date(beginMs).toISOString(), to: new Date(beginMs + lengthMs).toISOString() };
const none = { activities: [], others: [] };

const hold = (given: Partial<ReconciledWith>) =>
  reconciled({ ...{ subject, stack, span, lines: [], calls: [] }, ...none, ...given });

/** Changes one after the other, each from where the last of its kind has led, with moments from milliseconds to an hour between. */
const release = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      to: fc.integer({ min: 1, max: 9 }),
      waitMs: fc.integer({ min: 1, max: hour }),
      tries: fc.integer({ min: 1, max: 3 }),
      takesMs: fc.integer({ min: 0, max: 80_000 }),
      what: fc.constantFrom("made" as const, "put-back" as const, "begun" as const),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((drawn) => {
    let atMs = beginMs + hour;
    const last = new Map<unknown, number>();
    const [changes, calls]: [Change[], TrailCall[]] = [[], []];
    for (const { kind, to, waitMs, tries, takesMs, what } of drawn) {
      atMs += waitMs;
      const change = {
        kind,
        from: last.get(kind) ?? 0,
        to,
        what,
        sinceMs: atMs,
        atMs: atMs + (tries - 1) * 60_000,
      };
      last.set(kind, to);
      changes.push(change);
      // The answer may be lost, and the call made again.
      for (let nth = 0; nth < tries; nth++)
        calls.push(...kind.calls(to).map((call) => calledBy(own, atMs + nth * 60_000 + takesMs, call)));
      atMs = change.atMs + takesMs;
    }
    return { changes, calls, lines: changes.map((change, nth) => lineFor(nth + 1, change)) };
  });

const moment = fc.integer({ min: beginMs, max: beginMs + lengthMs });
const hidden = fc.array(
  fc.record({ atMs: moment, kind: fc.constantFrom(...kinds), to: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 100, maxLength: 100 },
);

describe("what packs tell", () => {
  test("is found in CloudTrail, and nothing beside it, whatever a release does and however often it asks", () => {
    fc.assert(
      fc.property(release, ({ lines, calls }) => {
        const found = hold({ lines, calls });

        expect(found).toMatchObject({ told: calls.length, outside: [], untold: [], unseen: [], scaled: [] });
        expect(isReconciled(found)).toBe(true);
      }),
    );
  });

  test("stays so where CloudTrail's clock is seconds off", () => {
    fc.assert(
      fc.property(release, fc.integer({ min: -4_000, max: 4_000 }), ({ lines, calls }, offMs) => {
        const off = calls.map((call) => ({
          ...call,
          at: new Date(Date.parse(call.at) + offMs).toISOString(),
        }));

        expect(hold({ lines, calls: off })).toMatchObject({ untold: [], unseen: [] });
      }),
    );
  });

  test("and was not done is named by its number, each and no other", () => {
    fc.assert(
      fc.property(release, fc.nat(), ({ changes, lines, calls }, drawn) => {
        // One that was far from all others: its calls speak for no other pack.
        const nth = drawn % changes.length;
        const gone = changes[nth] as Change;
        const isIts = ({ at }: TrailCall) =>
          Date.parse(at) >= gone.sinceMs - 1_000 && Date.parse(at) <= gone.atMs + 81_000;
        const left = calls.filter((call) => !isIts(call));
        const others = changes.filter(
          (one, i) =>
            i !== nth &&
            one.kind === gone.kind &&
            one.atMs + 200_000 > gone.sinceMs &&
            one.sinceMs < gone.atMs + 200_000,
        );
        fc.pre(others.length === 0);
        const found = hold({ lines, calls: left });
        const ownNumber = gone.what === "begun" ? [] : [nth + 1];
        const silent = changes.flatMap((one, i) =>
          one.what !== "begun" && !left.some((call) => Math.abs(Date.parse(call.at) - one.sinceMs) < 300_000)
            ? [i + 1]
            : [],
        );

        expect(found.unseen).toEqual(expect.arrayContaining(ownNumber));
        for (const number of found.unseen)
          expect([...ownNumber, ...silent, ...near(changes, gone)]).toContain(number);
      }),
    );
  });
});

/** Of other kinds that were changed by the calls that were taken out, which lie in the same minutes. */
const near = (changes: readonly Change[], gone: Change): number[] =>
  changes.flatMap((one, i) =>
    one.sinceMs <= gone.atMs + 300_000 && one.atMs >= gone.sinceMs - 300_000 ? [i + 1] : [],
  );

describe("what nobody told of", () => {
  test("is found, a hundred changes from outside at any moment of a release and of its kinds, and none is made up", () => {
    fc.assert(
      fc.property(release, hidden, ({ lines, calls }, drawn) => {
        const outside = drawn.map(({ kind, atMs, to }) => calledBy(person, atMs, kind.calls(to)[0] as never));
        const found = hold({ lines, calls: [...calls, ...outside] });

        expect(found.outside.map(({ eventId }) => eventId).sort()).toEqual(
          outside.map(({ id }) => id).sort(),
        );
        expect(found.outside.every(({ by }) => by === person)).toBe(true);
        expect(found).toMatchObject({ told: calls.length, untold: [], unseen: [] });
        expect(isReconciled(found)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("with Slipway's own role is found among a release's own calls, but what did the same thing at the same time", () => {
    fc.assert(
      fc.property(release, hidden, ({ changes, lines, calls }, drawn) => {
        const forged = drawn.map((one) => ({
          one,
          call: calledBy(own, one.atMs, one.kind.calls(one.to)[0] as never),
        }));
        const isLike = ({ kind, to, atMs }: (typeof drawn)[number]) =>
          changes.some(
            (change) =>
              change.kind === kind &&
              atMs >= change.sinceMs - 6_000 &&
              atMs <= change.atMs + 95_000 &&
              (change.to === to ||
                (change.what === "begun" && change.from === to) ||
                change.from === change.to),
          );
        const expected = forged.filter(({ one }) => !isLike(one)).map(({ call }) => call.id);
        const found = hold({ lines, calls: [...calls, ...forged.map(({ call }) => call)] });
        const ids = found.untold.map(({ eventId }) => eventId);

        expect(expected.filter((id) => !ids.includes(id))).toEqual([]);
        expect(ids.filter((id) => !forged.some(({ call }) => call.id === id))).toEqual([]);
        expect(found.outside).toEqual([]);
        expect(isReconciled(found)).toBe(ids.length === 0);
      }),
      { numRuns: 40 },
    );
  });

  test("is auto scaling's where it says so, with its policy, each activity and its call once", () => {
    const [count] = kinds.filter(({ resource }) => resource.kind === "count");
    const atMs = beginMs + hour;
    const call = calledBy(autoScaling, atMs + 800, count?.calls(5)[0] as never);
    const older = calledBy(autoScaling, atMs + 600_000, count?.calls(6)[0] as never);
    const cause = "monitor alarm TargetTracking-x in state ALARM triggered policy keep-70";
    const activity = {
      id: "activity-1",
      ...{ at: new Date(atMs).toISOString(), resourceId: "endpoint/chat/variant/v7", cause },
      ...{ description: "Setting desired instance count to 5.", status: "Successful" },
    };
    const failed = {
      ...activity,
      id: "activity-2",
      at: new Date(atMs + 60_000).toISOString(),
      status: "Failed",
    };
    const found = hold({ calls: [call, older], activities: [activity, failed] });

    expect(found.scaled).toEqual([
      expect.objectContaining({
        at: activity.at,
        policy: "keep-70",
        resource: { kind: "count", name: "chat/v7" },
      }),
      { at: older.at, resource: { kind: "count", name: "chat/v7" } },
    ]);
    expect(found).toMatchObject({ outside: [], untold: [] });
  });

  test("is no failure where Slipway's table tells of it otherwise: a minimum, a deletion, changes that were counted", () => {
    const [scaling] = kinds.filter(({ resource }) => resource.kind === "scaling");
    const atMs = beginMs + hour;
    const at = new Date(atMs + 30_000).toISOString();
    const calls = [calledBy(own, atMs, scaling?.calls(3)[0] as never)];
    const resource = { kind: "scaling" as const, name: "endpoint/chat/variant/v7" };
    const counted = { number: 4, what: "untold", since: span.from, at, count: 3 };

    expect(hold({ calls }).untold).toEqual([expect.not.objectContaining({ toldBy: expect.anything() })]);
    expect(hold({ calls, others: [{ resource, by: "bounds", at }] }).untold).toMatchObject([
      { toldBy: "bounds" },
    ]);
    expect(
      hold({
        calls,
        others: [{ resource: { ...resource, name: "endpoint/chat/variant/v6" }, by: "bounds", at }],
      }).untold[0],
    ).not.toHaveProperty("toldBy");
    expect(hold({ calls, lines: [counted] }).untold).toMatchObject([{ toldBy: "count" }]);
  });

  test("is nobody's business where it is of another endpoint, of another service's target, or was refused", () => {
    const other = [
      calledBy(own, beginMs + hour, ["UpdateEndpoint", { endpointName: "chat-2", endpointConfigName: "c" }]),
      calledBy(own, beginMs + hour, [
        "RegisterScalableTarget",
        { serviceNamespace: "ecs", resourceId: "service/chat/variant/v7", minCapacity: 1 },
      ]),
      calledBy(own, beginMs + hour, ["DescribeEndpoint", { endpointName: "chat" }]),
    ];

    expect(hold({ calls: other })).toMatchObject({ told: 0, outside: [], untold: [] });
  });

  test("by a role of another stack whose name begins as this one's is from outside", () => {
    const neighbour = own.replaceAll("slipway-prod-", "slipway-prod-eu-");
    const calls = [calledBy(neighbour, beginMs + hour, kinds[0]?.calls(2)[0] as never)];

    expect(hold({ calls })).toMatchObject({ outside: [{ by: neighbour }], untold: [] });
  });
});
