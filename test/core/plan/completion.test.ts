/** What completes a milestone: work of its name that was begun for it, and has succeeded. */
import { describe, expect, test } from "vitest";
import { completes, type Work } from "../../../src/core/plan/completion.ts";

const openedAt = "2026-11-23T09:00:00.000Z";
const work: Work = {
  of: "trainingJob",
  name: "chat-train-7",
  status: "Completed",
  begunMs: Date.parse(openedAt) + 60_000,
};
const by = (completedBy: Record<string, string>) => ({ completedBy });

describe("a milestone is completed", () => {
  test.each([
    ["by work of its very name", { trainingJob: "chat-train-7" }],
    ["by work whose name begins so", { trainingJob: "chat-*" }],
  ])("%s", (_, completedBy) => {
    expect(completes(work, by(completedBy as Record<string, string>), openedAt)).toBe(true);
  });

  test("by an execution of a pipeline that has succeeded", () => {
    const ran: Work = { ...work, of: "pipeline", name: "retrain", status: "Succeeded" };
    expect(completes(ran, by({ pipeline: "retrain" }), openedAt)).toBe(true);
  });

  test("by work of which nobody says when it was begun", () => {
    expect(completes({ ...work, begunMs: undefined }, by({ trainingJob: "chat-*" }), openedAt)).toBe(true);
  });
});

describe("a milestone is not completed", () => {
  test.each<[string, Partial<Work>, Record<string, string>]>([
    ["by work of another name", {}, { trainingJob: "chat-train" }],
    ["by other work of its name", {}, { processingJob: "chat-train-7" }],
    ["by work that has failed", { status: "Failed" }, { trainingJob: "chat-*" }],
    ["by work that was stopped", { status: "Stopped" }, { trainingJob: "chat-*" }],
    ["by work begun before it", { begunMs: Date.parse(openedAt) - 1 }, { trainingJob: "chat-*" }],
  ])("%s", (_, other, completedBy) => {
    expect(completes({ ...work, ...other }, by(completedBy), openedAt)).toBe(false);
  });

  test("by anything where its plan names nothing", () => {
    expect(completes(work, {}, openedAt)).toBe(false);
    expect(completes(work, undefined, openedAt)).toBe(false);
  });
});
