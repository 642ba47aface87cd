/**
 * The ledger, its locks and its undos under any interleaving of two releases, two sweeps and an outside hand, call by
 * call, with deaths in between: one sweep after the last death leaves everything as before, but for what is the hand's, and
 * evidence of every change that took effect, in one chain.
 */
import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import { asJson } from "../../src/aws/as-json.ts";
import { make, openUndos, undo } from "../../src/aws/changes.ts";
import { finishEvidence } from "../../src/aws/evidence.ts";
import { isLeft } from "../../src/aws/executions.ts";
import type { Tools } from "../../src/aws/lambda.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { heldLocks, readLock } from "../../src/aws/lock-item.ts";
import { enqueue, freeLock, leaveQueue, takeLock, takeOverLock } from "../../src/aws/locks.ts";
import { readConfig } from "../../src/aws/serving/sagemaker/models.ts";
import { held, Scaling } from "../../src/core/capacity/scaling.ts";
import type { ChangePack, Described, Pack } from "../../src/core/evidence/pack.ts";
import { changesRead } from "../../src/core/release/document/ledger.ts";
import { type JsonValue, same } from "../../src/core/release/json-value.ts";
import type { Release } from "../../src/core/release/release.ts";
import { scalingOf } from "../../src/core/release/resources.ts";
import { runsOf } from "../part.ts";
import { holds } from "../property.ts";
import { type Account, openAccount } from "./account.ts";
import { chainIn, type EvidenceBucket, evidenceBucket, withEvidence } from "./evidence-bucket.ts";
import { executionArn } from "./executions.ts";
import { releaseOf, subject } from "./releases.ts";
import { interleaved, type Made, type Worker } from "./turn-by-turn.ts";

const scaling = scalingOf("chat-assistant", "v6");
const stableConfig = "chat-assistant-config-v6";
const mostPolls = 12;

const claimOf = ({ id, execution }: Release) => ({
  subject,
  releaseId: id,
  execution,
  since: "2026-11-23T09:00:00.000Z",
});

/** A whole release as far as the ledger goes: its turn, three changes, and the way back. */
async function releasing(tools: Tools, release: Release, bucket: EvidenceBucket): Promise<void> {
  const fence = await turnOf(tools, release);
  if (fence === undefined) return;
  const own = { ...release, fence };
  await changing(tools, await Ledger.open(tools.aws, own), release).catch(unlessDrifted);
  await evidencing(tools, bucket);
  await undoing(tools, own);
}

async function turnOf(tools: Tools, release: Release): Promise<number | undefined> {
  const claim = claimOf(release);
  for (let polls = 0; polls < mostPolls; polls++) {
    const taken = await takeLock(tools.aws, claim).catch(unlessContended);
    if (taken?.held) return taken.fence;
    await enqueue(tools.aws, claim).catch(unlessContended);
  }
  await leaveQueue(tools.aws, subject, release.execution).catch(unlessContended);
  return undefined;
}

/** Makes evidence of what is claimed, as a step that waits does, or the sweep. */
async function evidencing(tools: Tools, bucket: EvidenceBucket): Promise<void> {
  const item = await readLock(tools.aws, subject);
  await finishEvidence(tools, bucket, { subject, item, by: "sweep" });
}

async function changing(tools: Tools, ledger: Ledger, { id }: Release): Promise<void> {
  const from = (change: (now: Scaling) => Scaling) => (now: JsonValue) => asJson(change(Scaling.parse(now)));
  const config = await readConfig(tools.aws, stableConfig);
  await make(tools, ledger, { id: "hold", resource: scaling, to: from(held) });
  await make(tools, ledger, {
    id: "config",
    resource: { kind: "endpoint-config", name: `${id}-join` },
    to: config,
  });
  await make(tools, ledger, {
    id: "raise",
    resource: scaling,
    to: from((now) => ({ ...now, min: now.min + 1 })),
  });
}

