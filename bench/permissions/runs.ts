/**
 * Runs that together ask for everything that the deployed roles allow: what a release does on a usual day, and each
 * rare thing once.
 */
import { readFileSync } from "node:fs";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { rehearseHere } from "../../src/rehearsal/engine/rehearsal.ts";
import type { RehearsalRequest } from "../../src/rehearsal/engine/request.ts";
import type { RunRecord } from "../../src/rehearsal/engine/run-record.ts";
import type { Asked } from "../../src/rehearsal/permissions/gate.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

function samplePlan(): Plan {
  const parsed = parsePlan(textOf("plans/chat-assistant.yml"), "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error("the sample plan is broken");
  return parsed.plan;
}

export const plan = samplePlan();
const event = (name: string): unknown => JSON.parse(textOf(`events/${name}.json`));
const approved = event("registry-approved");

export interface PermissionRun {
  readonly name: string;
  /** How its first execution ends. */
  readonly outcome: string;
  readonly request: Partial<RehearsalRequest>;
}

export const permissionRuns: readonly PermissionRun[] = [
  { name: "healthy", outcome: "promoted", request: {} },
  { name: "a candidate that fails", outcome: "rolled-back", request: { world: loadWorld("bad-errors") } },
  {
    name: "a training milestone, until its lease has ended",
    outcome: "done",
    request: { event: event("scheduled-milestone"), settleSeconds: 6 * 3600 },
  },
  {
    name: "a production milestone by date, which names no version",
    outcome: "promoted",
    request: {
      event: { milestone: { model: plan.model, kind: "production", scheduledTime: "2026-01-05T08:00:00Z" } },
    },
  },
  {
    name: "stopped by a person, put back by the sweep",
    outcome: "aborted",
    request: { stopAfterSeconds: [2400], settleSeconds: 3600 },
  },
];

/** Plays a run in this thread, with whatever roles the request names. */
export async function play({
  request,
}: PermissionRun): Promise<RunRecord & { permissions: readonly Asked[] }> {
  const usual = { plan, world: loadWorld("healthy"), event: approved, seed: 1, listPermissions: true };
  const record = await rehearseHere({ ...usual, ...request }, releaseParts);
  return { ...record, permissions: record.permissions ?? [] };
}
