/** What two people let a release past: who may, what evidence and people hear of it, and what rests on it. */
import { expect, test } from "vitest";
import { checkGates } from "../../functions/check-gates.ts";
import { contract, takeOrder } from "../../functions/take-order.ts";
import { brokenGlass, everyGlass } from "../../src/aws/break-glass.ts";
import { declareFreeze } from "../../src/aws/freezes.ts";
import { orderGlass } from "../../src/aws/glass-orders.ts";
import { journalOf } from "../../src/aws/journal.ts";
import { lambda } from "../../src/aws/lambda.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { exceptionsIn } from "../../src/core/audit/audit.ts";
import { lineOf } from "../../src/core/audit/line.ts";
import { Pack } from "../../src/core/evidence/pack.ts";
import { Gates } from "../../src/core/gates/settings.ts";
import { Planned } from "../../src/core/release/document/document.ts";
import { upcast } from "../../src/core/release/document/reading.ts";
import { personOf } from "../../src/core/release/person.ts";
import type { GlassOrder, OrderReply } from "../../src/core/request/persons-order.ts";
import type { Account } from "../aws/account.ts";
import { planIn } from "../core/example.ts";
import { Run } from "./run.ts";

const gated = planIn("test/data/plans/gated.yml");
const event = { model: gated.model, version: 7 };
const plan = { ...gated, gates: Gates.parse({ require: ["vulnerabilities", "way-back"] }) };
const spec = {
  security: { findings: [{ of: "candidate" as const, severity: "critical" as const, count: 2 }] },
};
const releaseId = "claims-reader-v7-production";
const arnOf = (name: string) => `arn:aws:iam::123456789012:user/${name}`;

/** As the function that takes orders has them. */
const say = (run: Run, name: string, order: GlassOrder): Promise<OrderReply> =>
  orderGlass(run.tools, order, {
    who: personOf(arnOf(name)),
    pseudonym: `person-${name}`,
    nowMs: run.account.now(),
  });
const until = (run: Run, minutes = 240) => new Date(run.account.now() + minutes * 60_000).toISOString();
const ask = (run: Run, passes: string[], name = "ann") =>
  say(run, name, { order: "break-glass", releaseId, reason: "an outage", passes, until: until(run) });
async function agree(run: Run, name = "bob"): Promise<OrderReply> {
  const { seen = "" } = await say(run, name, { order: "show-glass", releaseId });
  return say(run, name, { order: "agree-glass", releaseId, reason: "seen", seen });
}
async function packsOf({ account, doc }: Run): Promise<Pack[]> {
  const { evidence } = await readLock(account.aws, doc.release.subject);
  return Object.values(evidence?.claimed ?? {}).map((text) => Pack.parse(JSON.parse(text)));
}
const gatesOf = async (run: Run) => checkGates(Planned.parse(upcast(run.doc)), run.tools);
const told = ({ account }: Run, state: string) => account.published().filter((each) => each.state === state);
const counted = ({ account }: Run) => account.counted.filter((what) => what === "GlassBroken").length;

test("one word is none; two are told, ring an alarm, and have a pack of their own in the endpoint's chain", async () => {
  const run = await Run.begin({ plan, event, spec });
  await run.plan();
  await ask(run, ["vulnerabilities"]);

  expect(await gatesOf(run)).toMatchObject({ status: "refused" });
  expect([counted(run), await packsOf(run)]).toEqual([0, []]);
  expect(told(run, "glass-asked")).toHaveLength(1);

  await agree(run);

  expect(counted(run)).toBe(1);
  expect(told(run, "glass-broken")).toMatchObject([
    { releaseId, subject: "endpoint/claims-reader", version: 7 },
  ]);
  expect(await packsOf(run)).toEqual([
    expect.objectContaining({
      what: "glass-broken",
      of: releaseId,
      passes: ["vulnerabilities"],
      asked: "person-ann",
      agreed: "person-bob",
      seen: expect.stringMatching(/^[0-9a-f]{64}$/),
    }),
  ]);
  expect(JSON.stringify(await packsOf(run))).not.toMatch(/user\/|outage/);
});

