/** `slipway watch` against an account on a port: the phases of a release by its journal, its page meanwhile, and its end. */
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, test } from "vitest";
import { note } from "../../src/aws/journal.ts";
import { closeRecord } from "../../src/aws/releases.ts";
import { runCommand } from "../../src/cli/command.ts";
import { picture } from "../../src/cli/progress/screen.ts";
import { courseOf } from "../../src/cli/progress/told-course.ts";
import { servePage } from "../../src/cli/served-page.ts";
import type { Outcome } from "../../src/core/release/closing.ts";
import type { LookEntry } from "../../src/core/release/journal.ts";
import type { ReleaseTold } from "../../src/report/view/told.ts";
import { holding } from "../aws/releases.ts";
import { plan } from "../core/example.ts";
import { type ServedAccount, servedEach } from "./served-account.ts";
import { keptStream, say } from "./spoken.ts";

const serve = servedEach();
const id = "chat-assistant-v7-production";

async function underWay(): Promise<ServedAccount> {
  const account = await serve();
  await holding(account);
  await note(account.tools, id, { kind: "news", state: "opened" });
  account.wait(20);
  await note(account.tools, id, { kind: "news", state: "shifted", stage: 0, trafficPercent: 5 });
  return account;
}

const close = (account: ServedAccount, outcome: Outcome) =>
  closeRecord(account.aws, {
    releaseId: id,
    closing: { outcome, reason: "somebody said so", releaseId: id, drifted: [] },
    closedAt: new Date(account.now()).toISOString(),
    changes: [],
  });

test.each([
  ["promoted", 0],
  ["rolled-back", 2],
  ["refused", 4],
  ["failed", 1],
] as const)("a release that is over (%s) is told at once, with its own code", async (outcome, code) => {
  const account = await underWay();
  await close(account, outcome);

  const said = await say("watch", id);

  expect(said.code).toBe(code);
  expect(said.out).toMatch(new RegExp(`${outcome} {2}chat-assistant v7 to production`));
  expect(said.err).toMatch(/0:20:00 {2}5 % of traffic/);
});

test("one that is under way is looked at again until it is over; its page is there meanwhile, and gone after", async () => {
  const account = await underWay();
  const [out, told] = [keptStream(), keptStream()];
  const watching = runCommand(["watch", id, "--every", "1", "--open"], { out, err: told });
  // Looked at twice at least, however slow this machine is: the second look is a second after the first.
  while (!told.text.includes("5 % of traffic")) await wait(20);
  await wait(1200);
  account.wait(10);
  await note(account.tools, id, { kind: "news", state: "rolling-back", reason: "errors" });
  await close(account, "rolled-back");

  const code = await watching;
  const err = told.text;

  expect(code).toBe(2);
  expect(err).toMatch(/roll back/);
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+\/(?= until)/.exec(err) ?? [];
  await expect(fetch(url)).rejects.toThrow();
});

test("a release that there is not is not waited for", async () => {
  await serve();

  const { code, err } = await say("watch", "chat-assistant-v8-production");

  expect(code).toBe(64);
  expect(err).toContain("expected a release of slipway-dev, found none");
});

const startedAt = "2026-11-23T09:00:00.000Z";
const minute = (nth: number) => new Date(Date.parse(startedAt) + nth * 60_000).toISOString();
const look: LookEntry = {
  kind: "look",
  at: minute(25),
  stage: 0,
  trafficPercent: 5,
  verdict: "undecided",
  decision: "continue",
  reason: "errors: too early to say",
  logE: 2.3,
  logThreshold: 4.6,
  kpis: [],
  intervals: [],
  fleets: {
    stable: { variant: "v6", desired: 9, provisioned: 8 },
    candidate: { variant: "v7", desired: 8, provisioned: 8, warm: 7 },
  },
};
const change = (id: string, nth: number) => ({
  id,
  seq: nth,
  resource: { kind: "routing", name: "chat" } as const,
  before: null,
  after: null,
  state: "applied" as const,
  at: minute(nth),
});
const told: ReleaseTold = {
  model: "chat",
  version: 7,
  milestone: "production",
  outcome: "under-way",
  reason: look.reason,
  startedAt,
  seconds: 26 * 60,
  plan,
  intervals: [],
  journal: [{ kind: "news", at: startedAt, state: "opened" }, look],
  ledger: [change("hold-scale-in", 1), change("join", 2)],
  shares: [{ index: 0, trafficPercent: 5, fromSeconds: 1200, untilSeconds: 1560 }],
};

describe("the course of a release by its journal", () => {
  it("has the phases that a rehearsal has, each until the next", () => {
    const { phases, over } = courseOf(told);

    expect(phases.map(({ title, fromSeconds, untilSeconds }) => [title, fromSeconds, untilSeconds])).toEqual([
      ["open the release", 0, 60],
      ["pre-warm the candidate", 60, 1200],
      ["5 % of traffic", 1200, undefined],
    ]);
    expect(over).toBe(false);
  });

  it("goes on with the promotion, or the way back, and what follows", () => {
    const promoted: ReleaseTold = {
      ...told,
      outcome: "promoted",
      seconds: 3600,
      journal: [...told.journal, { kind: "news", at: minute(40), state: "promoted" }],
      ledger: [...told.ledger, change("final-config", 41)],
    };

    expect(courseOf(promoted).phases.slice(-2)).toMatchObject([
      { key: "PromoteModel", fromSeconds: 2400, untilSeconds: 2460 },
      { key: "ScaleDown", fromSeconds: 2460, untilSeconds: 3600 },
    ]);
    expect(courseOf(promoted).over).toBe(true);
    const back = {
      ...told,
      journal: [...told.journal, { kind: "news", at: minute(30), state: "rolling-back" } as const],
    };
    expect(courseOf(back).phases.at(-1)).toMatchObject({ key: "RollBack", fromSeconds: 1800 });
  });

  it("says of the fleets what was seen last, how much evidence there is, and who waits", () => {
    const { fleets, notes } = courseOf(told, ["chat-v8-production"]);

    expect(fleets).toEqual([
      { variant: "v6", side: "stable", instances: 9, ready: 8 },
      { variant: "v7", side: "candidate", instances: 8, ready: 7 },
    ]);
    expect(notes).toEqual([
      "50 % of the evidence that harm takes; undecided",
      "errors: too early to say",
      "chat-v8-production waits for it",
    ]);
  });

  it("is drawn as a rehearsal's progress is", () => {
    const stream = keptStream();
    const lines = picture(
      courseOf(told),
      { title: "watching chat v7", stages: plan.rollout.stages },
      stream,
      0,
    );

    expect(lines[0]).toMatch(/^ {2}watching chat v7 +0:26:00$/);
    expect(lines.join("\n")).toMatch(/✔ pre-warm the candidate +19 min/);
    expect(lines.at(-1)).toBe("  errors: too early to say");
  });
});

test("a page is served to who asks for it, as it is then, and for nothing else", async () => {
  let nth = 0;
  const { url, close } = await servePage(0, () => `page ${++nth}`);

  expect([await (await fetch(url)).text(), await (await fetch(url)).text()]).toEqual(["page 1", "page 2"]);
  expect((await fetch(`${url}other`)).status).toBe(404);
  expect((await fetch(url, { method: "POST" })).status).toBe(404);
  await close();
});
