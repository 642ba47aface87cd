/** `slipway learned` against an account on a port, and what `slipway report` says of a release that is over. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Aws } from "../../src/aws/clients.ts";
import { writeClosing } from "../../src/aws/closings.ts";
import { keepPast, pastRelease } from "../../src/aws/history.ts";
import { note } from "../../src/aws/journal.ts";
import type { PastRelease } from "../../src/core/release/past.ts";
import { holding } from "../aws/releases.ts";
import { lookedBack } from "../core/release/looked-back.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";
import { sayOn } from "./widths.ts";

const serve = servedEach();
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const past = (days: number, more: Partial<PastRelease> = {}): PastRelease => ({
  releaseId: `chat-assistant-v${100 - days}-production`,
  ...{ model: "chat-assistant", milestone: "production", releaseType: "minor", attempt: 1, left: 0 },
  ...{ openedAt: daysAgo(days), closedAt: daysAgo(days - 0.1), outcome: "promoted", reason: "" },
  retrospective: lookedBack,
  ...more,
});

describe("slipway learned", () => {
  test("says of each thing how much it rests on, how sure it is, and where the next is to be expected", async () => {
    const { aws } = await serve();
    for (const days of [40, 20, 3]) await keepPast(aws, past(days));
    const { code, out } = await say("learned");

    expect(code).toBe(0);
    expect(out).toMatch(
      /\nthroughput of chat-assistant, requests per second of an instance\n.*\nml\.g5\.xlarge +2\.\d +12 +8\.?\d* \(7\.\d+ – \d\.\d+\) /,
    );
    expect(out).toMatch(/model load of chat-assistant\n.*\n.* 5 min .*█/);
    expect(out).toMatch(/raises that came\n.*\nml\.g5\.xlarge, endpoint /);
    expect(out).toContain("half of what is 90 days old does");
  });

  test("says of instances how long one takes, and the slowest of as many as started last", async () => {
    const { aws } = await serve();
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const launch = {
      of: "endpoint",
      instances: { "ml.g5.xlarge": 13 },
      askedAt: minutesAgo(60),
      missingAt: minutesAgo(52),
      thereAt: minutesAgo(51),
    } as const;
    await keepPast(aws, past(1, { launch }));

    const { out } = await say("learned");

    expect(out).toMatch(
      /^provisioning\n.*\nml\.g5\.xlarge × 13 +1 +\d+ min \(\d+ – \d+ min\) +\d+ – \d+ min +[▁-█]+$/m,
    );
  });

  /** Of 24 raises of a pool, twelve at each of two hours: at nine one came, at two all. */
  async function raisedAtNineAndTwo(aws: Aws, of: "endpoint" | "training", instanceType: string) {
    for (const nth of Array.from({ length: 24 }, (_, each) => each)) {
      const isNine = nth % 2 === 0;
      const at = `${daysAgo(nth + 1).slice(0, 10)}T${isNine ? "09" : "14"}:01:00.000Z`;
      const raises = [{ instanceType, of, came: !isNine || nth === 0, at }];
      await keepPast(aws, past(nth + 1, { retrospective: { ...lookedBack, raises } }));
    }
  }

  test("says of raises in which hours of the day some did not come, and in which all did", async () => {
    const { aws } = await serve();
    await raisedAtNineAndTwo(aws, "endpoint", "ml.g5.xlarge");
    const { out } = await say("learned");

    expect(out).toMatch(
      /\nraises of ml\.g5\.xlarge, endpoint, that came, by the hour\nof.*\n09:00 UTC ! +1[01](?:\.\d)? +\d+ % \([\d.]+ – \d+ %\) +1 of 1[01](?:\.\d)? +[ ▁-█]+\nIn 1 other hour all came: 14:00 UTC\.\n! /,
    );
    const narrow = (await sayOn({ isTTY: true, width: 80 }, "learned")).out;
    for (const line of narrow.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    // None of its tables is told as sentences for want of width.
    expect(narrow).toMatch(/^of +n +median/m);
    expect(narrow).not.toMatch(/^of \S+, n /m);
    const { raises } = JSON.parse((await say("learned", "--json")).out);
    expect(raises[0].hours.map(({ hour }: { hour: number }) => hour)).toEqual([9, 14]);
    expect(raises[0].hours[0].lower).toBeGreaterThan(0.95);
  });

  test("slipway plan names the hour to which a milestone is set, and no other", async () => {
    const { aws } = await serve();
    await raisedAtNineAndTwo(aws, "training", "ml.g5.12xlarge");
    const text = readFileSync("plans/chat-assistant.yml", "utf8");
    const said = async (hour: number) => {
      const file = join(mkdtempSync(join(tmpdir(), "slipway-")), "plan.yml");
      const when = `when: { cron: "cron(30 ${hour} ? * MON *)", timeZone: UTC, start: on-date }`;
      writeFileSync(
        file,
        text.replace('when: { cron: "cron(0 2 ? * MON *)", timeZone: Europe/Amsterdam }', when),
      );
      return (await say("plan", file, "--stage", "dev")).out.replace(/\s+/g, " ");
    };

    expect(await said(9)).toMatch(
      /! training asks for ml\.g5\.12xlarge between 09:00 and 10:00 UTC, when less of what was asked for has come: 1 of 1[01][. ]/,
    );
    expect(await said(14)).not.toContain("asks for");
  });

  test("says where nothing is learnt yet, of a model too", async () => {
    const { aws } = await serve();
    expect((await say("learned")).out).toMatch(/^nothing is learnt yet/);

    await keepPast(aws, past(3));
    expect((await say("learned", "nobody")).out).toMatch(/^nothing is learnt yet/);
    expect(JSON.parse((await say("learned", "chat-assistant", "--json")).out)).toMatchObject({ releases: 1 });
  });
});

test("a release that closes keeps what was planned and what happened, and slipway report shows it", async () => {
  const account = await serve();
  const release = await holding(account);
  const closedAt = new Date(Date.parse(release.openedAt) + 90 * 60_000).toISOString();
  await keepPast(account.aws, past(3, { releaseId: release.id, openedAt: release.openedAt }));
  await note(account.tools, release.id, { kind: "news", state: "opened" });
  const closing = { outcome: "promoted", reason: "", releaseId: release.id, drifted: [] } as const;
  await writeClosing(account.tools, {
    releaseId: release.id,
    closing: { ...closing, drifted: [] },
    closedAt,
    changes: [],
  });

  // Nothing was planned of it: what was kept before stays.
  expect((await pastRelease(account.aws, release))?.retrospective).toEqual(lookedBack);
  const { out } = await say("report", release.id, "--json");
  expect(JSON.parse(out).retrospective).toEqual(lookedBack);
});
