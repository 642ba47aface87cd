/** Checkers of locks, intents and duplicates on streams made by hand. */
import { describe, expect, it } from "vitest";
import {
  claims,
  free,
  held,
  holdsStable,
  looks,
  opened,
  registering,
  underWay,
  weighing,
  weights,
} from "./right-release.ts";
import { createStream, endpoint, releaseId, scalingOf } from "./stream.ts";

describe("one-at-a-time", () => {
  it("reports a change by a run that does not hold the lock, and one after the lock was freed", async () => {
    const s = createStream();
    await opened(s);
    await s.change({
      id: "hold",
      state: "intended",
      before: free,
      after: held,
      resource: { kind: "scaling", name: scalingOf("v6") },
    });
    const call = ["application-autoscaling.RegisterScalableTarget", registering("v6", held)] as const;
    await s.ours({ state: "PrewarmInference", execution: "other" }, ...call);
    await s.lock({ holder: undefined });
    await s.ours("PrewarmInference", ...call);

    const found = (await s.finish()).filter(({ name }) => name === "one-at-a-time");

    expect(found.map(({ what }) => what)).toEqual([
      `RegisterScalableTarget of execution other changed scaling ${scalingOf("v6")} while execution rehearsal held the lock`,
      `RegisterScalableTarget of execution rehearsal changed scaling ${scalingOf("v6")} while nobody held the lock`,
    ]);
  });

  it("reports a run that waits and does not say for whom", async () => {
    const s = createStream();
    await opened(s);
    s.entered("Opened", { route: "queued", reason: `held by ${releaseId}` }, "second");
    s.entered("Opened", { route: "queued", reason: "busy" }, "third");

    expect((await s.finish()).filter(({ name }) => name === "one-at-a-time")).toEqual([
      { name: "one-at-a-time", what: 'execution third waits and does not say for whom: "busy"' },
    ]);
  });
});

describe("write-ahead", () => {
  const call = ["application-autoscaling.RegisterScalableTarget", registering("v6", held)] as const;
  const resource = { kind: "scaling", name: scalingOf("v6") } as const;
  const intent = { id: "hold", state: "intended", resource, before: free, after: held } as const;
  const raise = { ...registering("v6", free), MaxCapacity: 40 };

  it("reports a call without an intent, and one that does something else", async () => {
    const s = createStream();
    await opened(s);
    await s.ours("PrewarmInference", ...call);
    await s.change({ ...intent, after: { ...held, max: 20 }, before: { ...free, max: 30 } });
    await s.ours("PrewarmInference", ...call);

    expect((await s.finish()).filter(({ name }) => name === "write-ahead").map(({ what }) => what)).toEqual([
      `RegisterScalableTarget on scaling ${scalingOf("v6")} reached AWS with no open change in the ledger`,
      `RegisterScalableTarget on scaling ${scalingOf("v6")} leads neither to what hold intended nor to what was before`,
    ]);
  });

  it("reports a restore over what an outside hand changed", async () => {
    const s = createStream();
    await opened(s);
    await holdsStable(s);
    s.wait(5);
    await s.outside("application-autoscaling.RegisterScalableTarget", raise);
    s.wait(1);
    await looks(s, "ScaleDown");
    await s.ours("ScaleDown", "application-autoscaling.RegisterScalableTarget", registering("v6", free));

    expect((await s.finish()).filter(({ name }) => name === "write-ahead")).toEqual([
      {
        name: "write-ahead",
        what: `RegisterScalableTarget on scaling ${scalingOf("v6")} overwrites what someone else changed (RegisterScalableTarget) 60 s before`,
      },
    ]);
  });

  it("counts apart an outside change between a step's last look and its call", async () => {
    const s = createStream();
    await opened(s);
    await holdsStable(s);
    const by = { state: "ScaleDown", invocation: "one" };
    await s.ours(by, "sagemaker.DescribeEndpoint", { EndpointName: endpoint });
    await s.outside("application-autoscaling.RegisterScalableTarget", raise);
    await s.ours(by, "application-autoscaling.RegisterScalableTarget", registering("v6", free));

    expect((await s.finish()).filter(({ name }) => name === "write-ahead")).toEqual([]);
    expect(s.figures.unguardedOverwrites).toBe(1);
  });

  it("takes what such a call has overwritten for ours, until it is changed from outside again", async () => {
    const suspends = {
      ...registering("v6", free),
      SuspendedState: {
        DynamicScalingInSuspended: true,
        DynamicScalingOutSuspended: true,
        ScheduledScalingSuspended: true,
      },
    };
    const operation = "application-autoscaling.RegisterScalableTarget";
    const restored = async (...after: (typeof suspends)[]) => {
      const s = createStream();
      await opened(s);
      const by = { state: "PrewarmInference", invocation: "one" };
      await s.change(intent);
      await s.ours(by, "sagemaker.DescribeEndpoint", { EndpointName: endpoint });
      s.wait(1);
      await s.outside(operation, suspends);
      await s.ours(by, ...call);
      await s.change({ ...intent, state: "applied" });
      for (const one of after) await s.outside(operation, one);
      s.wait(1);
      await looks(s, "ScaleDown");
      await s.ours("ScaleDown", operation, registering("v6", free));
      expect(s.figures.unguardedOverwrites).toBe(1);
      return (await s.finish()).filter(({ name }) => name === "write-ahead");
    };

    expect(await restored()).toEqual([]);
    expect(await restored(suspends)).toHaveLength(1);
    expect(await restored({ ...raise, SuspendedState: registering("v6", held).SuspendedState })).toHaveLength(
      1,
    );
  });
});

describe("exactly-once", () => {
  it("reports a change that took effect twice, and not a repetition that changed nothing", async () => {
    const s = createStream();
    await underWay(s);
    await s.ours("ShiftTraffic", "application-autoscaling.RegisterScalableTarget", registering("v6", held));
    await s.ours("ShiftTraffic", ...weighing(weights(5)));

    expect((await s.finish()).filter(({ name }) => name === "exactly-once")).toEqual([
      {
        name: "exactly-once",
        what: `${releaseId}: change shift-95-5 took effect twice, by UpdateEndpointWeightsAndCapacities`,
      },
    ]);
  });

  it("reports a second run for one attempt, and a second attempt that nobody asked for", async () => {
    const s = createStream();
    s.started("third", { model: "chat-assistant", version: 7 });
    s.started("fourth", { model: "chat-assistant", version: 7, again: true });
    await claims(s, "first");
    await claims(s, "second");
    await claims(s, "third", 2);
    await claims(s, "fourth", 3);

    expect((await s.finish()).map(({ what }) => what)).toEqual([
      `${releaseId} was opened by execution second, and before by first`,
      `${releaseId} was opened though 1 attempts at it were made and nobody asked for it again`,
    ]);
  });
});
