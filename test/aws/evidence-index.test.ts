/** The index of evidence: whoever dies or refuses between the bucket, the index and the head, each stored pack has its line once. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { auditOf } from "../../src/aws/auditing.ts";
import { make } from "../../src/aws/changes.ts";
import { finishEvidence } from "../../src/aws/evidence.ts";
import { linesBetween } from "../../src/aws/evidence-index.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import type { JsonValue } from "../../src/core/release/json-value.ts";
import { scalingOf } from "../../src/core/release/resources.ts";
import { openAccount } from "./account.ts";
import { evidenceBucket, withEvidence } from "./evidence-bucket.ts";
import { holding, subject } from "./releases.ts";

const always = { from: "2026-01-01T00:00:00.000Z", to: "2027-01-01T00:00:00.000Z" };

async function scene() {
  const account = openAccount();
  const tools = withEvidence(account.tools);
  const release = await holding({ ...account, tools, aws: tools.aws });
  const bucket = evidenceBucket();
  const finish = async (by: "step" | "sweep" = "sweep") =>
    finishEvidence(tools, bucket, { subject, item: await readLock(tools.aws, subject), by });
  let nth = 0;
  return {
    account,
    tools,
    bucket,
    finish,
    async change() {
      nth += 1;
      const ledger = await Ledger.open(tools.aws, release);
      const to = (now: JsonValue) => ({ ...(now as { min: number }), min: (now as { min: number }).min + 1 });
      await make(tools, ledger, { id: `raise-${nth}`, resource: scalingOf("chat-assistant", "v6"), to });
      account.wait(1);
    },
    numbers: async () => (await linesBetween(tools.aws, subject, always)).lines.map(({ number }) => number),
  };
}
const upTo = (last: number) => Array.from({ length: last }, (_, nth) => nth + 1);
const down = new AwsError("InternalServerError", "later", { statusCode: 500 });

test("packs that are stored together are one write more, and one item", async () => {
  const it = await scene();
  await it.change();
  await it.change();
  const before = it.account.calls.length;
  await it.finish("step");
  const asked = it.account.calls.slice(before).map(({ operation }) => operation);

  expect(asked.filter((one) => one === "PutItem")).toHaveLength(1);
  expect(await it.numbers()).toEqual([1, 2]);
});

test("an item goes once the locks of its packs have ended", async () => {
  const it = await scene();
  await it.change();
  await it.finish();
  const put = it.account.calls.findLast(({ operation }) => operation === "PutItem");
  const { Item } = put?.input ?? {};
  const expires = Number((Item as { expiresAt: { N: string } } | undefined)?.expiresAt.N);

  expect(expires).toBeGreaterThan(it.account.now() / 1000 + 399 * 86_400);
});

test("whoever is refused anywhere, and comes again, leaves no pack without a line, and none with two", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ changes: fc.integer({ min: 0, max: 2 }), dies: fc.integer({ min: 0, max: 12 }) }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      async (turns) => {
        const it = await scene();
        let all = 0;
        for (const { changes, dies } of turns) {
          for (let nth = 0; nth < changes; nth++) await it.change();
          all += changes;
          // Reads and writes of the table alike; the client tries three times.
          if (dies > 0) for (let nth = 0; nth < 3; nth++) it.account.failNth(dies + nth, down);
          await it.finish().catch(() => undefined);
          it.account.mend();
        }
        await it.finish();

        expect(await it.numbers()).toEqual(upTo(all));
        expect((await readLock(it.tools.aws, subject)).evidence?.head?.sequence ?? 0).toBe(all);
      },
    ),
    { numRuns: 12 },
  );
});

test("the head does not move past what the table refused to index", async () => {
  const it = await scene();
  await it.change();
  it.account.fail("PutItem", down, 3);

  expect(await it.finish()).toMatchObject({ stored: 0, waiting: 1 });
  expect(await it.numbers()).toEqual([]);
  it.account.mend();
  expect(await it.finish()).toMatchObject({ stored: 1, waiting: 0 });
  expect(await it.numbers()).toEqual([1]);
});

test("two who finish at once, each as far as it comes, leave one line for each", async () => {
  const it = await scene();
  for (const _ of upTo(3)) await it.change();
  const item = await readLock(it.tools.aws, subject);
  // One gives up after its first pack.
  let looks = 0;
  const impatient = { ...it.tools, now: () => it.account.now() + (looks++ > 1 ? 60_000 : 0) };
  await Promise.all([
    finishEvidence(impatient, it.bucket, { subject, item, by: "sweep" }),
    finishEvidence(it.tools, it.bucket, { subject, item, by: "sweep" }),
  ]);
  await it.finish();

  expect(await it.numbers()).toEqual([1, 2, 3]);
});

test("a span has its own, whatever lies beside it in its items, and says what is nearest on either side", async () => {
  const it = await scene();
  for (const _ of upTo(5)) await it.change();
  await it.finish();
  const { lines } = await linesBetween(it.tools.aws, subject, always);
  const [second, fourth] = [lines[1]?.at ?? "", lines[3]?.at ?? ""];

  expect(await linesBetween(it.tools.aws, subject, { from: second, to: fourth })).toMatchObject({
    lines: [{ number: 2 }, { number: 3 }, { number: 4 }],
    before: 1,
    after: 5,
  });
  const later = { from: "2026-12-01T00:00:00.000Z", to: "2026-12-02T00:00:00.000Z" };
  expect(await linesBetween(it.tools.aws, subject, later)).toEqual({ lines: [], before: 5, unread: 0 });
});

test("what was stored before there was an index is read from the bucket, and what has a line is not", async () => {
  const it = await scene();
  for (const _ of upTo(3)) await it.change();
  it.account.fail("PutItem", down, 3);
  await it.finish();
  it.account.mend();
  // As a version without an index would have left it.
  const { evidence } = await readLock(it.tools.aws, subject);
  expect(Object.keys(evidence?.claimed ?? {})).toHaveLength(3);
  const audited = await auditOf(it.tools.aws, it.bucket, { subject, span: always });

  expect(audited).toMatchObject({ changes: [], gaps: [], exceptions: [{ what: "waiting" }] });
  await it.finish();
  expect(await auditOf(it.tools.aws, it.bucket, { subject, span: always })).toMatchObject({
    changes: [{ number: 1 }, { number: 2 }, { number: 3 }],
    fromBucket: 0,
    fits: true,
  });
});
