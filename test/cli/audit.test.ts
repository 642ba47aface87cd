/** `slipway audit` against an account on a port: what evidence tells, what is missing, and what AWS knows besides. */
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { pseudonymOf } from "../../src/aws/people.ts";
import type { Audited } from "../../src/core/audit/audit.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { packKey } from "../../src/core/evidence/keys.ts";
import { subject } from "../aws/releases.ts";
import { changed, countBy, minimumBy, minimumUntold, ofCount, ofScaling, raised } from "./audited-account.ts";
import { keepEvidence } from "./kept-evidence.ts";
import { type ServedAccount, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";
import { sayOn, tooWide } from "./widths.ts";

const serve = servedEach();
const from = ["--from", "2026-11-23", "--to", "2026-11-24T09:00:00Z"];
const words = (...more: readonly string[]) => ["audit", "--endpoint", "chat-assistant", ...from, ...more];
const flat = (text: string) => text.replaceAll(/\s+/g, " ");

async function told(...more: readonly string[]): Promise<Audited & { code: number }> {
  const { code, out } = await say(...words("--json", ...more));
  return { ...(JSON.parse(out) as Audited), code };
}

/** CloudTrail has told of all by then. */
function later(account: ServedAccount): void {
  account.wait(40);
  vi.spyOn(Date, "now").mockReturnValue(account.now());
}

async function released(): Promise<ServedAccount> {
  const account = await serve();
  vi.spyOn(Date, "now").mockReturnValue(account.now());
  await changed(account, [raised(7), { id: "grow", resource: ofCount, to: 9 }, raised(8)]);
  return account;
}

test("each change is listed with what it led to and for which release, and nothing is changed", async () => {
  const account = await released();
  const before = account.writes().length;

  const { code, changes, head, gaps, fits, fromBucket, exceptions } = await told();

  expect(changes).toMatchObject([
    {
      number: 1,
      what: "made",
      resource: ofScaling,
      after: { min: 7 },
      release: { id: "chat-assistant-v7-production" },
    },
    { number: 2, what: "made", resource: ofCount, after: 9 },
    { number: 3, what: "made", resource: ofScaling, before: { min: 7 }, after: { min: 8 } },
  ]);
  expect({ code, gaps, fits, fromBucket, exceptions }).toEqual({
    ...{ code: 0, gaps: [], fits: true, fromBucket: 0, exceptions: [] },
  });
  expect(head?.sequence).toBe(3);
  expect(account.writes()).toHaveLength(before);
  expect(account.calls.filter(({ service }) => service === "cloudtrail")).toEqual([]);
});

test("only what lies in the span is listed, and its neighbours say whether a number is missing", async () => {
  const account = await released();
  const [, second] = (await told()).changes;
  const at = second?.at ?? "";
  const { out } = await say("audit", "--endpoint", "chat-assistant", "--from", at, "--to", at, "--json");
  const asked = account.calls.filter(({ operation }) => operation === "Query");

  expect(JSON.parse(out)).toMatchObject({ changes: [{ number: 2 }], gaps: [], fits: true });
  expect(asked.length).toBeLessThanOrEqual(6);
});

test("what the table lacks is read from the bucket, and what that lacks is missing", async () => {
  const account = await released();
  const { aws, world } = account;
  const { table } = aws.environment;
  const items = [
    ...((
      await aws.table.send(
        new (
          await import("@aws-sdk/lib-dynamodb")
        ).QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": `evidence#${subject}` },
        }),
      )
    ).Items ?? []),
  ];
  expect(items).toHaveLength(3);
  for (const { pk, sk } of items.slice(0, 2))
    await aws.table.send(new DeleteCommand({ TableName: table, Key: { pk, sk } }));

  expect(await told()).toMatchObject({
    code: 0,
    fromBucket: 2,
    changes: [{ number: 1 }, { number: 2 }, { number: 3 }],
    gaps: [],
  });
  world.state.objects.delete(`${rehearsedDeployment.evidence?.bucket}/${packKey(subject, 2)}`);

  expect(await told()).toMatchObject({
    code: 1,
    gaps: [{ from: 2, to: 2 }],
    changes: [{ number: 1 }, { number: 3 }],
  });
  expect((await say(...words())).out).toContain("✖ number 2: missing\n");
});

