/** `slipway emit` against an account on a port: it starts a release once, attaches, waits, and repeats how it ended. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { applyPlan } from "../../src/aws/plans.ts";
import { attemptsAt, readRelease } from "../../src/aws/releases.ts";
import type { Outcome } from "../../src/core/release/closing.ts";
import { plan } from "../core/example.ts";
import { closes, emitting, gives, opens } from "./emitting.ts";
import { baking } from "./order-scenarios.ts";
import { folderWith, type ServedAccount, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const release = "chat-assistant-v7-production";
const asked = ["plans/chat-assistant.yml", "--version", "7"];
const waits = [...asked, "--wait"];
const run = (id: number) => ({
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "example/models",
  GITHUB_RUN_ID: String(id),
  GITHUB_SHA: "0a1b2c3",
  GITHUB_ACTOR: "octocat",
});

async function served(): Promise<ServedAccount> {
  const account = await serve();
  await applyPlan(account.aws, plan, new Date(account.now()).toISOString());
  return account;
}

/** Names of the executions that were started for it. */
const started = ({ executions }: ServedAccount) =>
  executions
    .started()
    .map(({ name }) => name)
    .filter((name) => name.startsWith("emit-"));

/** A release of version 7 that is over. */
async function over(account: ServedAccount, outcome: Outcome): Promise<void> {
  await emitting(account, asked);
  await opens(account);
  await closes(account, outcome);
}

describe("without --wait", () => {
  test("it starts the release, says how to follow it, and records what the run claims beside the role", async () => {
    const account = await served();

    const { code, out, waits } = await emitting(account, asked, { variables: run(1) });

    expect({ code, waits }).toEqual({ code: 0, waits: 0 });
    expect(out.split("\n")).toEqual([
      `${release} is started`,
      `to follow it: slipway watch ${release}`,
      "to wait for it: slipway emit plans/chat-assistant.yml --version 7 --wait",
      `to stop it: slipway stop ${release}`,
      "",
    ]);
    expect(account.executions.started()).toEqual([
      {
        name: expect.stringMatching(/^emit-slipway-dev-chat-assistant-v7-production-1-\w{8}$/),
        input: {
          model: "chat-assistant",
          version: 7,
          milestone: "production",
          again: false,
          attemptKey: "https://github.com/example/models/actions/runs/1",
          claimed: {
            by: "octocat",
            commit: "0a1b2c3",
            run: "https://github.com/example/models/actions/runs/1",
            role: "arn:aws:iam::123456789012:user/twin",
          },
        },
      },
    ]);
  });

  test("asked again it attaches, opened or not, from whichever run; and starts nothing", async () => {
    const account = await served();
    await emitting(account, asked, { variables: run(1) });
    const early = await emitting(account, asked, { variables: run(2) });
    await opens(account);
    const late = await emitting(account, [...asked, "--json"]);

    expect(early.out).toMatch(new RegExp(`^${release} is under way already\n`));
    expect(JSON.parse(late.out)).toMatchObject({
      release,
      how: "attached",
      outcome: "under-way",
      claimed: { by: "octocat" },
      exitCode: 0,
    });
    expect(started(account)).toHaveLength(1);
  });
});

describe("once it is over", () => {
  test.each([
    ["promoted", 0],
    ["done", 0],
    ["failed", 1],
    ["rolled-back", 2],
    ["superseded", 2],
    ["stopped", 2],
    ["refused", 4],
  ] as const)(
    "%s is repeated with %i, and the command for one more attempt works as it stands",
    async (outcome, code) => {
      const account = await served();
      await over(account, outcome);

      const repeated = await emitting(account, waits);
      const [, words = ""] = /^for one more attempt: slipway emit (.*)$/m.exec(repeated.out) ?? [];

      expect({ code: repeated.code, waits: repeated.waits }).toEqual({ code, waits: 0 });
      expect(repeated.out).toMatch(new RegExp(`^${release} is over already: it .*: so it was\n`));
      expect(started(account)).toHaveLength(1);
      const more = await emitting(account, words.split(" "), {
        meanwhile: (nth) => (nth === 1 ? opens(account) : closes(account, "promoted", `${release}-r2`)),
      });
      expect(more).toMatchObject({
        code: 0,
        out: expect.stringMatching(new RegExp(`^${release}-r2 was promoted`)),
      });
      // The same words twice are one attempt.
      expect((await emitting(account, words.split(" "))).out).toMatch(/-r2 is over already/);
      expect(started(account)).toHaveLength(2);
    },
  );

  test("with --again each run has one more attempt, and a run that is run again attaches or repeats", async () => {
    const account = await served();
    await over(account, "rolled-back");
    const again = [...asked, "--again"];
    await emitting(account, again, { variables: run(2) });
    const before = await emitting(account, again, { variables: run(2) });
    await opens(account);
    const after = await emitting(account, again, { variables: run(2) });
    const other = await emitting(account, again, { variables: run(3) });
    await closes(account, "refused", `${release}-r2`);
    const repeated = await emitting(account, again, { variables: run(2) });
    const third = await emitting(account, again, { variables: run(3) });
    await opens(account);

    expect(before.out).toMatch(/under way already/);
    expect(after.out).toMatch(new RegExp(`^${release}-r2 is under way already`));
    // One is under way: there is nothing to be made anew yet.
    expect(other.out).toMatch(new RegExp(`^${release}-r2 is under way already`));
    expect(repeated).toMatchObject({ code: 4, out: expect.stringMatching(/-r2 is over already/) });
    expect(third.out).toMatch(/is started/);
    expect(
      (await attemptsAt(account.aws, release)).map(({ release: { attempt, attemptKey } }) => [
        attempt,
        attemptKey?.slice(-1),
      ]),
    ).toEqual([
      [3, "3"],
      [2, "2"],
      [1, undefined],
    ]);
    expect(started(account)).toHaveLength(3);
  });

  test("--again without a run or a key is bad usage", async () => {
    const account = await served();

    await expect(emitting(account, [...asked, "--again"])).rejects.toThrow(
      /^--attempt: expected a key .* found none, nor a run of GitHub, GitLab, CodeBuild or Jenkins/,
    );
    expect(account.calls).toHaveLength(1);
  });
});

