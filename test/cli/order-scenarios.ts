/** Releases in every state in which a person may give an order, and the orders, with what must come of each. */
import { approvalsOf } from "../../src/aws/approvals.ts";
import { readFreeze } from "../../src/aws/freezes.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { takeLock, takeOverLock } from "../../src/aws/locks.ts";
import { claimRelease } from "../../src/aws/releases.ts";
import { keepWatched, noteRule, watchedOf } from "../../src/aws/watched-bounds.ts";
import { executionName } from "../../src/core/release/names.ts";
import { executionArn } from "../aws/executions.ts";
import { holding, releaseOf, subject } from "../aws/releases.ts";
import { plan } from "../core/example.ts";
import { kept } from "./lock-scenarios.ts";
import type { Scenario } from "./refusals.ts";
import type { ServedAccount } from "./served-account.ts";
import { type Spoken, say } from "./spoken.ts";

export const release = "chat-assistant-v7-production";
const person = "arn:aws:iam::123456789012:user/twin";
export const byHand = (nth: string) =>
  executionName("compensate-by-hand", { stack: "slipway-dev", releaseId: release, nth });

interface State {
  readonly running: readonly string[];
  readonly order: string | undefined;
  readonly answer: string | undefined;
  readonly freeze: string | undefined;
  readonly undo?: string | undefined;
}

export async function stateOf({ aws, executions }: ServedAccount): Promise<State> {
  const { order } = await readLock(aws, subject);
  const [answer] = await approvalsOf(aws, release);
  const freeze = await readFreeze(aws, "chat-assistant");
  const { ordered } = (await watchedOf(aws, "chat-assistant")) ?? {};
  return {
    running: executions.list("RUNNING").map(({ name }) => name),
    order: order && `${order.kind} by ${order.by}`,
    answer: answer && `${answer.stage} ${answer.answer} by ${answer.by.arn}`,
    freeze: freeze && `${freeze.reason} by ${freeze.by} until ${freeze.until}`,
    ...(ordered !== undefined && { undo: `${ordered.reason} by ${ordered.by}` }),
  };
}

const at = "2026-11-23T09:00:00.000Z";
const last = { at, variant: "v6", from: 8, to: 6, evidence: 5 };

/** The minimum of its endpoint was lowered from eight to six by what was learnt, and is watched. */
async function adjusted({ aws }: ServedAccount): Promise<void> {
  const within = { minInstances: 3, maxInstances: 12 };
  await noteRule(aws, { ...plan, proposals: { adjust: "automatic", within } }, at);
  const record = await watchedOf(aws, "chat-assistant");
  if (record !== undefined) await keepWatched(aws, record, { ...record, adjusting: { last } });
}

/** What is so by the words of the command alone; `kind` is that of the order, for commands that give one. */
const claimed =
  (kind?: "stop" | "roll-back") =>
  ({ out, err }: Spoken, was: unknown): State => {
    const told = out + err;
    const before = was as State;
    const [, started] = /being rolled back by execution (\S+)/.exec(told) ?? [];
    const isStopped = started !== undefined || /is stopped[;,]/.test(told);
    const left = before.running.filter((name) => name !== "release-v7" || !isStopped);
    const isOrdered = kind !== undefined && (isStopped || told.includes("has the order"));
    const [, answered] = /production, stage (.*), answered by \w/.exec(told) ?? [];
    return {
      running: started === undefined ? left : [started, ...left],
      order: isOrdered ? `${kind} by ${person}` : before.order,
      answer: answered === undefined ? before.answer : `${answered.replace(":", "")} by ${person}`,
      freeze: freezeBy(told, before.freeze),
    };
  };

function freezeBy(told: string, before: string | undefined): string | undefined {
  if (told.includes("the freeze is lifted")) return undefined;
  const [, until] = /no new stage starts until (\S+)/.exec(told) ?? [];
  return until === undefined ? before : `a big day by ${person} until ${until}`;
}

const atStart = { running: ["release-v7"], order: undefined, answer: undefined, freeze: undefined };

/** As CheckKpis leaves the document of a stage that asks, as far as it matters to who answers. */
export function askingDocument(
  rule: { people?: number; notAuthor?: boolean; sides?: readonly string[] } = {},
  more: object = {},
): Record<string, unknown> {
  const packageArn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7";
  // The function that takes orders goes by this machine's clock.
  const [shiftedAt, until] = [-3_600_000, 1_800_000].map((ms) => new Date(Date.now() + ms).toISOString());
  return {
    plan: { ...more, rollout: { onInconclusive: { action: "ask", waitMinutes: 60, ...rule } } },
    planning: { needs: { candidate: { packageArn } } },
    judgement: { stage: 2, reason: "waiting for an answer", asks: { shiftedAt, until } },
  };
}

