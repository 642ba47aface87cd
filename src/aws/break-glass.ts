/**
 * What two people let a release past, as the table has it: entries beside the answers to what stages ask, which only the function
 * that AWS has authenticated people for may write, and nobody changes. It is looked for only where something bars the way forward.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { type Frozen, frozenBy } from "../core/plan/freeze.ts";
import {
  allGlass,
  type BrokenGlass,
  bothNames,
  type Glass,
  GlassEntry,
  glassExpiresAt,
  glassOf,
  glassUsed,
  isBroken,
} from "../core/release/break-glass.ts";
import { attemptIn } from "../core/release/names.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { publish } from "./event-bridge.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { itemsOf } from "./partition.ts";

/** Of all releases; no release has a slash in its id. */
const partition = "answer#break-glass/";

/** What this version cannot read counts for nothing. */
async function entriesOf(aws: Aws): Promise<readonly GlassEntry[]> {
  const found: GlassEntry[] = [];
  for await (const item of itemsOf(aws, partition)) {
    const { success, data } = GlassEntry.safeParse(item);
    if (success) found.push(data);
  }
  return found;
}

/** What is asked for, or in force, of a release and its tries. */
export const glassAt = async (aws: Aws, releaseId: string, nowMs: EpochMs): Promise<Glass | undefined> =>
  glassOf(await entriesOf(aws), attemptIn(releaseId).base, nowMs);

/** Everything that is asked for, or in force. */
export const everyGlass = async (aws: Aws, nowMs: EpochMs): Promise<readonly Glass[]> =>
  allGlass(await entriesOf(aws), nowMs);

/** What two people have agreed on. */
export async function brokenGlass(
  aws: Aws,
  releaseId: string,
  nowMs: EpochMs,
): Promise<BrokenGlass | undefined> {
  const glass = await glassAt(aws, releaseId, nowMs);
  return isBroken(glass) ? glass : undefined;
}

/** Adds one; the same by the same person stands as it was given first. */
export async function addGlassEntry({ table, environment }: Aws, entry: GlassEntry): Promise<void> {
  const { releaseId, askedAt, said, by } = entry;
  const sk = [releaseId, askedAt, said, by.person].join("#");
  const Item = { pk: partition, sk, expiresAt: glassExpiresAt(entry), ...entry };
  try {
    await table.send(
      new PutCommand({ TableName: environment.table, Item, ConditionExpression: "attribute_not_exists(pk)" }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** A freeze, and by whom a release is let past it. */
export interface PastFreeze {
  readonly frozen: Frozen;
  readonly glass: BrokenGlass;
}

/** Whether something is frozen for a release at a moment, or would be without two people's word. */
export async function freezeOf(
  aws: Aws,
  releaseId: string,
  freezing: Parameters<typeof frozenBy>,
): Promise<{ readonly frozen?: Frozen; readonly past?: PastFreeze }> {
  const frozen = frozenBy(...freezing);
  if (frozen === undefined) return {};
  const glass = await brokenGlass(aws, releaseId, freezing[2]);
  return glass?.asked.passes.includes("freezes") ? { past: { frozen, glass } } : { frozen };
}

/** Tells that a freeze is passed, and has the evidence of what comes next say so. */
export async function passFreeze(
  tools: Tools,
  ledger: Ledger,
  { glass, frozen }: PastFreeze,
  release: Parameters<typeof publish>[1],
): Promise<void> {
  const reason = `past a freeze by ${bothNames(glass)} (${glass.asked.reason}): ${frozen.reason}`;
  await publish(tools, release, { state: "freeze-passed", reason, until: glass.asked.until });
  await ledger.restsOn({ glass: [glassUsed(glass)] });
}
