/** `slipway revert` against an account on a port. */
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { closeRelease } from "../../functions/close-release.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { servingPlatform } from "../../src/aws/serving/platforms.ts";
import { plan, planWith } from "../core/example.ts";
import { manual, Run } from "../functions/run.ts";
import { holdsWhateverIsRefused, onAccount } from "./refusals.ts";
import { reverting, running } from "./revert-scenario.ts";
import type { ServedAccount } from "./served-account.ts";
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

describe("slipway status --reverts", () => {
  test("says to which version each model could go back, in what time and for how much", () =>
    onAccount(reverting, async () => {
      const { code, out } = await say("status", "--reverts");

      expect(code).toBe(0);
      expect(out).toMatch(
        /^chat-assistant can go back to version 5: about \d+ min and \$\d+\.\d\d \(slipway revert chat-assistant\)\n$/,
      );
      const { reverts } = JSON.parse((await say("status", "--reverts", "--json")).out);
      expect(reverts).toMatchObject([
        {
          model: "chat-assistant",
          version: 5,
          instances: 6,
          instanceType: "ml.g5.2xlarge",
          shares: [50, 95],
          lacks: [],
        },
      ]);
    }));

  test("says what is too small for it", () =>
    onAccount(reverting, async ({ aws, world }) => {
      await applyPlan(
        aws,
        planWith({ budget: { usdPerRelease: 1 }, requirements: { peakRequestsPerSecond: 6000 } }),
        "2026-11-01T09:00:00.000Z",
      );

      const { out } = await say("status", "--reverts");

      const quota = world.quota("endpoint", "ml.g5.2xlarge");
      expect(out).toContain("chat-assistant cannot go back to version 5 now: ");
      expect(out).toMatch(new RegExp(`ml\\.g5\\.2xlarge at its peak, the account's quota is ${quota}; `));
      expect(out).toContain("it is estimated above its budget of $1.00");
    }));

  test("is not asked for by status alone, and says where no other version was promoted", () =>
    onAccount({ ...reverting, before: async () => {} }, async ({ aws }) => {
      const idle = { out: "no release is under way, and nothing is left to put back\n" };
      expect(await say("status", "--reverts")).toMatchObject(idle);
      await applyPlan(aws, plan, "2026-11-01T09:00:00.000Z");
      expect(await say("status")).toMatchObject(idle);
      expect(await say("status", "--reverts")).toMatchObject({
        out: "the history of chat-assistant has no other version that was promoted; name one with --to\n",
      });
      expect(JSON.parse((await say("status", "--json")).out)).not.toHaveProperty("reverts");
    }));
});

describe("after the first release", () => {
  const quick = planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] } });

  /** Version 7 beside version 6, which was there before Slipway was. */
  async function firstRelease(account: ServedAccount): Promise<void> {
    await applyPlan(account.aws, quick, new Date(account.now()).toISOString());
    await promotedAndClosed(await Run.shifted({ account }));
  }

  async function promotedAndClosed(run: Run) {
    await run.promote();
    await run.scaleDown();
    const { execution, openedAt: startedAt } = run.doc.release;
    return closeRelease({ execution, startedAt, input: manual, document: run.doc }, run.tools);
  }

  const first: typeof reverting = { ...reverting, before: firstRelease };

  test("goes back to what served before it, and ends promoted", () =>
    onAccount(first, async (account) => {
      const { reverts } = JSON.parse((await say("status", "--reverts", "--json")).out);
      expect(reverts).toMatchObject([{ model: "chat-assistant", version: 6, shares: [50, 100], lacks: [] }]);

      const { code, out } = await say("revert", "chat-assistant");

      expect(code).toBe(0);
      const [started] = account.executions.list("RUNNING").filter(({ name }) => name.startsWith("revert-"));
      expect(out).toContain(`is being taken back to version 6 by execution ${started?.name}\n`);
      const event = JSON.parse(started?.input ?? "");
      const back = await Run.shifted({ account, event, name: started?.name ?? "" });
      expect(await promotedAndClosed(back)).toMatchObject({ outcome: "promoted" });
      const served = await servingPlatform(account.aws).versionsServed("chat-assistant");
      expect(served).toEqual([6]);
      expect((await say("status", "--reverts")).out).toContain("chat-assistant can go back to version 7: ");
    }));

  test("says why it is not known what served, where that was made by hand", () =>
    onAccount({ ...first, before: async () => {} }, async (account) => {
      for (const [name, model] of account.world.state.models)
        account.world.state.models.set(
          name,
          JSON.parse(JSON.stringify(model).replace(/"ModelPackageName":"[^"]*"/, '"Image":"own:1"')),
        );
      await firstRelease(account);

      const { code, err } = await say("revert", "chat-assistant");

      const why =
        "which one served before is not known: its model was made of no version of the registry; name one with --to";
      expect(code).toBe(64);
      expect(err).toContain(why);
      expect((await say("status", "--reverts")).out).toContain(why);
      expect((await say("revert", "chat-assistant", "--to", "6", "--dry-run")).code).toBe(0);
    }));
});

describe("with each call refused in turn", () => holdsWhateverIsRefused(reverting));

describe("what the release of the version before made", () => {
  const thing = { resource: { kind: "endpoint-config", name: "slipway-dev-v5-final" }, content: {} };
  /** As the sweep, or the close of the release after it, leaves it. */
  const kept = (state: string): typeof reverting => ({
    ...reverting,
    before: async (account) => {
      await reverting.before(account);
      const item = {
        pk: "kept",
        sk: "chat-assistant-v5-production",
        releaseId: "chat-assistant-v5-production",
        endpoint: "chat-assistant",
        model: "chat-assistant",
        version: 5,
        things: [{ ...thing, state, at: "2026-01-12T08:10:00.000Z" }],
        replaced: { by: "chat-assistant-v6-production", keptUntil: "2026-01-12T08:00:00.000Z" },
        revision: 3,
      };
      await account.aws.table.send(new PutCommand({ TableName: account.aws.environment.table, Item: item }));
    },
  });

  test("is kept for a while, and both commands say until when", () =>
    onAccount(kept("kept"), async () => {
      const said = "what the release of version 5 made is kept until 2026-01-12T08:00:00.000Z";

      expect((await say("revert", "chat-assistant", "--dry-run")).out).toContain(`${said}\n`);
      expect((await say("status", "--reverts")).out).toContain(`(slipway revert chat-assistant); ${said}\n`);
    }));

  test("is gone then, which does not keep anybody from going back: it is said, and a release makes its own", () =>
    onAccount(kept("deleted"), async (account) => {
      const { code, out } = await say("revert", "chat-assistant");

      expect(code).toBe(0);
      expect(out).toContain(
        "what the release of version 5 made was deleted at 2026-01-12T08:10:00.000Z (endpoint-config slipway-dev-v5-final): going back makes it anew from the version's package\n",
      );
      expect(await running(account)).toBe(1);
      const { reverts } = JSON.parse((await say("status", "--reverts", "--json")).out);
      expect(reverts[0].kept).toEqual({
        is: "deleted",
        at: "2026-01-12T08:10:00.000Z",
        things: ["endpoint-config slipway-dev-v5-final"],
      });
    }));
});
