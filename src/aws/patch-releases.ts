/**
 * A patch milestone that has come: looks at what serves and, where that is behind, for the version that patches it, before
 * anything is claimed or raised. Looked at again at every turn of waiting.
 */
import { lackOfPatch } from "../core/gates/patch-choice.ts";
import { behindText, patchedText } from "../core/gates/patching.ts";
import type { Plan } from "../core/plan/plan.ts";
import { labelBy, releaseIdOf } from "../core/release/names.ts";
import type { Opening } from "../core/release/opening.ts";
import {
  lackByPast,
  lackByType,
  type OwnPlace,
  openedFor,
  ownPlaceIn,
  type PassedOver,
  type PastOfVersion,
  patchAsOf,
  tryOfDate,
  unpatchedText,
} from "../core/release/patch-due.ts";
import { mustBeStaged, notNewer, notStaged, packageArnOf } from "../core/release/version-gate.ts";
import type { ReleaseRequest } from "../core/request/normalised.ts";
import { epochMs } from "../core/units.ts";
import { endDue } from "./awaited.ts";
import { lookOf } from "./gates.ts";
import { viewImages } from "./images.ts";
import type { Tools } from "./lambda.ts";
import { readLock } from "./lock-item.ts";
import { approvedVersions, registeredVersion } from "./model-registry.ts";
import { type ServedPatches, servedPatches } from "./patching.ts";
import type { QueuedExecution } from "./places.ts";
import { end } from "./queue.ts";
import { latestAttempt, readRelease } from "./releases.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** So many versions are looked through: each takes some calls, and a step has 80 seconds. */
const mostVersions = 20;

export type PatchFound =
  /** Nothing is released. */
  | { readonly ended: Opening }
  /** A version, or why there is none. */
  | { readonly request: ReleaseRequest | string };

interface Due {
  readonly plan: Plan;
  readonly request: ReleaseRequest;
}

export async function patchFor(tools: Tools, event: QueuedExecution, due: Due): Promise<PatchFound> {
  const { aws, now } = tools;
  const { plan, request } = due;
  const own = ownPlaceIn(await readLock(aws, `endpoint/${plan.endpoint.name}`), event.execution);
  if (own?.is === "holder") return { request: versioned(due, own.version) };
  const asOfMs = patchAsOf(request, now());
  const served = await servedPatches(aws, plan, asOfMs);
  const { status } = served;
  if (!status.isBehind) return endUnneeded(tools, event, { due, own, reason: patchedText(status) });
  const chosen = await choose(tools, { due, own, served, asOfMs, execution: event.execution });
  if ("duplicateOf" in chosen)
    return ignored(`duplicate: ${chosen.duplicateOf} was opened for the same date`);
  if ("version" in chosen) return { request: versioned(due, chosen.version, behindText(status)) };
  const lack = unpatchedText(status, chosen.passedOver);
  return own === undefined
    ? { request: lack }
    : endClaimed(tools, own, { outcome: "superseded", reason: lack });
}

const ignored = (reason: string): PatchFound => ({ ended: { route: "ignored", reason } });

function versioned({ request }: Due, version: number | undefined, why?: string): ReleaseRequest {
  const attemptKey = tryOfDate(request);
  return {
    ...request,
    ...(version !== undefined && { version }),
    ...(why !== undefined && { why }),
    ...(attemptKey !== undefined && { again: true, attemptKey }),
  };
}

interface Unneeded {
  readonly due: Due;
  readonly own: OwnPlace | undefined;
  readonly reason: string;
}

async function endUnneeded(
  tools: Tools,
  event: QueuedExecution,
  { due: { plan, request }, own, reason }: Unneeded,
): Promise<PatchFound> {
  if (own !== undefined) return endClaimed(tools, own, { outcome: "done", reason });
  if (request.trigger !== "schedule") return ignored(reason);
  const { dueAt, scheduledTime = event.startedAt } = request;
  const lateMs = tools.now() - epochMs(dueAt ?? scheduledTime);
  const ended = await endDue(tools, event, {
    outcome: "done",
    subject: `endpoint/${plan.endpoint.name}`,
    label: labelBy(plan, request, event.startedAt),
    request,
    lateMinutes: Math.max(0, Math.ceil(lateMs / 60_000)),
    reason,
  });
  return { ended };
}

/** A release that has waited for its turn, and is not to be by now: nothing of it was raised. */
async function endClaimed(
  tools: Tools,
  { releaseId }: OwnPlace,
  how: { readonly outcome: "done" | "superseded"; readonly reason: string },
): Promise<PatchFound> {
  const record = await readRelease(tools.aws, releaseId);
  if (record === undefined) return ignored(how.reason);
  return { ended: await end(tools, record.release, how) };
}

interface Choosing {
  readonly due: Due;
  /** What it has claimed is the only one that it may release still. */
  readonly own: OwnPlace | undefined;
  readonly served: ServedPatches;
  readonly asOfMs: number;
  readonly execution: string;
}

type Chosen =
  | { readonly version: number }
  | { readonly passedOver: readonly PassedOver[] }
  /** The date was delivered twice. */
  | { readonly duplicateOf: string };

async function choose({ aws }: Tools, choosing: Choosing): Promise<Chosen> {
  const { due, own, execution } = choosing;
  const { plan, request } = due;
  const serving = await servingPlatform(aws).versionsServed(plan.endpoint.name);
  const passedOver: PassedOver[] = [];
  for await (const { version } of approvedVersions(
    aws,
    plan.modelPackageGroupArn ?? plan.model,
    mostVersions,
  )) {
    const asked = { ...request, version };
    if (notNewer(asked, serving) !== undefined || passedOver.length === mostVersions) break;
    if (own !== undefined && own.version !== version) continue;
    const past = await pastOf(aws, plan, asked);
    const other = openedFor(request, past, execution);
    if (other !== undefined) return { duplicateOf: other };
    const lack = lackByPast(past, execution) ?? (await lackOfImages(aws, plan, { version, choosing }));
    if (lack === undefined) return { version };
    passedOver.push({ version, lack });
  }
  return { passedOver };
}

/** What became of a version on the endpoint, and in staging where it has to be there first. */
async function pastOf(aws: Tools["aws"], plan: Plan, request: ReleaseRequest): Promise<PastOfVersion> {
  const { model, version } = request;
  const latest = (milestone: string) =>
    latestAttempt(aws, releaseIdOf({ model, label: `v${version}`, milestone, attempt: 1 }));
  const isStaged = mustBeStaged(plan, request);
  return {
    unstaged: isStaged ? notStaged(request, await latest("staging")) : undefined,
    production: await latest("production"),
    patch: await latest("patch"),
  };
}

async function lackOfImages(
  aws: Tools["aws"],
  plan: Plan,
  { version, choosing: { served, asOfMs: nowMs } }: { readonly version: number; readonly choosing: Choosing },
): Promise<string | undefined> {
  const look = lookOf();
  const { specification } = served;
  const arn = packageArnOf(aws.environment, plan, { version });
  const found = await look(`version ${version}`, (signal) =>
    registeredVersion(aws, arn, { specification, signal }),
  );
  if ("unknown" in found) return found.unknown;
  const { releaseType, containers } = found.value;
  const images = await viewImages(aws, { value: containers }, { look, scans: true });
  const { gates } = plan;
  return (
    lackByType(releaseType) ??
    lackOfPatch({ gates, images, serving: served.images, region: aws.environment.region, nowMs })
  );
}
