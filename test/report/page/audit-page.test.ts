/** The page of an audit: everything that the audit tells, one file that asks for nothing, whatever somebody called their things. */
import { describe, expect, test } from "vitest";
import type { Audited } from "../../../src/core/audit/audit.ts";
import { auditDocument } from "../../../src/report/page/audit-page.ts";
import { ann, audited, ben, longAudit, own, subject } from "./audited.ts";

const origin = "By stack slipway-prod in account 210987654321, eu-central-1.";
const pageOf = (changes: Partial<Audited> = {}) => auditDocument({ ...audited, ...changes }, origin);
const whole: Partial<Audited> = { gaps: [], ok: true };

/** What a reader gets of a section, line by line. */
function read(page: string, id: string): string {
  const [, section = ""] = new RegExp(`<h2 id="${id}">(.*?)</section>`, "s").exec(page) ?? [];
  return section
    .replaceAll(/<\/(?:li|tr|dd|p|h2|h3|caption|summary)>/g, "\n")
    .replaceAll(/<(?:\/t[hd]|br)>/g, " | ")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">");
}

test("says at the top of whom it is, whether it is whole, and what is amiss", () => {
  const page = pageOf();

  expect(page).toContain('<html lang="en">');
  expect(page).toContain("<title>Audit of endpoint/fraud-scoring: incomplete</title>");
  expect(page).toContain(`Audit of ${subject}, 2026-07-01 00:00 to 2026-09-30 23:59 UTC`);
  expect(page).toContain("<h1>Not all of it is told, or could be looked at.</h1>");
  expect(page).toContain(
    '<p class="reason">2 numbers are missing: neither the table nor the bucket has anything of them. Not every signed day of auto scaling is there. 1 call with Slipway&#39;s own roles,',
  );
  expect(page).toContain(origin);
  expect(pageOf(whole)).toContain("<h1>Every change is told, and none is missing.</h1>");
  expect(pageOf({ ...whole, changes: [] })).toContain("<h1>There was no change in this time.</h1>");
  expect(
    pageOf({ ...whole, ok: false, scaling: undefined as never, reconciled: undefined as never }),
  ).toContain("Something could not be looked at: the last part says what.");
});

test("names what is missing, whether the head fits, unread packs and days that are gone", () => {
  const said = read(pageOf({ unread: 2 }), "whole");

  expect(said).toContain("✖ 2 numbers are missing");
  expect(said).toContain("numbers 5 to 6: missing");
  expect(said).toContain("✖ 2 packs of another version of Slipway could not be read");
  expect(said).toContain("✔ The chain fits its signed head, number 9 of 2026-09-30 23:00 UTC.");
  expect(said).toContain("what auto scaling did, day 2026-08-02: its summary is missing");
  expect(said).toContain("✖ 1 pack says that a change was made, and CloudTrail knows no such call.number 3");
  expect(read(pageOf({ fits: false }), "whole")).toContain(
    "✖ The chain does not fit its signed head: the head, number 9, is not where the chain ends.",
  );
  expect(read(pageOf(whole), "whole")).toContain("✔ No number from 1 to 9 is missing.");
});

test("shows every change with its number, moment, from what to what, who asked, who approved, and gates", () => {
  const said = read(pageOf(), "changes");

  for (const [row, fact] of [
    ["2 | 2026-07-01 06:24:00 | made | scaling endpoint/fraud-scoring/variant/v11 | min: 8 → 14", ""],
    ["3 | 2026-07-01 06:36:00 | made | weights fraud-scoring | v11: 100 → 95 | v12: 0 → 5", ben],
    ["4 | 2026-07-01 06:48:00 | put-back | weights fraud-scoring | v11: 95 → 100 | v12: 5 → 0", ann],
    ["7 | 2026-07-01 14:00:00 | adjusted | scaling endpoint/fraud-scoring/variant/v11 | min: 8 → 6", ""],
    ["8 | 2026-07-01 14:12:00 | begun | count fraud-scoring/v11 | 6 → 7", ""],
    ["9 | 2026-07-01 14:24:00 | untold | 4 changes | no more was kept", ""],
  ]) {
    expect(said).toContain(row);
    expect(said).toContain(fact);
  }
  expect(said).toContain("Started by");
  expect(said).toContain("commit 4f1c2aa, run 8812 (nobody has looked into that)");
  expect(said).toContain(`stage 1: proceed by ${ben} for capacity, 2026-07-01 06:36:00`);
  expect(said).toContain("2 pass, 1 waived\nimages is waived until 2026-08-01");
  expect(said).toContain("ordered: roll-back by person-dee (erased on 2026-08-14), 2026-07-01 06:48:00");
  expect(said).toContain("ordered: take it back by person-unwritten (not in the directory)");
  expect(said).toContain(`until 2026-07-02 06:00 UTC by ${ann} and ${ben}`);
});