test("a chain that is cut off below its head does not fit it", async () => {
  const account = await serve();
  vi.spyOn(Date, "now").mockReturnValue(account.now());
  await keepEvidence(account, 4);
  account.world.state.objects.delete(`${rehearsedDeployment.evidence?.bucket}/${packKey(subject, 4)}`);
  const { code, out } = await say(
    "audit",
    "--endpoint",
    "chat-assistant",
    "--from",
    "2026-01-01",
    "--to",
    "2026-01-31",
  );

  expect(flat(out)).toContain("✖ number 4: missing");
  expect(flat(out)).toContain("✖ the head, number 4, is not where the chain ends");
  expect(code).toBe(1);
});

test("whose order it was, who answered and which gates are waived is told by name, as far as the directory has it", async () => {
  const account = await serve();
  vi.spyOn(Date, "now").mockReturnValue(account.now());
  const arn = "arn:aws:iam::123456789012:user/ann";
  const at = "2026-01-05T08:00:00.000Z";
  const by = await pseudonymOf(account.aws, arn, at);
  const answer = { stage: 1, answer: "proceed", at, seen: "ab".repeat(32), side: "capacity" } as const;
  const gates = {
    ...{ since: at, sha256: "cd".repeat(32), answers: { encryption: "waived" as const } },
    waivedUntil: { encryption: "2026-02-01" },
  } as const;
  await keepEvidence(account, 2, {
    order: { kind: "stop", at, by },
    grounds: { gates, answers: [{ ...answer, by: "person-unwritten" }] },
  });
  const past = ["audit", "--endpoint", "chat-assistant", "--from", "2026-01-01", "--to", "2026-01-31"];
  const { code, out } = await say(...past);

  expect(flat(out)).toContain(`stop by ${arn}`);
  expect(flat(out)).toContain("stage 1: proceed by person-unwritten (not in the directory) for capacity");
  expect(flat(out)).toContain("! number 2, 2026-01-05 08:02:00: gate encryption is waived until 2026-02-01");
  expect(code).toBe(0);
  expect(JSON.parse((await say(...past, "--json")).out)).toMatchObject({ people: { [by]: arn }, erased: {} });

  expect((await say("evidence", "erase", arn)).out).toContain(`${arn} is erased`);
  expect((await say("evidence", "people")).out).toBe("");
  const after = await say(...past);
  expect(flat(after.out)).toContain(`stop by ${by} (erased on 2026-11-23)`);
  expect(flat(after.out)).toContain("person-unwritten (not in the directory)");
  expect(after.code).toBe(0);
  expect(JSON.parse((await say(...past, "--json")).out)).toMatchObject({
    people: {},
    erased: { [by]: new Date(account.now()).toISOString() },
  });
  expect((await say("evidence", "verify", "chat-assistant")).code).toBe(0);
  const again = await say("evidence", "erase", arn);
  expect([again.code, flat(again.err)]).toEqual([
    1,
    expect.stringContaining("expected one that the directory has"),
  ]);
});

test("what happened is held against it: Slipway's own, somebody's outside, and auto scaling's", async () => {
  const account = await released();
  await minimumBy(account, "TWIN.ann", 3);
  account.wait(1);
  account.settle();
  await countBy(account, "TWIN.deploy.ben", 11);
  later(account);
  const { code, reconciled, unasked } = await told("--reconcile");

  expect(reconciled).toMatchObject({
    told: 3,
    outside: [
      {
        operation: "RegisterScalableTarget",
        resources: [ofScaling],
        by: "arn:aws:iam::123456789012:user/ann",
      },
      {
        operation: "UpdateEndpointWeightsAndCapacities",
        resources: [ofCount],
        by: "arn:aws:sts::123456789012:assumed-role/deploy/ben",
      },
    ],
    ...{ untold: [], unseen: [] },
  });
  expect(reconciled?.scaled.length).toBe(
    account.world.state.scalingActivities.filter(
      ({ statusCode, startMs }) => statusCode !== "Failed" && startMs <= account.now() - 15 * 60_000,
    ).length,
  );
  expect(code).toBe(0);
  expect(unasked).toEqual([expect.stringContaining("CloudTrail may not have told all of it yet")]);
});

test("a call with Slipway's own role that no pack tells of is said loudly", async () => {
  const account = await released();
  await minimumUntold(account, 4);
  later(account);
  const { code, out } = await say(...words("--reconcile"));

  expect(flat(out)).toMatch(
    /✖ 2026-11-23 .* RegisterScalableTarget on scaling endpoint\/chat-assistant\/variant\/v6: by Slipway's own arn:aws:sts::123456789012:assumed-role\/slipway-dev-shiftTraffic-eu-west-1-lambdaRole\/slipway-dev-shiftTraffic, and no pack tells of it/,
  );
  expect(code).toBe(1);
});