test("what goes forward rests on it, its own gates say so, and an audit has all of it as exceptions", async () => {
  const run = await Run.begin({ plan, event, spec });
  await run.plan();
  await ask(run, ["vulnerabilities"]);
  await agree(run);

  const gates = await gatesOf(run);
  await run.prewarm();

  expect(gates).toMatchObject({
    status: "pass",
    reason: expect.stringContaining("overridden by ann and bob until"),
  });
  expect(gates.answers[0]).toMatchObject({
    gate: "vulnerabilities",
    status: "overridden",
    override: { by: "ann and bob", reason: "an outage" },
  });
  const [own, ...changes] = await packsOf(run);
  const glass = { passes: ["vulnerabilities"], by: ["person-ann", "person-bob"] };
  expect(changes.length).toBeGreaterThan(0);
  for (const change of changes)
    expect(change).toMatchObject({
      grounds: { gates: { answers: { vulnerabilities: "overridden" } }, glass: [glass] },
    });
  const lines = [own, ...changes].map((pack, nth) => lineOf(nth + 1, pack as Pack));
  expect(exceptionsIn(lines, { fence: 1 }).map(({ what, text }) => `${what}: ${text}`)).toEqual([
    expect.stringMatching(/^glass: two people let the release past vulnerabilities until /),
    ...changes.map(() =>
      expect.stringMatching(/^glass: rests on what two people let it past: vulnerabilities/),
    ),
  ]);
});

test("the way back rests on nobody's word, and looks for none", async () => {
  const run = await Run.begin({ plan, event, spec });
  await run.plan();
  await ask(run, ["vulnerabilities"]);
  await agree(run);
  await gatesOf(run);
  await run.prewarm();
  const before = (await packsOf(run)).length;
  const calls = run.account.calls.length;

  await run.wayBack();
  await run.scaleDown();

  const back = (await packsOf(run)).slice(before);
  expect(back.length).toBeGreaterThan(0);
  for (const pack of back) expect(pack).not.toHaveProperty("grounds");
  expect(JSON.stringify(run.account.calls.slice(calls))).not.toContain("answer#break-glass");
});

test("a gate that is not named bars the way as ever", async () => {
  const run = await Run.begin({
    plan: {
      ...plan,
      gates: Gates.parse({ require: ["vulnerabilities", "image-age"], keptExposures: "fail" }),
    },
    event,
    spec: { security: { ...spec.security, imageAgeDays: { candidate: 400, serving: 20 } } },
  });
  await run.plan();
  await ask(run, ["vulnerabilities"]);
  await agree(run);

  const { status, reason } = await gatesOf(run);

  expect(status).toBe("refused");
  expect(reason).toMatch(/^gate image-age: /);
});

test("a freeze that somebody declared is passed where it is named, is told, and is in what is changed after it", async () => {
  const run = await Run.begin({ plan, event });
  await declareFreeze(run.account.aws, "claims-reader", { by: "cleo", reason: "a big day" });
  await ask(run, ["vulnerabilities"]);
  await agree(run);
  expect(await run.plan()).toMatchObject({
    status: "waiting",
    reason: expect.stringContaining("frozen by cleo"),
  });

  await say(run, "eve", { order: "end-glass", releaseId, reason: "too narrow" });
  run.account.wait(1);
  await ask(run, ["freezes"]);
  await agree(run);
  expect(await run.plan()).toMatchObject({ status: "fits" });
  await run.prewarm();

  expect(told(run, "freeze-passed")).toMatchObject([
    { reason: expect.stringMatching(/^past a freeze by ann and bob \(an outage\): frozen by cleo/) },
  ]);
  const { entries } = await journalOf(run.tools.aws, releaseId);
  expect(entries.filter((entry) => entry.kind === "news" && entry.state === "freeze-passed")).toHaveLength(1);
  const [, , made] = await packsOf(run);
  expect(made).toMatchObject({ grounds: { glass: [{ passes: ["freezes"] }] } });
});

