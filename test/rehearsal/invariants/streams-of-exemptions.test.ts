/** What checkers let pass, and that they let no more pass: the guilty beside the innocent, on streams made by hand. */
import { describe, expect, it } from "vitest";
import {
  changed,
  counting,
  finalConfig,
  free,
  held,
  holdsStable,
  joinConfig,
  joins,
  moving,
  opened,
  promotes,
  registering,
  shifts,
  underWay,
  weights,
} from "./right-release.ts";
import { createStream, endpoint, reported, type Stream, scalingOf } from "./stream.ts";

const raises = async (s: Stream, variant: string, instances: number) => {
  const resource = { kind: "count", name: `${endpoint}/${variant}` } as const;
  const change = { id: `raise-${variant}`, ...resource, before: 8, after: instances, state: "ShiftTraffic" };
  await changed(s, change, counting(variant, instances));
  s.wait(20);
};
const grows = async (s: Stream, instances: number) => {
  await s.outside(...counting("v6", instances));
  s.wait(20);
};
/** A way back that moves the endpoint, for which there is no quota. */
const movesBack = (s: Stream, state = "RollBack") =>
  s.ours(state, "sagemaker.UpdateEndpoint", moving(`${endpoint}-config-v6`));

describe("within-means, of a move back that is refused for lack of quota", () => {
  const refusals = async (s: Stream) =>
    (await reported(s)).filter(({ what }) => what.startsWith("UpdateEndpoint was refused")).length;

  it("reports one that our own raise has left no room for", async () => {
    const s = createStream({ quotaInstances: 26 });
    await underWay(s);
    await raises(s, "v7", 12);
    await movesBack(s);

    expect(await refusals(s)).toBe(1);
    expect(s.figures.unseenQuotaChanges).toBe(0);
  });

  it("reports it also where stable has grown, which did not make the difference", async () => {
    const s = createStream({ quotaInstances: 26 });
    await underWay(s);
    await grows(s, 9);
    await raises(s, "v7", 12);
    await movesBack(s);

    expect(await refusals(s)).toBe(1);
  });

  it("lets one pass for which stable has grown too large, or the quota has become too small", async () => {
    const [grown, cut] = [createStream({ quotaInstances: 26 }), createStream({ quotaInstances: 26 })];
    await underWay(grown);
    await grows(grown, 10);
    await movesBack(grown);
    await underWay(cut);
    Object.assign(cut.world, { quota: () => 20 });
    await movesBack(cut);

    expect(await refusals(grown)).toBe(0);
    expect(grown.figures.unseenQuotaChanges).toBe(1);
    expect(await refusals(cut)).toBe(0);
    expect(cut.figures.unseenQuotaChanges).toBe(1);
  });
});

describe("way-back, of a hold that is lifted and a stable that shrinks", () => {
  const lifts = (s: Stream, state: string) =>
    changed(s, { id: "lift", kind: "scaling", name: scalingOf("v6"), before: held, after: free, state }, [
      "application-autoscaling.RegisterScalableTarget",
      registering("v6", free),
    ]);
  const whats = async (s: Stream) =>
    (await reported(s)).flatMap(({ name, what }) => (name === "way-back" ? [what] : []));
  const quiet = { traffic: { peakPercent: 30 } };

  it("reports both on the way back, too, while the candidate has traffic", async () => {
    const s = createStream(quiet);
    await underWay(s);
    await s.ours("RollBack", "sagemaker.DescribeEndpoint", { EndpointName: endpoint });
    await lifts(s, "RollBack");
    s.wait(30);

    expect(await whats(s)).toEqual([
      "the scale-in of v6 is held no longer (RegisterScalableTarget)",
      expect.stringMatching(/^v6 shrank from 8 to \d instances by its own policy$/),
    ]);
  });

  it("reports both where stable serves alone, but nobody is on the way back", async () => {
    const s = createStream(quiet);
    await underWay(s);
    await shifts(s, { from: weights(5), to: { v6: 1, v7: 0 } });
    await lifts(s, "ShiftTraffic");
    s.wait(30);

    expect(await whats(s)).toHaveLength(2);
  });

  it("lets both pass on the way back once stable serves alone, but no shrinking of ours", async () => {
    const s = createStream(quiet);
    await underWay(s);
    await shifts(s, { from: weights(5), to: { v6: 1, v7: 0 }, by: "RollBack" });
    await lifts(s, "RollBack");
    s.wait(30);
    expect(await whats(s)).toEqual([]);

    const ours = createStream();
    await underWay(ours);
    await shifts(ours, { from: weights(5), to: { v6: 1, v7: 0 }, by: "RollBack" });
    await ours.ours("RollBack", ...counting("v6", 6));

    expect(await whats(ours)).toEqual([expect.stringMatching(/^v6 was lowered from 8 to 6 instances/)]);
  });
});

