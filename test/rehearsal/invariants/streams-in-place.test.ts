/** How invariants read where a plan consents to a smaller stable, on streams made by hand. */
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { plan } from "./rehearsed.ts";
import {
  changed,
  closes,
  counting,
  free,
  held,
  joins,
  looks,
  opened,
  promotes,
  registering,
  settles,
  shifts,
  weights,
} from "./right-release.ts";
import { createStream, endpoint, reported, type Stream, scalingOf } from "./stream.ts";

/** Eight instances carry 67.2 requests per second; five 42. */
const low = { traffic: { peakPercent: 50 } };
const consenting = (own: Partial<NonNullable<Plan["rollout"]["inPlace"]>> = {}): Partial<Plan> => ({
  rollout: {
    ...plan.rollout,
    strategy: "in-place",
    inPlace: { window: { from: "08:00", to: "12:00", timeZone: "UTC" }, mostRequestsPerSecond: 42, ...own },
  },
});

const stilled = { ...held, suspended: { in: true, out: true, scheduled: true } };
/** Nothing scales it, up or down. */
const stillsStable = (s: Stream) =>
  changed(
    s,
    {
      id: "hold",
      kind: "scaling",
      name: scalingOf("v6"),
      before: free,
      after: stilled,
      state: "PrewarmInference",
    },
    [
      "application-autoscaling.RegisterScalableTarget",
      {
        ...registering("v6", stilled),
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: true,
          ScheduledScalingSuspended: true,
        },
      },
    ],
  );

const shrinks = (s: Stream, to: number) =>
  changed(
    s,
    { id: "shrink", kind: "count", name: `${endpoint}/v6`, before: 8, after: to, state: "PrewarmInference" },
    counting("v6", to),
  );

async function shrunk(
  own: Partial<Plan>,
  to = 5,
  spec: Readonly<Record<string, unknown>> = low,
): Promise<Stream> {
  const s = createStream(spec, own);
  await opened(s);
  await stillsStable(s);
  await shrinks(s, to);
  s.wait(10);
  await looks(s, "PrewarmInference");
  return s;
}

const whats = async (s: Stream) => (await reported(s)).map(({ name, what }) => `${name}: ${what}`);

describe("stable that gives up instances before the candidate joins", () => {
  it("is right within the window, where what is left carries the plan's low load", async () => {
    const s = await shrunk(consenting());
    await joins(s, 5);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });
    expect(await whats(s)).toEqual([]);
  });

  it("is reported without the plan's consent", async () => {
    expect(await whats(await shrunk({}))).toEqual([
      "way-back: v6 was lowered from 8 to 5 instances, and the plan does not consent to that",
    ]);
  });

  it("is reported outside of the window, on each of its sides and other days", async () => {
    const lowered = "way-back: v6 was lowered from 8 to 5 instances, outside of the plan's window";
    // It is eight o'clock on a Monday.
    for (const window of [
      { from: "08:01", to: "12:00", timeZone: "UTC" },
      { from: "06:00", to: "08:00", timeZone: "UTC" },
      { from: "08:01", to: "08:00", timeZone: "UTC" },
      { from: "08:00", to: "12:00", timeZone: "Asia/Tokyo" },
      { from: "08:00", to: "12:00", timeZone: "UTC", days: ["TUE" as const] },
    ])
      expect(await whats(await shrunk(consenting({ window })))).toEqual([lowered]);
    for (const window of [
      { from: "22:00", to: "09:00", timeZone: "UTC", days: ["SUN" as const] },
      { from: "17:00", to: "18:00", timeZone: "Asia/Tokyo" },
    ])
      expect(await whats(await shrunk(consenting({ window })))).toEqual([]);
  });

  it("is reported where what is left does not carry the plan's low load", async () => {
    expect(await whats(await shrunk(consenting(), 4))).toEqual([
      "way-back: v6 was lowered from 8 to 4 instances, which carry 33.6 of the plan's 42 requests per second",
    ]);
  });

  it("is reported where what is left does not carry the load", async () => {
    expect(await whats(await shrunk(consenting({ mostRequestsPerSecond: 8 }), 1))).toEqual([
      expect.stringMatching(
        /^capacity-before-traffic: v6 was lowered to 1 instances, which carry 8.4 of [\d.]+ requests per second$/,
      ),
    ]);
  });

  it("is reported once the candidate has joined", async () => {
    const s = createStream(low, consenting());
    await opened(s);
    await stillsStable(s);
    await joins(s, 5);
    await shrinks(s, 5);
    expect(await whats(s)).toEqual([
      "way-back: v6 was lowered from 8 to 5 instances, when the candidate had joined already",
    ]);
  });
});

