/** A plan whose production is reviewed before each of its weekly dates, and an account in which it is in force. */
import { applyPlan } from "../../src/aws/plans.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { movingDates, sided } from "../core/example.ts";
import { status } from "./lock-scenarios.ts";
import type { Scenario } from "./refusals.ts";

export const weekly: Plan = Plan.parse({
  ...sided,
  team: { ...sided.team, model: { owners: ["ann", "twin"], contact: "#chat-models" } },
  milestones: {
    ...movingDates,
    production: {
      when: { cron: "cron(0 8 ? * MON *)", timeZone: "UTC", start: "on-date" },
      review: { daysBefore: 1, onMissing: "wait" },
    },
  },
});

export const reviewing: Scenario = {
  ...status,
  before: async ({ aws }) => applyPlan(aws, weekly, new Date().toISOString()),
  command: ["plan", "review", "chat-assistant"],
};
