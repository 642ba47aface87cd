/** Endpoints that several plans name: which, and by whom. */
import { expect, test } from "vitest";
import { sharedEndpoints } from "../../../src/core/calendar/shared-endpoints.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { fraud, plan, staged } from "../example.ts";

const staging = staged.milestones.staging?.release?.endpoint;
if (staging === undefined) throw new Error("expected a plan with a staging endpoint");
const byEvent = { production: { when: { event: "model-approved" as const } } };
const other: Plan = { ...plan, model: "chat-other", milestones: byEvent };

test("an endpoint of two plans is named with both, whatever makes their milestones due", () => {
  const first: Plan = { ...plan, milestones: byEvent };
  expect(sharedEndpoints([first, fraud, other])).toEqual([
    {
      what: "shared-endpoint",
      subject: "endpoint/chat-assistant",
      by: [
        { model: "chat-assistant", milestone: "production" },
        { model: "chat-other", milestone: "production" },
      ],
    },
  ]);
});

test("so is staging's, of another plan's staging or production", () => {
  const twin: Plan = { ...staged, model: "chat-twin", endpoint: { ...plan.endpoint, name: "chat-twin" } };
  const serving: Plan = { ...other, endpoint: staging };
  const [found, ...more] = sharedEndpoints([staged, twin, serving]);

  expect(more).toEqual([]);
  expect(found).toMatchObject({
    subject: `endpoint/${staging.name}`,
    by: [
      { model: staged.model, milestone: "staging" },
      { model: "chat-twin", milestone: "staging" },
      { model: "chat-other", milestone: "production" },
    ],
  });
});

test("a plan shares nothing with itself, nor with one on an endpoint of its own", () => {
  const own: Plan = { ...staged, endpoint: staging };
  expect(sharedEndpoints([own])).toEqual([]);
  expect(sharedEndpoints([staged, fraud])).toEqual([]);
});