async function undoing(tools: Tools, release: Release): Promise<void> {
  const ledger = await Ledger.open(tools.aws, release);
  for (const one of openUndos(ledger, () => true)) await undo(tools, ledger, one);
  await freeLock(tools.aws, release);
}

/** Undoes what dead executions have left, as the sweep's compensations do. */
async function sweeping(tools: Tools, name: string, bucket: EvidenceBucket, rounds = 1): Promise<void> {
  if (rounds > 1) await sweeping(tools, name, bucket, rounds - 1);
  for (const { holder } of await heldLocks(tools.aws)) {
    if (!(await isLeft(tools.aws, { holder }, tools.now()))) continue;
    const execution = executionArn(name);
    const claim = { subject, releaseId: holder.releaseId, execution, since: holder.since };
    const taken = await takeOverLock(tools.aws, claim, holder.execution).catch(unlessContended);
    const release = { ...releaseOf(7), id: holder.releaseId, execution };
    if (taken?.held) await undoing(tools, { ...release, fence: taken.fence });
  }
  await evidencing(tools, bucket);
}

function unlessNamed(...names: string[]) {
  return (error: Error): undefined => {
    if (!names.includes(error.name)) throw error;
    return undefined;
  };
}
const unlessContended = unlessNamed("LedgerContended");
const unlessDrifted = unlessNamed("Drifted");

/** What the hand sets. */
const settings = { MinCapacity: 7, MaxCapacity: 40 } as const;
type Setting = keyof typeof settings;

interface Hand {
  readonly setting: Setting;
  /** Calls that it makes before, so that it comes late. */
  readonly looks: number;
}

async function handing({ aws }: Tools, { setting, looks }: Hand): Promise<void> {
  for (let nth = 0; nth < looks; nth++) await readLock(aws, subject);
  await aws.scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "sagemaker",
      ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
      ResourceId: scaling.name,
      [setting]: settings[setting],
    }),
  );
}

const writes = /^(Register|Deregister|Create|Delete)(ScalableTarget|EndpointConfig)$/;

/** Every change of ours is the lock's holder's, and stands open in its ledger. */
async function covered(account: Account, { by, operation, input }: Made): Promise<void> {
  if (by === "hand" || !writes.test(operation)) return;
  const { holder, changes = {} } = await readLock(account.aws, subject);
  const name = input.ResourceId ?? input.EndpointConfigName;
  const open = changesRead(changes).filter(
    ({ resource, state }) => resource.name === name && (state === "intended" || state === "applied"),
  );
  expect(holder?.execution).toBe(executionArn(by));
  expect(open).not.toEqual([]);
}

/** Whether a setting was overwritten in the window that AWS leaves: after a worker's look, before its next call. */
function inTheWindow(calls: readonly Made[], setting: Setting): boolean {
  const hand = calls.findLastIndex(({ by }) => by === "hand");
  return calls.some(
    ({ by, operation, input }, nth) =>
      nth > hand &&
      operation === "RegisterScalableTarget" &&
      input[setting] !== undefined &&
      !calls.slice(hand, nth).some((each) => each.by === by && each.operation === "DescribeScalableTargets"),
  );
}

/** A call that changed the scaling. */
interface Effect {
  readonly from: JsonValue;
  readonly to: JsonValue;
  readonly by: string;
}

const isOfScaling = (pack: Pack): pack is ChangePack =>
  "resource" in pack && pack.resource.kind === "scaling";
const is = (state: Described): JsonValue => ("is" in state ? state.is : state.sha256);

/** Where a hand was at it, a call's effect is not what anybody meant: then it is told of, and no more is asked. */
function evidenced(packs: readonly ChangePack[], effects: readonly Effect[], start: JsonValue): void {
  const ours = effects.filter(({ by }) => by !== "hand");
  if (ours.length === effects.length) told(packs, effects, start);
  else if (ours.length > 0) expect(packs).not.toEqual([]);
}