describe("no-orphans, of what could not be put back for want of room", () => {
  const remainder = [
    {
      resource: { kind: "routing", name: endpoint },
      is: joinConfig,
      should: `${endpoint}-config-v6`,
      by: "AWS",
      since: "2026-01-05T09:00:00.000Z",
    },
  ];
  /** A way back was left undone, and two hours later AWS has no room for what a step asks. */
  async function left(state: string): Promise<string[]> {
    const s = createStream({ quotaInstances: 24 });
    await opened(s);
    await holdsStable(s);
    await joins(s);
    await s.lock({ holder: "rehearsal", remainder });
    s.wait(120);
    await s.ours(state, ...counting("v6", 40));
    s.wait(5);
    const found = await s.finish();
    return found.flatMap(({ name, what }) => (name === "no-orphans" ? [what] : []));
  }

  it("lets it stand for an hour after the last refusal of a way back", async () => {
    const found = await left("RollBack");

    expect(found.filter((what) => what.includes("serves"))).toEqual([]);
    expect(found.filter((what) => what.includes("locked"))).toEqual([]);
  });

  it.each(["PrewarmInference", "ShiftTraffic"])(
    "reports it where only a step forward was refused, %s",
    async (state) => {
      const found = await left(state);

      expect(found.some((what) => what.includes(`serves ${joinConfig}`))).toBe(true);
      expect(found.some((what) => what.includes("is still locked"))).toBe(true);
    },
  );
});

describe("no-orphans, of stable's scaling while somebody's instances bar its leaving", () => {
  const goneOf = (what: string) => what === `the scaling of ${scalingOf("v6")} is gone`;
  const remains = {
    ...{ resource: { kind: "routing", name: endpoint }, is: joinConfig, should: finalConfig },
    ...{ by: "AWS", since: "2026-01-05T09:00:00.000Z" },
  };
  /** A promoted release took stable's scaling away, and AWS had no room for the move that needs that. */
  async function barred(
    how: { by?: "hand" | "nobody"; percent?: number; remainder?: readonly unknown[]; minutes?: number } = {},
  ): Promise<string[]> {
    const { by = "hand", percent = 100, remainder = [remains], minutes = 5 } = how;
    const s = createStream({ quotaInstances: 24 });
    await underWay(s);
    await shifts(s, { from: weights(5), to: weights(percent) });
    await promotes(s);
    if (by === "hand") await s.outside(...counting("v6", 11));
    s.wait(15);
    const { MinCapacity, MaxCapacity, SuspendedState, ...target } = registering("v6", free);
    await s.ours("ScaleDown", "application-autoscaling.DeregisterScalableTarget", target);
    await s.ours("ScaleDown", ...counting("v7", 40));
    await s.lock({ holder: "rehearsal", promoted: true, remainder });
    s.wait(minutes);
    return (await s.finish()).flatMap(({ name, what }) =>
      name === "no-orphans" && goneOf(what) ? [what] : [],
    );
  }

  it("lets it be gone, where stable is idle and the move is named", async () => {
    expect(await barred()).toEqual([]);
  });

  it.each([
    ["nobody else has changed a count there", { by: "nobody" }],
    ["stable serves a part", { percent: 95 }],
    ["nothing says that the move is still to be made", { remainder: [] }],
    ["AWS has refused it for the last time two hours ago", { minutes: 120 }],
  ] as const)("reports it where %s", async (_, how) => {
    expect(await barred(how)).toHaveLength(1);
  });
});
