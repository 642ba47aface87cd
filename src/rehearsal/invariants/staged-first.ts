/**
 * What has passed staging, by the closings that were written: where a plan releases in staging, production is begun of such
 * versions alone, unless a person says otherwise.
 */
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import type { ObservedCall } from "./observation.ts";
import { claimIn, closingIn } from "./release-records.ts";

export interface StagedFirst {
  /** Tells of a release in production that was claimed before its version had passed. */
  seen(call: ObservedCall): string[];
  /** Whether nothing keeps a version from production, as far as staging goes. */
  hasPassed(version: number): boolean;
}

export function createStagedFirst({
  planOf,
  inputOf,
}: Pick<CheckContext, "planOf" | "inputOf">): StagedFirst {
  const passed = new Set<number>();
  const { model, milestones } = planOf(undefined);
  const isStaged = milestones.staging?.release !== undefined;
  /** The version that an id names, of the plan that is rehearsed. */
  const versionIn = (id: string, milestone: string): number | undefined => {
    const [, version, rest = ""] = /^-v(\d+)-([a-z]+(?:-r\d+)?)$/.exec(id.slice(model.length)) ?? [];
    return id.startsWith(model) && rest.replace(/-r\d+$/, "") === milestone ? Number(version) : undefined;
  };
  const hasPassed = (version: number) => !isStaged || passed.has(version);
  return {
    hasPassed,
    seen(call) {
      if (!isStaged) return [];
      const { releaseId = "", outcome } = closingIn(call) ?? {};
      const staged = versionIn(releaseId, "staging");
      if (staged !== undefined && outcome === "promoted") passed.add(staged);
      const claim = claimIn(call);
      const version =
        claim && (versionIn(claim.releaseId, "production") ?? versionIn(claim.releaseId, "patch"));
      if (claim === undefined || version === undefined || hasPassed(version)) return [];
      const execution = claim.execution.split(":").at(-1) ?? "";
      return isByHand(inputOf(execution))
        ? []
        : [`${claim.releaseId} was opened although version ${version} has not passed staging`];
    },
  };
}

/** Whether a person started an execution: by no schedule, no registry, and not by the machine itself. */
function isByHand(input: unknown): boolean {
  if (!isRecord(input)) return false;
  if (isRecord(input.waitOn)) return isByHand(input.waitOn.input);
  return !isRecord(input.milestone) && !("detail-type" in input);
}

/** Which milestone an execution is of: of a schedule, or as somebody asks by hand. */
export function scheduledKind(input: unknown): string {
  if (!isRecord(input)) return "production";
  if (isRecord(input.waitOn)) return scheduledKind(input.waitOn.input);
  return String((isRecord(input.milestone) ? input.milestone.kind : input.milestone) ?? "production");
}
