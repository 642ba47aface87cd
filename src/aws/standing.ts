/** Looks at a release before a person's order is carried out: its record, its lock, and the execution that holds it. */
import { createHash } from "node:crypto";
import { DescribeExecutionCommand, GetExecutionHistoryCommand, type HistoryEvent } from "@aws-sdk/client-sfn";
import { notFound } from "../core/errors.ts";
import { mayGoOn } from "../core/release/another-type.ts";
import { changesRead } from "../core/release/document/ledger.ts";
import { leaseEndOf } from "../core/release/keeping.ts";
import type { Holder, LockItem } from "../core/release/lock.ts";
import {
  questionIn,
  questionText,
  type ShownQuestion,
  type Standing,
  standingOf,
} from "../core/release/standing.ts";
import type { Aws } from "./clients.ts";
import { actingExecution, executionState } from "./executions.ts";
import { readLock } from "./lock-item.ts";
import { readRelease } from "./releases.ts";

export interface FoundRelease {
  readonly standing: Standing;
  readonly subject: string;
  readonly lock: LockItem;
  /** Who acts for the release: the holder of the lock, or the execution that opened it. */
  readonly execution: string;
  /** Set where the release holds its lock. */
  readonly holder?: Holder;
  /** What its stage asks a person. */
  readonly question?: ShownQuestion;
}

/** Newest first, this many events hold the last entry into a state, whatever retries came after it. */
const enough = 100;

/** Reads, and changes nothing; a question is looked for where it is wanted. @throws NotFound where there is no such release. */
export async function lookAt(
  aws: Aws,
  releaseId: string,
  { question = false }: { question?: boolean } = {},
): Promise<FoundRelease> {
  const record = await readRelease(aws, releaseId);
  if (record === undefined) throw notFound(`RELEASE: expected one that exists, found "${releaseId}"`);
  const { subject, execution } = record.release;
  const lock = await readLock(aws, subject);
  const found = { subject, lock, execution };
  if (record.status === "closed") {
    const outcome = record.closing?.outcome ?? "unknown";
    return { ...found, standing: { is: "closed", outcome, heldUntil: leaseEndOf(record.changes ?? []) } };
  }
  const { holder } = lock;
  if (holder?.releaseId !== releaseId) {
    const place = lock.queue?.find((one) => one.execution === execution || one.releaseId === releaseId);
    const waiting = await actingExecution(aws, {
      holder: place ?? { execution, since: record.release.openedAt },
      successor: place?.successor,
    });
    const running = (await executionState(aws, waiting)) === "running";
    return { ...found, execution: waiting, standing: { is: "waiting", running } };
  }
  const acting = await actingExecution(aws, { holder, successor: lock.successor });
  const goesOn = mayGoOn(record, changesRead(lock.changes ?? {}, {}));
  const seen = await sighting(aws, { releaseId, lock, executionArn: acting, question, goesOn });
  return { ...found, holder, execution: acting, ...seen };
}

/** Whether an execution runs that is to open a release, and has opened none. */
export async function isOpening(aws: Aws, executionArn: string): Promise<boolean> {
  const looked = { releaseId: "", lock: { fence: 0 }, executionArn, question: false, goesOn: false };
  const { standing } = await sighting(aws, looked);
  return standing.is === "forward" && openingStates.has(standing.state);
}

/** Before a release is claimed, and in the moment after. */
const openingStates: ReadonlySet<string> = new Set(["", "OpenRelease", "Opened"]);

interface Looked {
  readonly releaseId: string;
  readonly lock: LockItem;
  readonly executionArn: string;
  readonly question: boolean;
  readonly goesOn: boolean;
}

async function sighting(
  aws: Aws,
  { releaseId, lock: { promoted = false }, executionArn, question, goesOn }: Looked,
): Promise<Pick<FoundRelease, "standing" | "question">> {
  const seen = await described(aws, executionArn);
  if (seen === undefined) return { standing: standingOf(promoted, { running: false, input: "", state: "" }) };
  const newest = { reverseOrder: true, maxResults: enough, includeExecutionData: question };
  const { events = [] } = await aws.states.send(new GetExecutionHistoryCommand({ executionArn, ...newest }));
  const state = entered(events);
  const standing = standingOf(promoted, { ...seen, state }, goesOn);
  const asked = standing.is === "forward" && askingStates.has(state) ? questionIn(judged(events)) : undefined;
  if (asked === undefined) return { standing };
  const digest = createHash("sha256").update(questionText(releaseId, asked)).digest("hex");
  return { standing, question: { ...asked, seen: digest } };
}

/** Undefined for one that Step Functions does not know: it was never started, or ended long ago. */
async function described(
  { states }: Aws,
  executionArn: string,
): Promise<{ running: boolean; input: string } | undefined> {
  try {
    const { status, input = "" } = await states.send(new DescribeExecutionCommand({ executionArn }));
    return { running: status === "RUNNING", input };
  } catch (error) {
    if (error instanceof Error && error.name === "ExecutionDoesNotExist") return undefined;
    throw error;
  }
}

const entered = (events: readonly HistoryEvent[]): string =>
  events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined)
    ?.stateEnteredEventDetails?.name ?? "";

/** Between two looks at a bake. */
const askingStates: ReadonlySet<string> = new Set(["Judged", "BakeOn", "CheckKpis"]);

/** The document as CheckKpis left it last. */
const judged = (events: readonly HistoryEvent[]): string | undefined =>
  events.find(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === "CheckKpis")
    ?.stateExitedEventDetails?.output;
