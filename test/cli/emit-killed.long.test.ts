/**
 * `slipway emit --wait` killed at a hundred moments of a release, by the machine and the steps as they are deployed: run
 * again it finds what it has started, and tells how that ended.
 */
import { SFN } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { streams } from "#twin/world";
import { connect } from "../../src/aws/clients.ts";
import { attemptsAt } from "../../src/aws/releases.ts";
import { readCommandLine } from "../../src/cli/arguments.ts";
import { emit } from "../../src/cli/emit.ts";
import { pipelineCommands } from "../../src/cli/pipeline-commands.ts";
import { type LiveThread, openLiveThread } from "../../src/rehearsal/live/live-thread.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { dying, type Kill } from "../aws/dying.ts";
import { partOf } from "../part.ts";
import { plan } from "../rehearsal/explore/rehearsing.ts";
import { reaching } from "../rehearsal/twin/twin-handler.ts";
import { keptStream } from "./spoken.ts";

const entry = new URL("../../src/rehearsal/live/live-worker.ts", import.meta.url);
const startMs = Date.UTC(2026, 0, 5, 8);
const release = "chat-assistant-v7-production";
const [grammar] = pipelineCommands;
const words = ["plans/chat-assistant.yml", "--version", "7", "--wait", "--every", "120", "--timeout", "6h"];

interface Twin {
  readonly thread: LiveThread;
  nowMs: number;
}

/** Runs the command as a process that may be killed; it makes no call and waits for nothing after that. */
async function run(twin: Twin, kill?: Kill) {
  if (grammar === undefined) throw new Error("expected the command emit");
  const { aws, calls, isDead } = dying(reaching(twin.thread).requestHandler as never, kill);
  const [out, err] = [keptStream(), keptStream()];
  const code = await emit(
    readCommandLine(words, grammar),
    { out, err },
    {
      variables: {
        GITHUB_ACTIONS: "true",
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: "a/b",
        GITHUB_RUN_ID: "1",
      },
      now: () => twin.nowMs,
      async wait(ms) {
        if (isDead()) throw new Error("killed");
        twin.nowMs += ms;
        await twin.thread.advance(twin.nowMs);
      },
      toldToEnd: () => ({ signal: new AbortController().signal, code: () => 143, end: () => undefined }),
      bound: async () => ({ aws, who: "arn:aws:sts::123456789012:assumed-role/ci/run" }),
    },
  ).catch((error: unknown) => {
    if (kill === undefined) throw error;
    return "killed" as const;
  });
  return { code, out: out.text, calls: calls() };
}

async function onTwin<T>(world: string, use: (twin: Twin) => Promise<T>): Promise<T> {
  const thread = await openLiveThread(entry, {
    plan,
    world: loadWorld(world),
    seed: 1,
    startMs,
    sweep: true,
  });
  try {
    await thread.advance(startMs + 60_000);
    return await use({ thread, nowMs: startMs + 60_000 });
  } finally {
    await thread.close();
  }
}

/** Executions that were started for it, and attempts that were opened. */
async function made({ thread }: Twin) {
  const { executions = [] } = await new SFN(reaching(thread)).listExecutions({
    stateMachineArn: thread.stateMachineArn,
  });
  const attempts = await attemptsAt(connect(reaching(thread).requestHandler as never), release);
  return {
    executions: executions.flatMap(({ name = "" }) => (name.startsWith("emit-") ? [name.slice(0, -9)] : [])),
    attempts: attempts.map(({ release: { id } }) => id),
  };
}

const once = { executions: [`emit-slipway-dev-${release}-1`], attempts: [release] };

const killedIn = [
  ["bad-errors", 2, 30],
  ["healthy", 0, 10],
  ["no-quota", 4, 60],
] as const;

test.each(partOf(killedIn, 2))(
  "in the world %s it ends with %i, however often it was killed",
  async (world, code, seeds) => {
    const whole = await onTwin(world, async (twin) => ({ ...(await run(twin)), ...(await made(twin)) }));
    expect(whole).toMatchObject({ code, ...once });
    const all = Array.from({ length: seeds }, (_, nth) => nth + 1);
    for (const seed of partOf(all, Math.ceil(seeds / 30))) {
      const chance = streams(seed)("kill", 0);
      const kill = {
        at: 1 + Math.floor(chance.uniform() * whole.calls),
        takesEffect: chance.uniform() < 0.5,
      };
      await onTwin(world, async (twin) => {
        const killed = await run(twin, kill);
        // The machine goes on meanwhile, for a moment or for hours.
        twin.nowMs += Math.floor(chance.uniform() ** 3 * 2 * 3_600_000);
        await twin.thread.advance(twin.nowMs);
        const again = await run(twin);

        expect({ seed, kill, killed: killed.code, code: again.code, ...(await made(twin)) }).toEqual({
          ...{ seed, kill, killed: "killed", code },
          ...once,
        });
      });
    }
  },
  1_800_000,
);