/** Each effect is told by one pack, in their order, and no pack tells of another; of what was begun, or not, either is right. */
function told(packs: readonly ChangePack[], effects: readonly Effect[], start: JsonValue): void {
  const left = [...effects];
  let state = start;
  const takes = (to: JsonValue) => {
    expect(left.shift()).toMatchObject({ from: state, to });
    state = to;
  };
  for (const pack of packs) {
    const [from, to] = [is(pack.before), is(pack.after)];
    if (pack.what === "begun" && !same(left[0]?.to ?? null, to)) continue;
    if (pack.unsaid !== undefined && !same(state, from)) takes(from);
    expect(from).toEqual(state);
    takes(to);
  }
  expect(left).toEqual([]);
}

const case_ = fc.record({
  order: fc.array(fc.nat(59), { minLength: 8, maxLength: 120 }),
  deaths: fc.array(fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }), {
    minLength: 4,
    maxLength: 4,
  }),
  hand: fc.option(
    fc.record({
      setting: fc.constantFrom<Setting>("MinCapacity", "MaxCapacity"),
      looks: fc.integer({ min: 0, max: 45 }),
    }),
    { nil: undefined, freq: 4 },
  ),
});

test("two releases, two sweeps and an outside hand, in any order and with any deaths, leave what was there", async () => {
  await holds(
    fc.asyncProperty(case_, async ({ order, deaths, hand }) => {
      const account = openAccount();
      const { aws, executions } = account;
      const before = await readScaling(aws, scaling.name);
      const calls: Made[] = [];
      const bucket = evidenceBucket();
      const effects: Effect[] = [];
      const look = () => readScaling(aws, scaling.name);
      let state = asJson(before);
      const running = (name: string, work: Worker["work"], diesAfter?: number): Worker => {
        executions.begin(name);
        return { name, work, diesAfter, ended: () => executions.end(name) };
      };
      const seven = { ...releaseOf(7), execution: executionArn("seven") };
      const eight = { ...releaseOf(8), execution: executionArn("eight") };
      const workers = [
        running("seven", (tools) => releasing(withEvidence(tools), seven, bucket), deaths[0]),
        running("eight", (tools) => releasing(withEvidence(tools), eight, bucket), deaths[1]),
        running("sweep", (tools) => sweeping(withEvidence(tools), "sweep", bucket, 8), deaths[2]),
        running("rival-sweep", (tools) => sweeping(withEvidence(tools), "rival-sweep", bucket, 8), deaths[3]),
        ...(hand === undefined ? [] : [running("hand", (tools) => handing(tools, hand))]),
      ];
      const watch = async (made: Made) => {
        calls.push(made);
        await covered(account, made);
        if (!made.operation.endsWith("ScalableTarget")) return;
        const now = asJson(await look());
        if (!same(state, now)) effects.push({ from: state, to: now, by: made.by });
        state = now;
      };

      await interleaved(account, workers, { order, watch });
      const last = {
        ...running("last-sweep", (tools) => sweeping(withEvidence(tools), "last-sweep", bucket)),
      };
      await interleaved(account, [last], { order: [0], watch });

      const theirs =
        hand?.setting === "MinCapacity" ? { min: settings.MinCapacity } : { max: settings.MaxCapacity };
      const after = await readScaling(aws, scaling.name);
      const kept = hand === undefined ? before : { ...before, ...theirs };
      expect([
        kept,
        ...(hand !== undefined && inTheWindow(calls, hand.setting) ? [before] : []),
      ]).toContainEqual(after);
      expect((await readLock(aws, subject)).holder).toBeUndefined();
      expect([...account.world.state.endpointConfigs.keys()]).toEqual([stableConfig]);
      const { evidence } = await readLock(aws, subject);
      expect(evidence?.claimed ?? {}).toEqual({});
      evidenced(chainIn(bucket, subject, evidence).filter(isOfScaling), effects, asJson(before));
    }),
    { numRuns: runsOf(60) },
  );
});
