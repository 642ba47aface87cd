/** Errors by the names that the state machine matches, and their causes as sentences. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allStates } from "#twin/engine";
import * as errors from "../../src/core/errors.ts";
import { causeText } from "../../src/core/release/cause.ts";

const { retryableErrors, terminalErrors, SlipwayError } = errors;
const makers = Object.entries(errors).flatMap(([maker, value]) =>
  typeof value === "function" && value !== SlipwayError
    ? [[maker, (value as (message: string, cause?: unknown) => Error)("why", "because")] as const]
    : [],
);

describe("errors", () => {
  test("are each retryable or terminal, never both, and each has a maker", () => {
    const names = makers.map(([, error]) => error.name);

    expect(new Set(names)).toEqual(new Set([...retryableErrors, ...terminalErrors]));
    expect(retryableErrors.filter((name) => (terminalErrors as readonly string[]).includes(name))).toEqual(
      [],
    );
  });

  test.each(makers)("made by %s are named after it and say why", (maker, error) => {
    expect(error).toBeInstanceOf(SlipwayError);
    expect(error.name.toLowerCase()).toBe(maker.toLowerCase());
    expect(error.message).toBe("why");
  });

  test("keep the failure that caused them", () => {
    const cause = new Error("connection reset");

    expect(errors.awsUnavailable("no answer", cause).cause).toBe(cause);
  });
});

describe("the state machine", () => {
  const text = readFileSync(new URL("../../statemachines/release.asl.json", import.meta.url), "utf8");
  const tasks = allStates(JSON.parse(text)).filter(([, { Type }]) => Type === "Task");

  test.each(tasks)("retries in %s every error that may pass, and none that will not", (_, { Retry = [] }) => {
    const retried = (Retry as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals);

    expect(retried).toEqual(expect.arrayContaining([...retryableErrors]));
    expect(retried.filter((name) => (terminalErrors as readonly string[]).includes(name))).toEqual([]);
    expect(retried).not.toContain("States.ALL");
  });
});

describe("a cause", () => {
  test.each([
    ['{"errorType":"LockLost","errorMessage":"the lock is gone","trace":[]}', "the lock is gone"],
    ["Task timed out after 90.00 seconds", "Task timed out after 90.00 seconds"],
    ['{"other":1}', '{"other":1}'],
    ["null", "null"],
    ["", "no cause was given"],
    [undefined, "no cause was given"],
  ])("%s reads: %s", (cause, text) => {
    expect(causeText(cause)).toBe(text);
  });
});
