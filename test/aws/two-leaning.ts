/**
 * Two releases of two endpoints that lean on one service, call by call in any order, one of them or both dying anywhere,
 * and sweeps between: while a release leans on the service it has what that needs.
 */
import fc from "fast-check";
import { expect } from "vitest";
import { isContended, make, openUndos, undo } from "../../src/aws/changes.ts";
import { isLeft } from "../../src/aws/executions.ts";
import type { Tools } from "../../src/aws/lambda.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { heldLocks, readLock } from "../../src/aws/lock-item.ts";
import { freeLock, takeLock, takeOverLock } from "../../src/aws/locks.ts";
import { readShared } from "../../src/aws/shared-items.ts";
import { SlipwayError } from "../../src/core/errors.ts";
import { plan } from "../core/example.ts";
import { type Account, openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { releaseOf } from "./releases.ts";
import { interleaved, type Made } from "./turn-by-turn.ts";

const name = "service/prod/tokenizer";
const resource = { kind: "ecs-service", name } as const;
const leaning = { ...plan, alongside: [{ ecs: { cluster: "prod", service: "tokenizer" }, minimum: 8 }] };
const before = { min: 2, max: 20, capacity: 4 };

export interface Leaning {
  /** Of its worker, and the last part of its execution's ARN. */
  readonly name: string;
  readonly subject: string;
  /** What it needs, stage by stage. */
  readonly minimums: readonly number[];
  readonly diesAfter?: number | undefined;
}

const releaseIn = ({ name: execution, subject }: Pick<Leaning, "name" | "subject">) => ({
  ...releaseOf(7),
  id: `${subject.split("/")[1]}-v7-production`,
  subject,
  execution: executionArn(execution),
});

interface Played {
  readonly account: Account;
  /** What each release has been promised and has not begun to give back. */
  readonly promised: Map<string, number>;
}

const service = ({ world: { state } }: Account) => ({
  min: state.scalableTargets.get(name)?.minCapacity,
  max: state.scalableTargets.get(name)?.maxCapacity,
  capacity: state.scalables.get(name)?.desired,
});

const mayPass = (error: unknown): boolean =>
  isContended(error) ||
  (error instanceof Error && /ConcurrentUpdate|InProgress/.test(`${error.name} ${error.message}`));

/** Time goes by, unless somebody alive has the service in work: no Lambda lives long enough to be overtaken. */
async function later({ account }: Played, tools: Tools, seconds: number): Promise<void> {
  const { worker } = await readShared(tools.aws, resource);
  const isAlive = worker !== undefined && account.executions.describe(worker.execution).status === "RUNNING";
  if (!isAlive) account.wait(seconds / 60);
}

async function patiently<T>(played: Played, tools: Tools, act: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++)
    try {
      return await act();
    } catch (error) {
      if (tries > 60 || !mayPass(error)) throw error;
      // Application Auto Scaling is at the change of before for seconds.
      if (isContended(error)) await later(played, tools, 95);
      else played.account.wait(5 / 60);
    }
}

async function releasing(played: Played, tools: Tools, it: Leaning): Promise<void> {
  const release = releaseIn(it);
  const claim = { subject: it.subject, releaseId: release.id, execution: release.execution };
  const taken = await takeLock(tools.aws, { ...claim, since: new Date(tools.now()).toISOString() });
  if (!taken.held) throw new Error("expected a lock of its own");
  const own = { ...release, fence: taken.fence };
  const ledger = await Ledger.open(tools.aws, own);
  for (const [stage, minimum] of it.minimums.entries()) {
    const intent = { id: `lease-${stage}`, resource, to: { minimum } };
    await patiently(played, tools, () => make(tools, ledger, intent));
    played.promised.set(release.id, minimum);
  }
  await givingBack(played, tools, own);
}