it("a share is reported at which stable could not take everything back", async () => {
  const s = await shrunk(consenting(), 5, {
    traffic: { peakPercent: 50, changes: [{ atMinute: 40, factor: 3 }] },
  });
  await joins(s, 8);
  s.wait(15);
  await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(50) });
  const found = await whats(s);
  expect(found).toContainEqual(
    expect.stringMatching(
      /^way-back: traffic was shifted at [\d.]+ requests per second, of which stable could take back 42.0$/,
    ),
  );
});

describe("a way back that ends before stable has again what it gave up", () => {
  const remains = (kind: string, name: string, states: { is: unknown; should: unknown }) => ({
    ...{ resource: { kind, name }, ...states },
    ...{ by: "AWS", since: "2026-01-05T08:00:00.000Z" },
  });
  const scaling = remains("scaling", scalingOf("v6"), { is: stilled, should: free });
  const count = remains("count", `${endpoint}/v6`, { is: 5, should: 8 });
  const notNamed = "the ledger does not name that v6 has 5 instances, before the release it had 8";
  const isMoving =
    "the ledger does not name that endpoint chat-assistant is Updating (UpdateEndpointWeightsAndCapacities)";

  /** What is said as the lock is left with a remainder, so long after stable was lowered. */
  async function left(remainder: readonly unknown[], minutes: number, then?: (s: Stream) => Promise<void>) {
    const s = createStream(low, consenting());
    await opened(s);
    await stillsStable(s);
    await shrinks(s, 5);
    s.wait(minutes);
    await then?.(s);
    await s.remainder(remainder);
    const found = await s.finish();
    return found.flatMap(({ name, what }) =>
      name === "no-orphans" && what.startsWith("the ledger") ? [what] : [],
    );
  }
  const set = (to: number, by: "outside" | "RollBack") => (s: Stream) => {
    const [operation, input] = counting("v6", to);
    return by === "outside" ? s.outside(operation, input) : s.ours(by, operation, input);
  };

  it("names that count, also while it is on its way there", async () => {
    expect(await left([scaling, count], 10)).toEqual([]);
    expect(await left([scaling], 10)).toEqual([notNamed]);
    expect(await left([scaling, count], 0)).toEqual([]);
    expect((await left([scaling], 0)).toSorted()).toEqual([isMoving, notNamed]);
  });

  it("has none to name once stable has had it again, whatever its policy makes of it then", async () => {
    expect(
      await left([scaling], 10, async (s) => {
        await set(8, "RollBack")(s);
        s.wait(20);
      }),
    ).toEqual([]);
    expect(
      await left([scaling], 10, async (s) => {
        await set(7, "RollBack")(s);
        s.wait(20);
      }),
    ).toEqual(["the ledger does not name that v6 has 7 instances, before the release it had 8"]);
    expect(
      await left([scaling], 10, async (s) => {
        await set(6, "outside")(s);
        s.wait(20);
      }),
    ).toEqual([]);
  });

  it("does not tell by that count of an update on the configuration that the candidate has joined", async () => {
    const moved = await left([scaling, count], 10, async (s) => {
      await joins(s, 5);
      await s.ours("RollBack", ...counting("v7", 2));
    });

    expect(moved).toContain(isMoving);
  });
});

it("a promotion that leaves less than served is reported, but for what somebody else has taken last", async () => {
  const left = async (by: "outside" | "ours" | "both") => {
    const s = await shrunk(consenting());
    await joins(s, 8);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(100) });
    await promotes(s);
    await settles(s);
    if (by !== "ours") await s.outside(...counting("v7", 1));
    if (by === "both") s.wait(4);
    if (by !== "outside") await s.ours("ScaleDown", ...counting("v7", 2));
    await closes(s, "promoted");
    return (await whatsLeft(s)).filter((what) => what.includes("is left to serve"));
  };
  const whatsLeft = async (s: Stream) => (await s.finish()).map(({ what }) => what);

  expect(await left("outside")).toEqual([]);
  expect(await left("ours")).toHaveLength(1);
  expect(await left("both")).toHaveLength(1);
});
