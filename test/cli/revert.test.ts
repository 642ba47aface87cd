/** `slipway revert` against an account on a port. */
import { describe, expect, test } from "vitest";
import { holdsWhateverIsRefused, onAccount } from "./refusals.ts";
import { reverting, running } from "./revert-scenario.ts";
import { say } from "./spoken.ts";

test("says what it takes, and starts a release of the version before as the plan's type of it", () =>
  onAccount(reverting, async ({ executions }) => {
    const { code, out } = await say("revert", "chat-assistant", "--reason", "v6 is slow");

    expect(code).toBe(0);
    expect(out).toMatch(
      /^version 5 of chat-assistant: 6 ml.g5.2xlarge beside what serves, 50 %, then 95 %, then all; about \d+ min and \$\S+ of the budget of \$120.00\n/,
    );
    const [started] = executions.list("RUNNING");
    expect(out).toContain(`is being taken back to version 5 by execution ${started?.name}\n`);
    expect(JSON.parse(started?.input ?? "")).toEqual({
      model: "chat-assistant",
      version: 5,
      again: true,
      revert: true,
      note: "v6 is slow",
      releaseType: "major",
    });
  }));

test("starts nothing in a dry run, nor without a version to go back to", () =>
  onAccount(reverting, async (account) => {
    const dry = await say("revert", "chat-assistant", "--dry-run");
    const same = await say("revert", "chat-assistant", "--to", "6");
    const unknown = await say("revert", "search");

    expect([dry.code, same.code, unknown.code]).toEqual([0, 64, 64]);
    expect(dry.err).toMatch(/nothing was started: this was a dry run\n$/);
    expect(same.err).toMatch(/version 6 of chat-assistant is the one that was promoted last/);
    expect(unknown.err).toMatch(/MODEL: expected one with a plan in slipway-dev, found "search"/);
    expect(await running(account)).toBe(0);
  }));

describe("with each call refused in turn", () => holdsWhateverIsRefused(reverting));
