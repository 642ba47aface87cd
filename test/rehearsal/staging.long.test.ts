/** Staging before production, through the whole machine: one approval, two releases; and nothing goes on that did not pass. */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Plan } from "../../src/core/plan/plan.ts";
import { staged } from "../core/example.ts";
import type { Rehearsing } from "./explore/rehearsing.ts";

const gate = "../../src/core/release/version-gate.ts";
const following = "../../src/aws/after-staging.ts";
type VersionGate = typeof import("../../src/core/release/version-gate.ts");
type Following = typeof import("../../src/aws/after-staging.ts");

afterEach(() => {
  vi.doUnmock(gate);
  vi.doUnmock(following);
  vi.resetModules();
});

const approved: unknown = JSON.parse(
  readFileSync(new URL("../../events/registry-approved.json", import.meta.url), "utf8"),
);

async function staging(how: Rehearsing) {
  vi.resetModules();
  const { rehearsing } = await import("./explore/rehearsing.ts");
  const { record, violations } = await rehearsing({ plan: staged, event: approved, ...how });
  const production = record.beside?.find(({ milestone }) => milestone === "production");
  return { record, violations, production: production?.executions.map(({ outcome }) => outcome) };
}

describe("an approval", () => {
  it("takes a good version through staging into production", async () => {
    const { record, violations, production } = await staging({});

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(production).toEqual(["promoted"]);
    const { endpoints } = record.after;
    expect(Object.keys(endpoints["chat-assistant-staging"]?.variants ?? {})).toEqual(["v7"]);
    expect(Object.keys(endpoints["chat-assistant"]?.variants ?? {})).toEqual(["v7"]);
  });

  it("of a bad version ends in staging, and production is left as it was", async () => {
    const { record, violations, production } = await staging({ world: "bad-errors" });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(production).toBeUndefined();
    expect(record.after.endpoints).toEqual(record.before.endpoints);
  });

  it("whose execution is stopped before production is started is gone on with by the sweep", async () => {
    const { record } = await staging({ listPoints: true });
    const start = record.points?.find((point) => /CloseRelease.*StartExecution/.test(point));

    const { violations, production } = await staging({ faults: [`stopped-meanwhile=${start}`] });

    expect(violations).toEqual([]);
    expect(production).toEqual(["promoted"]);
  });
});

const late: Plan = {
  ...staged,
  milestones: {
    ...staged.milestones,
    production: {
      when: { at: "2026-01-05T12:00:00", timeZone: "UTC", start: "ahead", graceMinutes: 120 },
    },
  },
};
const scheduledTime = "2026-01-05T10:00:00Z";
const due = { milestone: { model: staged.model, kind: "production", scheduledTime, leadMinutes: 120 } };
const both = { plan: late, also: [{ event: due, afterSeconds: 600 }] };

describe("a date for production", () => {
  it("waits for what is in staging", async () => {
    const { record, violations } = await staging(both);

    expect(violations).toEqual([]);
    expect(record.executions.map(({ outcome }) => outcome)).toEqual(["promoted", "promoted"]);
  });

  it("is refused where nothing passes", async () => {
    const { record, violations } = await staging({ ...both, world: "bad-errors" });

    expect(violations).toEqual([]);
    expect(record.executions.map(({ outcome }) => outcome)).toEqual(["rolled-back", "refused"]);
    expect(record.executions[1]?.reason).toMatch(
      /did not pass staging: chat-assistant-v7-staging was rolled-back/,
    );
    expect(record.after.endpoints["chat-assistant"]).toEqual(record.before.endpoints["chat-assistant"]);
  });
});

describe("a rehearsal is red where", () => {
  it("a version goes to production that did not pass", async () => {
    vi.doMock(gate, async (load: () => Promise<VersionGate>) => ({
      ...(await load()),
      notStaged: () => undefined,
    }));
    const { violations } = await staging({ ...both, world: "late-fault" });

    expect(violations).toContainEqual(
      "never-promote-blind: chat-assistant-v7-production was opened although version 7 has not passed staging",
    );
  });

  it("a date waits on although its version has passed", async () => {
    vi.doMock(gate, async (load: () => Promise<VersionGate>) => ({
      ...(await load()),
      notStaged: () => "version 7 of chat-assistant is still in staging",
    }));
    const { violations } = await staging(both);

    expect(violations).toContainEqual(
      expect.stringMatching(/^one-at-a-time: .* waits for a version although 7 is approved$/),
    );
  });

  it("production is not started", async () => {
    vi.doMock(following, async (load: () => Promise<Following>) => ({
      ...(await load()),
      startProduction: async () => {},
    }));
    const { record } = await staging({});
    const { findingOf } = await import("../../src/rehearsal/explore/findings.ts");

    const reference = { outcome: "promoted", beside: { production: "promoted" } };
    expect(findingOf({ faults: [] }, record, reference).wrong).toContainEqual({
      what: "production-forgotten",
      detail: "staging was passed, and production never began",
    });
  });
});
