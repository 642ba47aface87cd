/** The cases that both engines run. */
import { readFileSync } from "node:fs";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { RehearsalRequest } from "../../src/rehearsal/release/request.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";

export interface Case {
  readonly name: string;
  readonly request: RehearsalRequest & { readonly startMs: number };
  /** How the first execution must end, so that two engines cannot be wrong alike. */
  readonly expected: string;
  /** The event does not start the machine: approving this version in the registry does, by the deployment's rule. */
  readonly approves?: number;
}

const root = new URL("../../", import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, root), "utf8");

const plan = planOf("plans/chat-assistant.yml");
function planOf(path: string): Plan {
  const parsed = parsePlan(textOf(path), path);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.plan;
}

const manual = { model: "chat-assistant", version: 7 };
const startMs = Date.UTC(2026, 0, 5, 8);
const of = (world: string, more: Partial<RehearsalRequest> = {}): Case["request"] => ({
  plan,
  world: loadWorld(world),
  event: manual,
  seed: 1,
  ...more,
  startMs,
});
const milestone: unknown = JSON.parse(textOf("events/scheduled-milestone.json"));

export const cases: readonly Case[] = [
  { name: "healthy, by hand", request: of("healthy"), expected: "promoted" },
  { name: "bad-errors", request: of("bad-errors"), expected: "rolled-back" },
  { name: "late-fault", request: of("late-fault"), expected: "rolled-back" },
  { name: "no-quota", request: of("no-quota"), expected: "refused" },
  { name: "approved in the registry", request: of("no-traffic"), expected: "rolled-back", approves: 7 },
  {
    name: "a training milestone and its lease's end",
    request: of("healthy", { event: milestone }),
    expected: "done",
  },
  {
    name: "stopped, and swept",
    request: of("healthy", { stopAfterSeconds: [2000], settleSeconds: 1200 }),
    expected: "aborted",
  },
  { name: "an event that is none", request: of("healthy", { event: {} }), expected: "bad-input" },
];
