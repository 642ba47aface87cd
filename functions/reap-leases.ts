/**
 * The sweep: finds locks whose holder is over, and leases whose end has passed or whose capacity would not last, starts the
 * same state machine to see to them, deletes what releases left whose time is up, tells when capacity that was bought before ends under
 * what serves on it, and counts what stands although it should not. An execution's end and a schedule both start it. It is no step of the flow.
 */
import * as z from "zod";
import { sweepEvidence } from "../src/aws/evidence-sweep.ts";
import { executionArnOf } from "../src/aws/executions.ts";
import { allKept, drop } from "../src/aws/kept.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { allLeases, endLease, keepLease } from "../src/aws/leases.ts";
import { allLocks } from "../src/aws/lock-item.ts";
import { type RolesSwept, sweepOwnRoles } from "../src/aws/own-roles.ts";
import { type Reaped, reap } from "../src/aws/reaper.ts";
import { lookAtReserved, reservedServings } from "../src/aws/reserved-serving.ts";
import { awsRefused } from "../src/core/errors.ts";
import { isDue } from "../src/core/release/kept.ts";
import type { HeldLock, Lock } from "../src/core/release/lock.ts";
import { isAbout, isCompensation, isOverdue, isPassed, isToBeKept } from "../src/core/release/reaping.ts";
import { isToBeSeen } from "../src/core/release/reserved-serving.ts";

/** A status event of the state machine's executions, or the schedule's constant input. */
const Input = z.union([
  z.looseObject({ detail: z.looseObject({ executionArn: z.string(), status: z.string() }) }),
  z.looseObject({ sweep: z.literal("schedule") }),
]);

/**
 * What was done about each thing found, for the log; how many could not be swept, how many remainders stand, how many runs
 * had died without anybody's doing, how many leases are long past their end, and of how many subjects evidence waits.
 */
const Output = z.object({
  found: z.int(),
  did: z.array(z.string()),
  failed: z.int(),
  standing: z.int(),
  orphans: z.int(),
  overdue: z.int(),
  /** Chains of which evidence waits. */
  waiting: z.int(),
  /** Roles of the stack's own that allow more than what is shipped. */
  tooWide: z.int(),
});
type Output = z.infer<typeof Output>;

export const reapLeases: Step<z.infer<typeof Input>, Output> = async (event, tools) => {
  const ended =
    "detail" in event ? (event as { detail: { executionArn: string } }).detail.executionArn : undefined;
  if (ended !== undefined && isCompensation(ended))
    return { ...nothing, did: ["a compensation ended; the schedule looks after it"] };
  const all = await allLocks(tools.aws);
  const locks = all
    .filter(isHeld)
    .filter(
      (lock) =>
        ended === undefined ||
        isAbout(ended, lock, lock.successor && executionArnOf(tools.aws, lock.successor.name)),
    );
  const swept: Swept[] = [];
  for (const lock of locks) swept.push(await each(tools, lock.subject, () => reap(tools, lock)));
  const leases = ended === undefined ? await allLeases(tools.aws) : [];
  const passed = leases.filter((lease) => isPassed(lease, tools.now()));
  for (const lease of passed)
    swept.push(await each(tools, lease.releaseId, async () => expected(await endLease(tools, lease))));
  const due = leases.filter((lease) => isToBeKept(lease, locks, tools.now()));
  for (const lease of due)
    swept.push(await each(tools, lease.releaseId, async () => expected(await keepLease(tools, lease))));
  const { kept, unread } = ended === undefined ? await allKept(tools.aws) : { kept: [], unread: [] };
  const dropped = kept.filter((one) => isDue(one, tools.now()));
  for (const one of dropped)
    swept.push(await each(tools, one.releaseId, async () => expected(await drop(tools, one))));
  const { unseen, evidence, roles } =
    ended === undefined
      ? await lookAtTheRest(tools, all, swept)
      : { unseen: [], evidence: none, roles: none };
  // An event of one end would count again what the schedule counts.
  const standing = ended === undefined ? locks.filter(({ remainder }) => remainder !== undefined).length : 0;
  const overdue = leases.filter((lease) => isOverdue(lease, tools.now())).length;
  const orphans = swept.filter(({ orphan }) => orphan).length;
  for (const [what, times] of [
    ["RemainderStands", standing],
    ["OrphanFound", orphans],
    ["LeaseOverdue", overdue],
    ["EvidenceWaiting", evidence.waiting],
    ["RoleTooWide", roles.tooWide],
  ] as const)
    for (let nth = 0; nth < times; nth++) tools.count(what);
  return {
    found: locks.length + passed.length + due.length + dropped.length,
    did: [
      ...swept.flatMap(({ did }) => (did === undefined ? [] : [did])),
      ...evidence.did,
      ...roles.did,
      ...unread.map((id) => `${id}: another version of slipway wrote what is kept of it, and it stays`),
      ...unseen.map(
        (id) => `${id}: another version of slipway wrote on what it serves, and nobody is told of its end`,
      ),
    ],
    failed: swept.filter(({ failed }) => failed).length,
    standing,
    orphans,
    overdue,
    waiting: evidence.waiting,
    tooWide: roles.tooWide,
  };
};

/** The least urgent of all comes last. */
async function lookAtTheRest(tools: Tools, all: readonly Lock[], swept: Swept[]) {
  const unseen = await lookAtAllReserved(tools, swept);
  const evidence = await sweepEvidence(tools, all);
  return { unseen, evidence, roles: await lookAtOwnRoles(tools, swept) };
}

const none = { did: [], waiting: 0, tooWide: 0 };

/** Whether the stack's own roles allow more than what is shipped; that they cannot be looked at for long is a failure. */
async function lookAtOwnRoles(tools: Tools, swept: Swept[]): Promise<RolesSwept> {
  let found: RolesSwept = { did: [], tooWide: 0 };
  const look = async (): Promise<Reaped> => {
    found = await sweepOwnRoles(tools);
    if (found.unseen !== undefined) throw awsRefused(found.unseen);
    return { did: undefined, orphan: false };
  };
  swept.push(await each(tools, "own roles", look));
  return found;
}

/** What serves on capacity that was bought before, looked at where it is time; answers what cannot be read. */
async function lookAtAllReserved(tools: Tools, swept: Swept[]): Promise<readonly string[]> {
  const { servings, unread } = await reservedServings(tools.aws);
  for (const one of servings.filter((each) => isToBeSeen(each, tools.now()))) {
    const look = async () => ({ did: await lookAtReserved(tools, one, servings), orphan: false });
    swept.push(await each(tools, one.releaseId, look));
  }
  return unread;
}

const isHeld = (lock: Lock): lock is HeldLock => lock.holder !== undefined;

const nothing: Output = {
  found: 0,
  did: [],
  failed: 0,
  standing: 0,
  orphans: 0,
  overdue: 0,
  waiting: 0,
  tooWide: 0,
};

interface Swept extends Reaped {
  readonly failed: boolean;
}

const expected = (did: string): Reaped => ({ did, orphan: false });

/** One that cannot be swept must not keep the others from it; it raises the alarm, and the next sweep tries again. */
async function each(tools: Tools, what: string, act: () => Promise<Reaped>): Promise<Swept> {
  try {
    return { ...(await act()), failed: false };
  } catch (error) {
    tools.log.warn("could not be swept", { what, error: error instanceof Error ? error : String(error) });
    tools.count("SweepFailed");
    const did = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    return { did, orphan: false, failed: true };
  }
}

export const contract = { input: Input, output: Output };
export const handler = lambda(reapLeases, contract);