test("shows what was bought for a pool by whose word, and what the table had no room for", () => {
  const at = "2026-07-08T08:00:00.000Z";
  const purchase = {
    ...{ trainingPlan: "slipway-prod-fraud-8", model: "fraud-scoring", milestone: "training" },
    ...{ of: "8 ml.p5.48xlarge", fee: 1234.5, currency: "USD", by: ["person-ann", "person-ben"] },
  };
  const page = pageOf({
    subject: "pool/fraud-scoring/training",
    changes: [
      { number: 1, what: "bought", since: at, at, purchase },
      {
        ...{ number: 2, what: "made", since: at, at, resource: { kind: "training-job", name: "fraud" } },
        ...{ release: { id: "fraud-scoring-v13-training" }, cut: ["before", "answers", "gates", "order"] },
      },
    ],
  });
  const said = read(page, "changes");

  expect(said).toContain("training plan slipway-prod-fraud-8 number 1, 2026-07-08 08:00, 1 change");
  expect(said).toContain(`training of fraud-scoring, asked for by ${ann}, agreed to by ${ben}`);
  expect(said).toContain("8 ml.p5.48xlarge: 1234.50 USD up front");
  expect(said.match(/told by the pack alone: the table had no room for it/g)).toHaveLength(3);
  expect(said).toContain("training-job fraud | from what to what is in the pack");
  expect(read(page, "not-shown")).toContain("All of 1 change that had more to say than the table keeps");
  expect(read(page, "not-shown")).toContain("slipway evidence verify pool/fraud-scoring/training says so");
});

test("lists what is out of the ordinary, each with the way to its change", () => {
  const page = pageOf();
  const said = read(page, "exceptions");

  expect(said).toContain(
    "1 | 2026-07-01 06:12:00 | break-glass | two people let the release past freeze quarter-end",
  );
  expect(said).toContain("3 | 2026-07-01 06:36:00 | gate waived | gate images is waived until 2026-08-01");
  expect(said).toContain("8 | 2026-07-01 14:12:00 | end not known | calls may have gone out for count");
  expect(said).toContain("9 | 2026-07-01 14:24:00 | only counted | 4 changes of which no more is known");
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, to]) => to);
  expect(links.length).toBe(audited.exceptions.length);
  expect(links.filter((to) => !page.includes(`id="${to}"`))).toEqual([]);
  expect(read(pageOf({ exceptions: [] }), "exceptions")).toContain("Nothing: no gate was waived");
});

test("tells what happened without a pack: auto scaling's under its policy, somebody's outside, Slipway's own", () => {
  const page = pageOf();

  expect(read(page, "scaling")).toContain(
    "2026-07-02 06:00:00 | count fraud-scoring/v11 | policy keep-70 | Setting desired instance count to 120. Successful | signed day 2026-07-02",
  );
  expect(read(page, "scaling")).toContain(
    "Setting desired instance count to 300. Successful | AWS, when asked",
  );
  expect(read(page, "scaling")).toContain("days 2026-07-04 to 2026-07-05: AWS told of it no more");
  const outside = read(page, "outside");
  expect(outside).toMatch(
    /✖ By Slipway's own roles, and no pack tells of it\n(?:.*\n){2}2026-08-04 01:02:03/,
  );
  expect(outside).toContain(
    "2026-08-03 11:12:13 | UpdateEndpointWeightsAndCapacities | weights fraud-scoring | count fraud-scoring/v11 | arn:aws:sts::210987654321:assumed-role/break-glass-admin/cai | 0f0a-1",
  );
  expect(outside).toContain(`${own}: a minimum between releases, as slipway history tells`);
});

