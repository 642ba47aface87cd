/** Versions that nobody has approved when the event comes, and that somebody approves while the run lasts. */
import { called } from "./events.ts";
import type { Process } from "./process.ts";
import { arn, type VisibleState } from "./state.ts";

/** Versions that are rejected while the run lasts. To be called once, at the moment of the event. */
export function rejectLater(world: Process & VisibleState): void {
  const { rejectedAfterMinutes } = world.spec.security;
  if (rejectedAfterMinutes === undefined) return;
  for (const each of world.state.modelPackages.values()) {
    if (each.version <= world.spec.registry.serving) continue;
    world.after(rejectedAfterMinutes * 60_000, () => {
      each.approvalStatus = "Rejected";
      each.lastModifiedMs = world.nowMs;
    });
  }
}

/** To be called once, at the moment of the event. */
export function approveLater(world: Process & VisibleState): void {
  const { serving, approvedAfterMinutes } = world.spec.registry;
  if (approvedAfterMinutes === 0) return;
  for (const each of world.state.modelPackages.values()) {
    if (each.version <= serving) continue;
    each.approvalStatus = "PendingManualApproval";
    if (approvedAfterMinutes === null) continue;
    world.after(approvedAfterMinutes * 60_000, () => {
      if (each.approvalStatus !== "PendingManualApproval") return;
      each.approvalStatus = "Approved";
      each.lastModifiedMs = world.nowMs;
      world.record({
        kind: "status",
        subject: arn("sagemaker", `model-package/${each.group}/${each.version}`),
        from: "PendingManualApproval",
        to: "Approved",
        by: called("UpdateModelPackage"),
      });
    });
  }
}
