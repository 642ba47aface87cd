/** A thread rehearses one run after another: what a run comes to owes nothing to those before it. */
import { afterAll, describe, expect, it } from "vitest";
import { requestOf } from "../../src/rehearsal/explore/exploration.ts";
import { openThread } from "../../src/rehearsal/release/thread.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { fault, faultAt, plan } from "./explore/rehearsing.ts";

const entry = new URL("../../src/rehearsal/release/worker.ts", import.meta.url);
const threads = [openThread(entry), openThread(entry)] as const;
afterAll(() => Promise.all(threads.map((thread) => thread.close())));

const asked = (world: string, seed: number, faults: readonly string[]) =>
  requestOf(
    { plan, world: loadWorld(world), event: { model: "chat-assistant", version: 7 }, seed },
    { faults: faults.map(fault) },
  );

describe("a run after others in its thread", () => {
  it("leaves the same bytes as a first one", async () => {
    const [used, fresh] = threads;
    const lost = await faultAt("response-lost", "PrewarmInference/sagemaker.UpdateEndpoint");
    const crash = await faultAt("crash-after-call", "PrewarmInference/dynamodb.UpdateItem");
    await used.rehearse(asked("sparse-metrics", 2, []));
    await used.rehearse(asked("bad-errors", 1, [crash]));
    await used.rehearse(asked("bad-errors", 1, []));

    const after = await used.rehearse(asked("bad-errors", 1, [lost]));

    expect(JSON.stringify(after)).toBe(JSON.stringify(await fresh.rehearse(asked("bad-errors", 1, [lost]))));
    expect(after.faults).toEqual([lost]);
  });
});
