/** What gates and people said is in the evidence of what rests on it, and of nothing that leads back. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { checkGates } from "../../functions/check-gates.ts";
import { addApproval } from "../../src/aws/approvals.ts";
import { journalOf } from "../../src/aws/journal.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { viewPackage } from "../../src/aws/model-registry.ts";
import { type Canonical, canonical } from "../../src/core/evidence/canonical.ts";
import type { ChangePack } from "../../src/core/evidence/pack.ts";
import { Gates } from "../../src/core/gates/settings.ts";
import { Planned } from "../../src/core/release/document/document.ts";
import { upcast } from "../../src/core/release/document/reading.ts";
import { planIn, planWith } from "../core/example.ts";
import { Run } from "./run.ts";

const gated = planIn("test/data/plans/gated.yml");
const event = { model: gated.model, version: 7 };
const plan = { ...gated, gates: Gates.parse({ require: ["vulnerabilities", "way-back"] }) };

const lockOf = (run: Run) => readLock(run.tools.aws, run.doc.release.subject);
async function packsOf(run: Run): Promise<ChangePack[]> {
  const { claimed = {} } = (await lockOf(run)).evidence ?? {};
  return Object.values(claimed).map((text) => JSON.parse(text));
}

test("what gates answered before the first change is in each pack of the way forward, by a digest of what they found", async () => {
  const run = await Run.begin({ plan, event });
  await run.plan();
  await checkGates(Planned.parse(upcast(run.doc)), run.tools);
  await run.prewarm();

  const packs = await packsOf(run);
  const { entries } = await journalOf(run.tools.aws, run.doc.release.id);
  const said = entries.find(({ kind }) => kind === "gates") as { answers: unknown } | undefined;
  const sha256 = createHash("sha256")
    .update(canonical(said?.answers as Canonical))
    .digest("hex");
  expect(packs.length).toBeGreaterThan(1);
  for (const { grounds } of packs)
    expect(grounds).toEqual({
      gates: {
        since: expect.any(String),
        answers: { vulnerabilities: "pass", "way-back": "pass" },
        sha256,
      },
    });
});

test("what leads back rests on no gate", async () => {
  const run = await Run.shifted({ plan, event });
  const before = (await packsOf(run)).length;
  await run.wayBack();

  const back = (await packsOf(run)).slice(before);
  expect(back.length).toBeGreaterThan(0);
  for (const pack of back) expect(pack).not.toHaveProperty("grounds");
});

test("whoever said yes to a stage is in the packs of what came after, under their pseudonym", async () => {
  const half = { trafficPercent: 50, bakeMinutes: 1 };
  const asking = planWith({
    rollout: {
      stages: [half, { trafficPercent: 100, bakeMinutes: 5 }],
      onInconclusive: { action: "ask", waitMinutes: 60 },
    },
  });
  const run = await Run.shifted({ plan: asking });
  const before = (await packsOf(run)).length;
  const given = {
    stage: 0,
    answer: "proceed",
    seen: "0".repeat(64),
    at: new Date(run.account.now()).toISOString(),
  } as const;
  const ann = { arn: "arn:aws:iam::123456789012:user/ann", person: "ann", isNamed: true };
  const approval = { releaseId: run.doc.release.id, shiftedAt: run.doc.stage?.shiftedAt ?? "", by: ann };
  await addApproval(run.account.aws, { ...given, ...approval, pseudonym: "person-a" });
  // Another stage's is no ground of this one.
  await addApproval(run.account.aws, { ...given, ...approval, stage: 1, pseudonym: "person-b" });
  expect(await run.bake()).toMatchObject({ decision: "advance" });
  await run.shift();

  const after = (await packsOf(run)).slice(before);
  expect(after.map(({ grounds }) => grounds)).toEqual(
    after.map(() => ({ answers: [{ ...given, by: "person-a" }] })),
  );
  expect(JSON.stringify(after)).not.toContain("user/ann");
});

test("each pack of a release names what its version is loaded from, as the registry has it", async () => {
  const run = await Run.begin({ plan, event });
  await run.plan();
  await run.prewarm();

  const { artefacts } = await viewPackage(run.tools.aws, run.doc.release.packageArn ?? "");
  const packs = await packsOf(run);
  expect(artefacts).toMatchObject({ count: 1, uri: expect.stringMatching(/^s3:/) });
  expect(packs.length).toBeGreaterThan(1);
  for (const { release } of packs) expect(release.artefacts).toEqual(artefacts);
});