describe("with --wait", () => {
  test("it looks every 30 s with a line each, until the release is over", async () => {
    const account = await served();

    const { code, out, err } = await emitting(account, waits, {
      meanwhile: (nth) =>
        nth === 1 ? opens(account) : nth === 3 ? closes(account, "rolled-back") : undefined,
    });

    expect(code).toBe(2);
    expect(out).toMatch(new RegExp(`^${release} was rolled back: so it was\n`));
    expect(err.split("\n").slice(1)).toEqual([
      "0:00:00  opens",
      `0:00:30  ${release}: open the release`,
      `0:01:00  ${release}: open the release`,
      "",
    ]);
  });

  test("at the deadline it ends with 5 and leaves the release to itself; the line that it prints attaches", async () => {
    const account = await served();

    const {
      code,
      out,
      waits: count,
    } = await emitting(account, [...waits, "--timeout", "2m"], {
      meanwhile: (nth) => (nth === 1 ? opens(account) : undefined),
    });

    expect({ code, count }).toEqual({ code: 5, count: 4 });
    expect(out).toMatch(new RegExp(`^${release} is started, and not over at the deadline\n`));
    expect(account.executions.list("RUNNING")).toHaveLength(1);
    expect(await readRelease(account.aws, release)).toMatchObject({ status: "open" });
  });

  test("it ends with 6 as soon as a stage asks, with the commands that answer; answered, it waits on", async () => {
    const account = await served();
    await baking(account);

    const { code, out } = await emitting(account, [...waits, "--json"]);
    expect((await say("approve", release)).code).toBe(0);
    const answered = await emitting(account, waits, { meanwhile: () => closes(account, "promoted") });

    expect(code).toBe(6);
    expect(JSON.parse(out)).toMatchObject({
      how: "attached",
      outcome: "under-way",
      exitCode: 6,
      question: {
        stage: 2,
        reason: "waiting for an answer",
        proceed: `slipway approve ${release} --rollout-stage 2`,
        rollBack: `slipway approve ${release} --rollout-stage 2 --reject`,
      },
    });
    expect(answered).toMatchObject({ code: 0, waits: 1 });
  });

  test("a look that fails is taken again; after five in a row it gives up, and says that the same command attaches", async () => {
    const account = await served();
    const down = new AwsError("ThrottlingException", "later", { statusCode: 400 });

    const lucky = await emitting(account, waits, {
      meanwhile: async (nth) => {
        if (nth === 1) await opens(account);
        if (nth === 2) account.fail("Query", down, 1);
        if (nth === 4) await closes(account, "promoted");
      },
    });

    expect(lucky.code).toBe(0);
    const other = await served();
    await expect(
      emitting(other, waits, {
        meanwhile: (nth) =>
          nth === 1
            ? other.fail("Query", new AwsError("AccessDeniedException", "no", { statusCode: 400 }), 99)
            : undefined,
      }),
    ).rejects.toThrow(
      /^it could not be looked at any more: AccessDeniedException: no; .* the same command once more attaches$/,
    );
    expect(started(other)).toHaveLength(1);
  });
});