test("said again it is one, with one pack, and rings again, since nobody may have heard of it", async () => {
  const run = await Run.begin({ plan, event, spec });
  await ask(run, ["freezes"]);
  await ask(run, ["freezes"]);
  await agree(run);
  const { said } = await agree(run);

  expect(said).toContain("is let past freezes");
  expect(await packsOf(run)).toHaveLength(1);
  expect(counted(run)).toBe(2);
  expect(await everyGlass(run.account.aws, run.account.now())).toHaveLength(1);
});

test("where evidence cannot be claimed nothing is let past, and said again it is", async () => {
  const run = await Run.begin({ plan, event, spec });
  await run.plan();
  await ask(run, ["vulnerabilities"]);
  run.account.fail("UpdateItem", Object.assign(new Error("no"), { name: "AccessDeniedException" }), 9);
  await expect(agree(run)).rejects.toThrow("no");
  run.account.mend();
  expect(await gatesOf(run)).toMatchObject({ status: "refused" });

  await agree(run);

  expect(await gatesOf(run)).toMatchObject({ status: "pass" });
  expect(await packsOf(run)).toHaveLength(1);
});

test("where it was claimed and could not be written down it is claimed once", async () => {
  const run = await Run.begin({ plan, event, spec });
  await run.plan();
  await ask(run, ["vulnerabilities"]);
  run.account.fail("PutItem", Object.assign(new Error("no"), { name: "AccessDeniedException" }), 9);
  await expect(agree(run)).rejects.toThrow("could not be written down");
  run.account.mend();
  expect(await gatesOf(run)).toMatchObject({ status: "refused" });

  await agree(run);

  expect(await gatesOf(run)).toMatchObject({ status: "pass" });
  expect(await packsOf(run)).toHaveLength(1);
});

test("it holds for the tries to come, and for no other version", async () => {
  const run = await Run.begin({ plan, event, spec });
  await ask(run, ["vulnerabilities"]);
  await agree(run);
  const passesOf = async (id: string) =>
    (await brokenGlass(run.account.aws, id, run.account.now()))?.asked.passes;

  expect(await passesOf(`${releaseId}-r2`)).toEqual(["vulnerabilities"]);
  expect(await passesOf("claims-reader-v8-production")).toBeUndefined();
  expect(await passesOf("claims-reader-v7-staging")).toBeUndefined();
  run.account.wait(241);
  expect(await passesOf(releaseId)).toBeUndefined();
});

test("who says it is who AWS says, and a release that there is not is told", async () => {
  const { account } = await Run.begin({ plan, event, spec });
  const body = (id: string) =>
    JSON.stringify({
      ...{ order: "break-glass", releaseId: id, reason: "an outage", passes: ["freezes"] },
      until: new Date(Date.now() + 3_600_000).toISOString(),
    });
  const sent = async (id: string, more = {}) => taken(account, body(id), more);

  expect(await sent("claims-reader-v9-production")).toMatchObject({
    statusCode: 404,
    message: 'RELEASE: expected one that exists, found "claims-reader-v9-production"',
  });
  expect(await sent(releaseId)).toMatchObject({
    statusCode: 200,
    said: expect.stringContaining(": ann asks"),
  });
  const [glass] = await everyGlass(account.aws, Date.now());
  expect(glass?.asked).toMatchObject({
    by: { arn: arnOf("ann") },
    pseudonym: expect.stringMatching(/^person-/),
  });
});

async function taken({ aws }: Account, body: string, more: object) {
  const iam = { userArn: arnOf("ann"), userId: "AIDA", accountId: "123456789012" };
  const request = { requestContext: { requestId: "an-id", authorizer: { iam } }, body, ...more };
  const reply = await lambda(takeOrder, contract, aws)(request, { awsRequestId: "an-id" } as never);
  const { statusCode, body: text } = reply as { statusCode: number; body: string };
  return { statusCode, ...(JSON.parse(text) as object) };
}