async function givingBack(
  played: Played,
  tools: Tools,
  release: ReturnType<typeof releaseIn>,
): Promise<void> {
  const ledger = await Ledger.open(tools.aws, release);
  played.promised.delete(release.id);
  for (let looks = 0; looks < 80; looks++) {
    const [one] = openUndos(ledger, () => true);
    if (one === undefined) return freeLock(tools.aws, release);
    const became = await patiently(played, tools, () => undo(tools, ledger, one));
    if (became === "ending") await later(played, tools, 60);
  }
  throw new Error("expected the lease to be given back within 80 looks");
}

/** Undoes what dead executions have left, once nothing of theirs can be at work any more. */
async function sweeping(played: Played, tools: Tools, execution: string): Promise<void> {
  for (const { holder, subject } of await heldLocks(tools.aws)) {
    if (!(await isLeft(tools.aws, { holder }, tools.now()))) continue;
    const release = releaseIn({ name: execution, subject });
    const claim = { subject, releaseId: release.id, execution: release.execution, since: holder.since };
    played.promised.delete(release.id);
    const taken = await takeOverLock(tools.aws, claim, holder.execution).catch(unlessContended);
    if (taken?.held) await givingBack(played, tools, { ...release, fence: taken.fence });
  }
}

function unlessContended(error: unknown): undefined {
  if (!(error instanceof SlipwayError) || error.name !== "LedgerContended") throw error;
  return undefined;
}

/** What is promised is in force, and whoever changes the service has it in work. */
async function watched({ account, promised }: Played, { by, operation }: Made): Promise<void> {
  const { min = 0 } = service(account);
  for (const minimum of promised.values()) expect(min).toBeGreaterThanOrEqual(minimum);
  if (operation !== "RegisterScalableTarget" && operation !== "UpdateService") return;
  const { worker } = await readShared(account.aws, resource);
  expect(worker?.execution).toBe(executionArn(by));
}

/** Two releases and a sweep in an order, and what there is when the last sweep has been by. */
export async function played(both: readonly Leaning[], order: readonly number[]): Promise<Account> {
  const account = openAccount({ plan: leaning });
  expect(service(account)).toEqual(before);
  const play: Played = { account, promised: new Map() };
  const running = (worker: string, work: (tools: Tools) => Promise<void>, diesAfter?: number) => {
    account.executions.begin(worker);
    return { name: worker, work, diesAfter, ended: () => account.executions.end(worker) };
  };
  const workers = [
    ...both.map((it) => running(it.name, (tools) => releasing(play, tools, it), it.diesAfter)),
    running("sweep", (tools) => sweeping(play, tools, "sweep")),
  ];
  await interleaved(account, workers, { order, watch: (made) => watched(play, made) });
  account.wait(2);
  account.executions.begin("last-sweep");
  await sweeping(play, account.tools, "last-sweep");
  account.wait(10);
  return account;
}

/** The last one out leaves the service as it was before the first. */
export async function asBefore(account: Account): Promise<void> {
  expect(service(account)).toEqual(before);
  expect(await readShared(account.aws, resource)).toMatchObject({ leases: {} });
  for (const subject of ["endpoint/one", "endpoint/two"])
    expect((await readLock(account.aws, subject)).holder).toBeUndefined();
}

export const one: Leaning = { name: "one", subject: "endpoint/one", minimums: [6, 12] };
export const two: Leaning = { name: "two", subject: "endpoint/two", minimums: [9] };

export const orders = {
  "one by one": [0],
  "the other first": [1, 1, 0],
  "turn by turn": [0, 1],
  together: [0, 0, 1, 1, 1],
};

const death = fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined });
const minimum = fc.integer({ min: 1, max: 25 });

/** Any two, in any order. */
export const anyTwo = fc
  .record({
    order: fc.array(fc.nat(59), { minLength: 6, maxLength: 90 }),
    deaths: fc.tuple(death, death),
    needs: fc.tuple(
      fc.array(minimum, { minLength: 1, maxLength: 3 }),
      fc.array(minimum, { minLength: 1, maxLength: 2 }),
    ),
  })
  .map(({ order, deaths, needs }) => {
    const both = [one, two].map((it, nth) => ({
      ...it,
      minimums: [...(needs[nth] ?? [])].sort((a, b) => a - b),
      diesAfter: deaths[nth],
    }));
    return { order, both };
  });