/** The release goes forward, between two looks of a bake, and its stage 2 asks. */
export async function baking(account: ServedAccount): Promise<void> {
  await holding(account);
  account.executions.leave("release-v7", "CheckKpis", askingDocument());
  account.executions.enter("release-v7", "BakeOn");
}

/** Its execution is over, and nobody has taken over what it left. */
async function dead(account: ServedAccount): Promise<void> {
  await baking(account);
  account.executions.end("release-v7");
}

/** The sweep's compensation has taken the lock over. */
async function compensated(account: ServedAccount): Promise<void> {
  await dead(account);
  const execution = account.executions.begin("compensate-a", {
    compensate: { releaseId: release, why: "it died" },
  });
  account.executions.enter("compensate-a", "OpenRelease");
  const claim = { subject, releaseId: release, execution, since: "2026-11-23T09:10:00.000Z" };
  await takeOverLock(account.aws, claim, executionArn("release-v7"));
}

/** Another release holds the lock; ours waits for it. */
async function waiting(account: ServedAccount): Promise<void> {
  const { aws, executions } = account;
  const execution = executions.begin("release-v6");
  const since = "2026-11-23T08:00:00.000Z";
  await takeLock(aws, { subject, releaseId: "chat-assistant-v6-production", execution, since, version: 6 });
  executions.begin("release-v7");
  executions.enter("release-v7", "WaitForLock");
  await claimRelease(aws, releaseOf(7), plan);
}

export const later = "2101-01-01T00:00:00.000Z";
export const scenarios: Readonly<Record<string, Scenario>> = {
  "stop, of a release that bakes": {
    before: baking,
    command: ["stop", release],
    look: stateOf,
    said: claimed("stop"),
    done: { ...atStart, running: [], order: `stop by ${person}` },
  },
  "rollback, of a release that bakes": {
    before: baking,
    command: ["rollback", release],
    look: stateOf,
    said: claimed("roll-back"),
    done: { ...atStart, running: [byHand("1-1")], order: `roll-back by ${person}` },
  },
  "rollback, of a release whose execution died": {
    before: dead,
    command: ["rollback", release],
    look: stateOf,
    said: claimed(),
    done: { ...atStart, running: [byHand("1-1")] },
  },
  "rollback, of a release that could not put everything back": {
    before: kept,
    command: ["rollback", release],
    look: stateOf,
    said: claimed(),
    done: { ...atStart, running: [byHand("1-1")] },
  },
  "stop, of a release whose execution died": {
    before: dead,
    command: ["stop", release],
    look: stateOf,
    said: (_told, was) => was,
    done: { ...atStart, running: [] },
  },
  "rollback, of a release that is being compensated": {
    before: compensated,
    command: ["rollback", release],
    look: stateOf,
    said: (_told, was) => was,
    done: { ...atStart, running: ["compensate-a"] },
  },
  "stop, of a release that is being compensated": {
    before: compensated,
    command: ["stop", release],
    look: stateOf,
    said: (_told, was) => was,
    done: { ...atStart, running: ["compensate-a"] },
  },
  "rollback, of a release that waits for another": {
    before: waiting,
    command: ["rollback", release],
    look: stateOf,
    said: waitingSaid,
    done: { ...atStart, running: ["release-v6"] },
  },
  approve: {
    before: baking,
    command: ["approve", release],
    look: stateOf,
    said: claimed(),
    done: { ...atStart, answer: `2 proceed by ${person}` },
  },
  freeze: {
    before: baking,
    command: ["freeze", "chat-assistant", "--reason", "a big day", "--until", later],
    look: stateOf,
    said: claimed(),
    done: { ...atStart, freeze: `a big day by ${person} until ${later}` },
  },
  "freeze --lift": {
    before: async (account) => {
      await baking(account);
      await say("freeze", "chat-assistant", "--reason", "a big day");
    },
    command: ["freeze", "chat-assistant", "--lift"],
    look: stateOf,
    said: claimed(),
    done: atStart,
  },
  undo: {
    before: async (account) => {
      await baking(account);
      await adjusted(account);
    },
    command: ["undo", "chat-assistant", "--reason", "a big day"],
    look: stateOf,
    said: ({ out }, was) =>
      out.includes("goes back from 6 to 8") ? { ...(was as State), undo: `a big day by ${person}` } : was,
    done: { ...atStart, undo: `a big day by ${person}` },
  },
};

function waitingSaid({ out }: Spoken, was: unknown): State {
  const before = was as State;
  return out.includes("it is stopped") ? { ...before, running: ["release-v6"] } : before;
}