describe("what it does not show", () => {
  test("is said: what was not asked, and what is elsewhere", () => {
    const said = read(pageOf(), "not-shown");

    expect(said).toContain(
      "before 2026-07-03 00:00 UTC nothing is reconciled: CloudTrail's event history keeps 90 days.",
    );
    expect(said).toContain("slipway evidence verify fraud-scoring says so, by the key");
    expect(said).toContain("The names of 1 person whom an erasing took out of the directory");
    expect(said).toContain("Whether any law or standard is complied with.");
    expect(said).not.toContain("--reconcile");
  });

  test("is also that nothing was held against AWS, and no part stands empty for it", () => {
    const page = pageOf({ reconciled: undefined as never, scaling: undefined as never });

    expect(read(page, "not-shown")).toContain("slipway audit --reconcile holds all of it against CloudTrail");
    expect(read(page, "not-shown")).toContain("What auto scaling did on past days: no day is told of yet.");
    expect(page).not.toContain('<h2 id="outside">');
    expect(page).not.toContain('<h2 id="scaling">');
  });
});

test("asks nobody for anything and runs nothing", () => {
  const page = pageOf();

  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/<script|\bsrc=|href="[^#]|url\(|@import|https?:\/\//);
});

test("what others named stays text, and steers no screen", () => {
  const hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'\u202e\u001b[2J";
  const ref = { kind: "model", name: hostile } as const;
  const call = {
    at: "2026-08-03T11:12:13Z",
    operation: hostile,
    by: hostile,
    eventId: hostile,
    resources: [ref],
  };
  const page = auditDocument(
    {
      ...audited,
      subject: `endpoint/${hostile}`,
      people: { "person-ann": hostile, "person-ben": hostile },
      changes: audited.changes.map((line) => ({
        ...line,
        ...(line.resource !== undefined && { resource: ref }),
        ...(line.release !== undefined && {
          release: { id: hostile, trigger: hostile, claimed: { commit: hostile, run: hostile } },
        }),
        ...(line.after !== undefined && { after: { [hostile]: hostile } }),
        ...(line.gates !== undefined && {
          gates: { said: { [hostile]: 1 }, waivedUntil: { [hostile]: hostile } },
        }),
        ...(line.because !== undefined && { because: hostile, model: hostile }),
        what: hostile,
      })),
      exceptions: audited.exceptions.map((one) => ({ ...one, text: hostile })),
      unasked: [hostile],
      scaling: {
        ...(audited.scaling as NonNullable<Audited["scaling"]>),
        changes: [
          {
            at: call.at,
            resource: ref,
            policy: hostile,
            description: hostile,
            status: hostile,
            summary: hostile,
          },
          { at: call.at, resource: ref, cause: hostile },
        ],
      },
      reconciled: {
        ...(audited.reconciled as NonNullable<Audited["reconciled"]>),
        ...{ outside: [call], untold: [call, { ...call, toldBy: "sweep" }] },
      },
    },
    hostile,
  );

  expect(page.match(/&lt;script&gt;alert/g)?.length).toBeGreaterThan(40);
  expect(page).not.toMatch(/<script|<img/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is looked for.
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
});

test("ten thousand changes are folded: by month, by release, and no table has more than two hundred rows", () => {
  const page = auditDocument(longAudit(10_000), origin);
  const rows = page.split("<table>").map((table) => table.split("<tr>").length - 2);

  expect([...page.matchAll(/<span id="n\d+">/g)]).toHaveLength(10_000);
  expect(Math.max(...rows)).toBeLessThanOrEqual(200);
  expect(page).toContain("<summary>2026-07: 3,700 changes, 185 releases</summary>");
  expect(page).not.toContain("<details open");
  expect(page).not.toContain('class="group" open');
  expect(page.length).toBeLessThan(6_000_000);
});

test("one release of thousands of changes is cut into tables, too", () => {
  const lines = longAudit(1_000).changes.map((line) => ({
    ...line,
    release: { id: "fraud-scoring-v1-production" },
  }));
  const page = auditDocument({ ...audited, changes: lines, exceptions: [] }, origin);

  expect(page.split("<details").length - 1).toBe(5);
});
