/**
 * What a patch milestone may release, by what the world has of images: nothing where all that serves keeps to the plan's limits, and
 * no version that is beyond them itself. One that waits for a version does so while there is none that patches what serves.
 */
import type { WorldState } from "#twin/world";
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import type { AttemptedCall, ObservedCall } from "./observation.ts";
import { claimIn, type RecordedClaim } from "./release-records.ts";
import { scheduledKind } from "./staged-first.ts";

export interface PatchedFirst {
  called(call: AttemptedCall): void;
  /** Tells of a release that is claimed by the date of a patch, and should not be. */
  seen(call: ObservedCall): string[];
  /** Whether a version would patch what serves, and an execution that has just looked knows it. */
  wouldPatch(version: number, by: { execution: string; atMs: number }): boolean;
}

type Package = NonNullable<ReturnType<WorldState["modelPackages"]["get"]>>;

const dayMs = 86_400_000;
const worstFirst = ["critical", "high", "medium", "low"] as const;

export function createPatchedFirst(
  context: Pick<CheckContext, "world" | "planOf" | "inputOf">,
): PatchedFirst {
  const { world, planOf, inputOf } = context;
  const { model, endpoint, gates } = planOf(undefined);
  const { vulnerabilities: most = {}, maxScanAgeDays = 30, maxImageAgeDays = 90 } = gates?.limits ?? {};
  /** Calls of an invocation that have had no answer so far: of what those would have said it knows nothing. */
  const unanswered = new Map<string, number>();
  /** The newest invocation of each execution. */
  const newest = new Map<string, string>();
  const heardAll = (invocation: string) => (unanswered.get(invocation) ?? 0) <= 0;

  const imageOf = ({ image, imageDigest, group, version }: Package) =>
    world.state.images.findLast(({ repository, tag, digest }) =>
      image.includes("@") ? digest === imageDigest : repository === group && tag === String(version),
    );

  function countsOf(isNew: boolean, atMs: number): number[] {
    const whose = isNew ? "candidate" : "serving";
    return worstFirst.map((severity) =>
      world.spec.security.findings
        .filter((one) => one.severity === severity && (one.of === "both" || one.of === whose))
        .filter(({ atMinute }) => world.startMs + atMinute * 60_000 <= atMs)
        .reduce((sum, { count }) => sum + count, 0),
    );
  }

  function isBehind(one: Package, asOfMs: number): boolean {
    const image = imageOf(one);
    if (image === undefined || !["complete", "active"].includes(image.scan)) return true;
    const isStale = image.scan === "complete" && asOfMs - image.scannedMs > maxScanAgeDays * dayMs;
    const counts = countsOf(image.isNew, world.nowMs);
    const isBeyond = worstFirst.some((severity, nth) => {
      const limit = most[severity] ?? (severity === "critical" ? 0 : undefined);
      return limit !== undefined && (counts[nth] ?? 0) > limit;
    });
    return isStale || isBeyond || asOfMs - image.pushedMs > maxImageAgeDays * dayMs;
  }

  const packageOf = (version: number): Package | undefined =>
    [...world.state.modelPackages.values()].find((one) => one.group === model && one.version === version);

  /** Undefined where one of its models was made without the registry. */
  function serving(): Package[] | undefined {
    const variants = world.state.endpoints.get(endpoint.name)?.variants ?? [];
    const all = variants.flatMap(({ modelName }) => {
      const container = world.state.models.get(modelName)?.definition.PrimaryContainer;
      const name = isRecord(container) ? String(container.ModelPackageName) : "";
      return world.state.modelPackages.get(name) ?? [];
    });
    return all.length === variants.length ? all : undefined;
  }

  /** The version that was chosen by what serves; undefined of a claim that names its own. */
  function chosenFor({ releaseId, execution }: RecordedClaim): number | undefined {
    const [, version] = /-v(\d+)-patch(?:-r\d+)?$/.exec(releaseId) ?? [];
    const isChosen = version !== undefined && releaseId.startsWith(`${model}-`);
    return isChosen && choosesPatch(inputOf(nameOf(execution))) ? Number(version) : undefined;
  }

  function wrongWith(
    { releaseId, execution }: RecordedClaim,
    { version, atMs, knows }: { version: number; atMs: number; knows: boolean },
  ): string[] {
    const asOfMs = Math.max(atMs, dueMsIn(inputOf(nameOf(execution))));
    const own = packageOf(version);
    const isUnneeded = serving()?.every((one) => !isBehind(one, asOfMs)) ?? false;
    return [
      ...(isUnneeded && knows ? [`${releaseId} was opened although nothing that serves is behind`] : []),
      ...(own === undefined || isBehind(own, asOfMs)
        ? [`${releaseId} was opened although its own image is behind`]
        : []),
    ];
  }

  return {
    called({ frame }) {
      newest.set(frame.execution, frame.invocation);
      unanswered.set(frame.invocation, (unanswered.get(frame.invocation) ?? 0) + 1);
    },
    seen(seen) {
      const invocation = seen.frame?.invocation ?? "";
      if ("answer" in seen.outcome) unanswered.set(invocation, (unanswered.get(invocation) ?? 0) - 1);
      const claim = claimIn(seen);
      const version = claim === undefined ? undefined : chosenFor(claim);
      if (claim === undefined || version === undefined) return [];
      return wrongWith(claim, { version, atMs: seen.call.at, knows: heardAll(invocation) });
    },
    wouldPatch(version, { execution, atMs }) {
      if (!heardAll(newest.get(execution) ?? "")) return false;
      const own = packageOf(version);
      const served = serving();
      if (own === undefined || served === undefined || isBehind(own, atMs + longestLeadMs)) return false;
      const counts = countsOf(true, atMs);
      return served.every((one) => {
        const theirs = countsOf(imageOf(one)?.isNew ?? false, atMs);
        const nth = counts.findIndex((count, at) => count !== theirs[at]);
        return one.version < version && (nth < 0 || (counts[nth] ?? 0) < (theirs[nth] ?? 0));
      });
    },
  };
}

const nameOf = (execution: string): string => execution.split(":").at(-1) ?? "";

/** Whether an execution leaves it to what serves which version it releases. */
function choosesPatch(input: unknown): boolean {
  if (!isRecord(input)) return false;
  if (isRecord(input.waitOn)) return choosesPatch(input.waitOn.input);
  const asked = isRecord(input.milestone) ? input.milestone : input;
  return scheduledKind(input) === "patch" && asked.version === undefined;
}

/** Chosen: until its date an image ages; what is good for longer is good on the date. */
const longestLeadMs = dayMs;

function dueMsIn(input: unknown): number {
  if (!isRecord(input)) return 0;
  if (isRecord(input.waitOn)) return dueMsIn(input.waitOn.input);
  if (!isRecord(input.milestone)) return 0;
  const { scheduledTime, leadMinutes = 0 } = input.milestone;
  return Date.parse(String(scheduledTime)) + Number(leadMinutes) * 60_000 || 0;
}
