/** A release that was rolled back from its second stage, with its journal. */
import { createHash } from "node:crypto";
import { deploymentOf } from "../../../../src/core/deployment.ts";
import type { JournalEntry } from "../../../../src/core/release/journal.ts";
import type { ClosedRelease } from "../../../../src/core/release/trace/spans.ts";

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A minute after nine, ISO 8601. */
export const at = (minute: number): string =>
  new Date(Date.UTC(2026, 10, 23, 9) + minute * 60_000).toISOString();

type Look = Extract<JournalEntry, { kind: "look" }>;

export const news = (minute: number, state: string, more: object = {}): JournalEntry => ({
  kind: "news",
  at: at(minute),
  state,
  ...more,
});

export const look = (minute: number, verdict: string, more: Partial<Look> = {}): JournalEntry => ({
  kind: "look",
  at: at(minute),
  stage: 0,
  trafficPercent: 5,
  verdict,
  decision: "continue",
  reason: "",
  logE: 0,
  logThreshold: 3,
  kpis: [],
  intervals: [],
  fleets: {},
  ...more,
});

export const rolledBack: readonly JournalEntry[] = [
  news(1, "opened"),
  {
    kind: "change",
    at: at(2),
    id: "join",
    resource: { kind: "routing", name: "chat-assistant" },
    state: "applied",
  },
  news(10, "shifted", { stage: 0, trafficPercent: 5 }),
  look(12, "continue"),
  look(13, "continue"),
  look(20, "pass", { decision: "advance" }),
  news(22, "shifted", { stage: 1, trafficPercent: 25 }),
  look(25, "fail", { stage: 1, trafficPercent: 25, decision: "roll-back", reason: "errors: too many" }),
  news(26, "rolling-back", { reason: "errors: too many" }),
  news(30, "closed", { outcome: "rolled-back", reason: "errors: too many" }),
];

export function closed(
  journal: readonly JournalEntry[],
  {
    outcome = "rolled-back",
    until = 30,
    ...release
  }: Partial<ClosedRelease["record"]["release"]> & {
    readonly outcome?: ClosedRelease["record"]["closing"]["outcome"];
    readonly until?: number;
  } = {},
): ClosedRelease {
  const id = release.id ?? "chat-assistant-v7-production";
  return {
    record: {
      release: {
        id,
        subject: "endpoint/chat-assistant",
        execution: "arn:aws:states:eu-west-1:123456789012:execution:slipway-prod-release:one",
        model: "chat-assistant",
        version: 7,
        milestone: "production",
        releaseType: "minor",
        attempt: 1,
        openedAt: at(0),
        ...release,
      },
      plan: { rollout: { stages: [{}, {}] } },
      status: "closed",
      closing: { outcome, reason: "errors: too many", releaseId: id, drifted: [] },
      closedAt: at(until),
    },
    journal,
    deployment: deploymentOf("slipway-prod"),
  };
}
