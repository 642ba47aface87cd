/** The checker of what is leased on streams made by hand: silent on a right one, one sentence on each wrong one. */
import { describe, expect, it } from "vitest";
import { arnOf, attributes, createStream, releaseId, type Stream } from "./stream.ts";

const name = "service/prod/tokenizer";
const service = { cluster: "prod", service: "tokenizer" };
/** Three tasks between releases, of one to twenty. */
const before = { min: 1, max: 20, capacity: 3 };
const target = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount", ResourceId: name };

/** `soon`: what somebody asks of the service before the raise has come. */
async function leased(
  leases: Readonly<Record<string, object>>,
  soon?: number,
): Promise<Stream & { lease: typeof lease }> {
  const s = createStream({}, { alongside: [{ ecs: service, minimum: 6 }] });
  let version = 0;
  async function lease(all: Readonly<Record<string, object>>, intended: { min: number; max: number }) {
    version += 1;
    const worker = { execution: arnOf("rehearsal"), at: new Date(s.nowMs).toISOString() };
    const item = { pk: "shared", sk: `ecs-service ${name}`, version, before, leases: all, intended, worker };
    await s.put("PutItem", { Item: attributes(item) });
  }
  await lease(leases, { min: 6, max: 20 });
  const resource = { kind: "ecs-service", name } as const;
  await s.change({ id: "lease", resource, before: null, after: { minimum: 6 }, state: "intended" });
  await s.ours("PrewarmInference", "application-autoscaling.RegisterScalableTarget", {
    ...target,
    MinCapacity: 6,
  });
  if (soon !== undefined) await s.outside("ecs.UpdateService", { ...service, desiredCount: soon });
  s.wait(10);
  s.world.advanceTo(s.nowMs);
  return Object.assign(s, { lease });
}

const found = async (s: Stream): Promise<string[]> => {
  s.wait(5);
  const all = await s.finish();
  return all.filter((each) => each.name === "capacity-before-traffic").map(({ what }) => what);
};
const capacity = ({ world }: Stream) => world.state.scalables.get(name)?.desired;
const [mine, other] = [{ minimum: 6 }, { minimum: 5 }];

describe("what is leased", () => {
  it("may go back once nobody leases it", async () => {
    const s = await leased({ [releaseId]: mine });
    expect(capacity(s)).toBe(6);
    await s.lease({ [releaseId]: { ...mine, leaving: { capacity: 6 } } }, { min: 1, max: 20 });
    await s.ours("ScaleDown", "ecs.UpdateService", { ...service, desiredCount: 3 });

    expect(await found(s)).toEqual([]);
    expect(capacity(s)).toBe(3);
  });

  it("may go as far as the largest lease that is left, and no further", async () => {
    const s = await leased({ [releaseId]: mine, another: other });
    await s.lease(
      { [releaseId]: { ...mine, leaving: { capacity: 6 } }, another: other },
      { min: 5, max: 20 },
    );
    await s.ours("ScaleDown", "ecs.UpdateService", { ...service, desiredCount: 5 });
    await s.ours("ScaleDown", "ecs.UpdateService", { ...service, desiredCount: 3 });

    expect(await found(s)).toEqual([`${name} was lowered from 5 to 3 while 5 of it are leased`]);
  });

  it("is not lowered by bounds of ours either", async () => {
    const s = await leased({ [releaseId]: mine });
    await s.ours("ScaleDown", "application-autoscaling.RegisterScalableTarget", {
      ...target,
      MinCapacity: 1,
      MaxCapacity: 4,
    });

    expect(await found(s)).toEqual([`${name} was lowered from 6 to 4 while 6 of it are leased`]);
  });

  it("is somebody else's once they have changed it", async () => {
    const s = await leased({ [releaseId]: mine });
    await s.outside("ecs.UpdateService", { ...service, desiredCount: 7 });
    await s.outside("application-autoscaling.RegisterScalableTarget", {
      ...target,
      MinCapacity: 1,
      MaxCapacity: 4,
    });

    expect(await found(s)).toEqual([]);
    expect(capacity(s)).toBe(4);
  });
});

describe("a capacity that somebody asks for", () => {
  const lowered = async (s: Stream) => {
    s.wait(5);
    await s.ours("ScaleDown", "ecs.UpdateService", { ...service, desiredCount: 3 });
    return (await s.finish()).filter(({ what }) => what.includes("overwrites")).map(({ what }) => what);
  };
  const asks = (s: Stream, desiredCount: number) =>
    s.outside("ecs.UpdateService", { ...service, desiredCount });
  const theirs = [expect.stringMatching(/^UpdateService on ecs-service .* overwrites what someone else/)];

  it("is not overwritten", async () => {
    const s = await leased({ [releaseId]: mine });
    await asks(s, 8);

    expect(await lowered(s)).toEqual(theirs);
  });

  it("is not there any more once Application Auto Scaling has brought it to what is leased", async () => {
    const s = await leased({ [releaseId]: mine }, 2);
    expect(capacity(s)).toBe(6);

    expect(await lowered(s)).toEqual([]);
  });

  it("is theirs again where they ask once more", async () => {
    const s = await leased({ [releaseId]: mine }, 2);
    await asks(s, 8);

    expect(await lowered(s)).toEqual(theirs);
  });
});