describe("what opens no release", () => {
  test("is told as it is: bad input with 64, each mistake in a line; asked again it tries anew", async () => {
    const account = await served();
    const refuses = async (nth: number) => {
      if (nth !== 1) return;
      await expect(opens(account)).rejects.toThrow(/no-such|expected one that is in the registry/);
      const [newest] = account.executions.list("RUNNING");
      const cause = JSON.stringify({
        errorType: "BadInput",
        errorMessage: "version: expected 7\nmodel: expected two",
      });
      account.executions.end(newest?.name ?? "", "FAILED", { error: "BadInput", cause });
    };
    const none = ["plans/chat-assistant.yml", "--version", "99", "--wait"];

    const first = await emitting(account, none, { meanwhile: refuses });
    const second = await emitting(account, none, { meanwhile: refuses });

    expect([first.code, second.code]).toEqual([64, 64]);
    expect(first.err).toMatch(/^✖ version: expected 7\n✖ model: expected two$/m);
    expect(started(account).map((name) => name.slice(0, -9))).toEqual([
      "emit-slipway-dev-chat-assistant-v99-production-1",
      "emit-slipway-dev-chat-assistant-v99-production-2",
    ]);
  });

  test("is ignored with 0, or with 4 where that is to fail", async () => {
    const account = await served();
    const ignores = () => {
      const [newest] = account.executions.list("RUNNING");
      account.executions.end(newest?.name ?? "", "SUCCEEDED", {
        output: '{"outcome":"ignored","reason":"of another registry"}',
      });
    };

    const well = await emitting(account, waits, { meanwhile: ignores });
    const ill = await emitting(account, [...waits, "--fail-on-ignored", "--json"], { meanwhile: ignores });

    expect(well).toMatchObject({
      code: 0,
      out: `${release} was not opened, the request is ignored: of another registry\n`,
    });
    expect(ill.code).toBe(4);
    expect(JSON.parse(ill.out)).toMatchObject({ outcome: "ignored", exitCode: 4 });
  });

  test("one that died before it began is no release: it is started anew", async () => {
    const account = await served();
    await emitting(account, asked);
    await opens(account);
    await gives(account.aws);
    const [newest] = account.executions.list("RUNNING");
    account.executions.end(newest?.name ?? "");

    const { out } = await emitting(account, asked);

    expect(out).toMatch(/is started/);
    expect(started(account)).toHaveLength(2);
  });
});

describe("told to end while it waits", () => {
  const ends = (account: ServedAccount) => ({
    meanwhile: async (nth: number, tellToEnd: () => void) => {
      if (nth === 1) await opens(account);
      if (nth === 2) tellToEnd();
    },
  });

  test("it leaves the release to itself, and says how to stop it and how to attach", async () => {
    const account = await served();

    const { code, out } = await emitting(account, waits, ends(account));

    expect(code).toBe(143);
    expect(out).toMatch(new RegExp(`^to stop it: slipway stop ${release}$`, "m"));
    expect(account.executions.list("RUNNING")).toHaveLength(1);
  });

  test("with --on-cancel stop it gives the order to stop", async () => {
    const account = await served();

    const { code, err } = await emitting(account, [...waits, "--on-cancel", "stop"], ends(account));

    expect(code).toBe(143);
    expect(err).toMatch(new RegExp(`${release} is stopped; the sweep undoes what it left\n$`));
    expect(account.executions.list("RUNNING")).toEqual([]);
  });

  test("before a release is opened its execution is stopped, and before that nothing is started", async () => {
    const account = await served();
    const early = await emitting(account, [...waits, "--on-cancel", "stop"], {
      meanwhile: (_, tellToEnd) => tellToEnd(),
    });

    expect(early).toMatchObject({
      code: 143,
      err: expect.stringMatching(/nothing of it is left to stop\n$/),
    });
    expect(account.executions.list("RUNNING")).toEqual([]);
    expect(account.executions.list("ABORTED")).toHaveLength(1);
  });
});

test("every mistake of the line is told, and nothing is asked of the account", async () => {
  const account = await served();
  const before = account.calls.length;

  const { code, err } = await say("emit", "--timeout", "soon");
  const other = await say("emit", ...asked, "--on-cancel", "wait");
  const noPlan = await say("emit", "plans/nothing.yml", "--version", "7");

  expect([code, other.code, noPlan.code]).toEqual([64, 64, 64]);
  expect(err.split("\n").slice(0, 3)).toEqual([
    "✖ PLAN: expected the file of the plan by whose model to release, found nothing",
    "✖ --version: expected the version to release, found nothing",
    '✖ --timeout: expected a time such as 90m or 4h, at most 20d, found "soon"',
  ]);
  expect(other.err).toMatch(/--on-cancel: expected leave or stop, found "wait"/);
  expect(account.calls).toHaveLength(before);
});

test("a model without a plan in force is told of, and nothing is started", async () => {
  const account = await serve();

  const markdown = join(folderWith({}), "summary.md");

  const { code, err } = await say("emit", ...asked, "--markdown", markdown);

  expect(code).toBe(64);
  // A run's page says so as well.
  expect(readFileSync(markdown, "utf8")).toMatch(
    /^### plans\/chat-assistant.yml: slipway emit failed\n\n- MODEL: expected one with a plan in /,
  );
  expect(err).toContain('MODEL: expected one with a plan in slipway-dev, found "chat-assistant"');
  expect(account.executions.started()).toEqual([]);
});