test("a pack of a change that was never called is named by its number", async () => {
  const account = await serve();
  await keepEvidence(account, 3);
  // Within what CloudTrail keeps, by the clock of whoever asks.
  vi.spyOn(Date, "now").mockReturnValue(Date.UTC(2026, 1, 1));
  const { code, out } = await say(
    "audit",
    "--endpoint",
    "chat-assistant",
    "--from",
    "2026-01-01",
    "--to",
    "2026-01-31",
    "--reconcile",
    "--json",
  );

  expect(JSON.parse(out)).toMatchObject({ ok: false, reconciled: { told: 0, unseen: [1, 2, 3] } });
  expect(code).toBe(1);
});

test("whom CloudTrail does not answer is told so, and that nobody knows, with what is known besides", async () => {
  const account = await released();
  later(account);
  account.fail(
    "LookupEvents",
    new AwsError("AccessDeniedException", "User ann is not authorized to perform: cloudtrail:LookupEvents"),
    99,
  );
  account.fail(
    "DescribeScalingActivities",
    new AwsError("AccessDeniedException", "not authorized to ask"),
    99,
  );
  const { code, unasked, reconciled, changes } = await told("--reconcile");

  expect(unasked.join("\n")).toMatch(
    /CloudTrail could not be asked for UpdateEndpoint, .*AccessDeniedException: User ann/,
  );
  expect(unasked.join("\n")).toMatch(/auto scaling could not be asked what it did: AccessDeniedException/);
  expect(unasked).toContain("whether each pack has its call cannot be told");
  expect(reconciled?.unseen).toEqual([]);
  expect(changes).toHaveLength(3);
  expect(code).toBe(1);
});

test("CloudTrail that is asked too often is asked again, and what is older than it keeps is said", async () => {
  const account = await released();
  later(account);
  account.fail("LookupEvents", new AwsError("ThrottlingException", "Rate exceeded"), 2);
  expect(await told("--reconcile")).toMatchObject({
    code: 0,
    reconciled: { told: 3, untold: [], unseen: [] },
  });

  vi.spyOn(Date, "now").mockReturnValue(account.now() + 200 * 86_400_000);
  const { reconciled, unasked } = await told("--reconcile");
  expect(reconciled).toBeUndefined();
  expect(unasked).toEqual([expect.stringContaining("CloudTrail's event history keeps 90 days")]);
});

test("--report writes it as a page, and what is printed stays as it is", async () => {
  const account = await released();
  await minimumBy(account, "TWIN.ann", 3);
  later(account);
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "audit.html");
  const plain = await say(...words("--reconcile", "--json"));
  const { code, out, err } = await say(...words("--reconcile", "--json", "--report", path));
  const page = readFileSync(path, "utf8");

  expect({ code, out }).toEqual({ code: plain.code, out: plain.out });
  expect(err).toContain(`the page of the audit is in ${path}\n`);
  expect(page).toContain("<title>Audit of endpoint/chat-assistant: complete</title>");
  expect(page).toContain("By stack slipway-dev in account 123456789012, eu-west-1, as it was at 2026-11-2");
  expect(page).toContain("arn:aws:iam::123456789012:user/ann");
  expect(page).toContain("min: 7 → 8");
  expect(page.match(/<span id="n\d+">/g)).toHaveLength(3);
});

test("--report of a place that cannot be written is said before anything is asked", async () => {
  const account = await released();
  const asked = account.calls.length;
  const { code, err } = await say(...words("--report", "/nowhere/audit.html"));

  expect([code, account.calls.length]).toEqual([64, asked]);
  expect(flat(err)).toContain(
    "/nowhere/audit.html: expected a file that may be written, found no folder /nowhere",
  );
  expect(existsSync("/nowhere/audit.html")).toBe(false);
});

test("it is read at every width", async () => {
  const account = await released();
  await minimumBy(account, "TWIN.ann", 3);
  later(account);
  for (const width of [40, 80, 120]) {
    const { out } = await sayOn({ isTTY: true, width }, ...words("--reconcile"));
    expect(tooWide(out, { width })).toEqual([]);
  }
});

test.each([
  [[], "--endpoint: expected an endpoint's name"],
  [["--endpoint", "pool/x"], "--endpoint: expected an endpoint's name"],
  [["--endpoint", "chat", "--from", "yesterday"], "--from: expected a day or a moment"],
  [["--endpoint", "chat", "--from", "2026-02-01", "--to", "2026-01-01"], "--to: expected a moment after"],
])("%j is told what is expected", async (more, message) => {
  const { code, err } = await say("audit", ...more);

  expect(flat(err)).toContain(message);
  expect(code).toBe(64);
});
