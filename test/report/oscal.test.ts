/** Evidence as OSCAL assessment results: valid by NIST's schema, the same for the same chain, and no more than was seen. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { uuidOf } from "../../src/cli/evidence-oscal.ts";
import type { Pack } from "../../src/core/evidence/pack.ts";
import { gateNames } from "../../src/core/gates/names.ts";
import { assessmentResults } from "../../src/report/oscal.ts";
import { packOf } from "../core/evidence/chain.ts";

/** NIST's own; it identifies its parts by URIs of fragments, which strict mode warns of. */
const schema = JSON.parse(
  readFileSync(new URL("../data/oscal/assessment-results-1.0.6.schema.json", import.meta.url), "utf8"),
);
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

const subject = "endpoint/chat";
const at = "2026-01-05T08:00:00.000Z";
const sha256 = "ab".repeat(32);
const head = { subject, sequence: 3, hash: sha256, at: "2026-01-06T00:00:00.000Z" };
const resultsOf = (packs: readonly Pack[]) =>
  assessmentResults(
    { head, keyid: sha256, packs: packs.map((pack, nth) => ({ sequence: nth + 1, pack })) },
    uuidOf,
  );
const gated = (answers: Record<string, "pass" | "kept" | "fail" | "unknown" | "waived">, nth = 1): Pack => ({
  ...(packOf(subject, nth) as Pack & { what: "made" }),
  grounds: {
    gates: { since: at, answers, waivedUntil: { vulnerabilities: "2026-03-31" }, sha256 },
    answers: [{ stage: 1, answer: "proceed", at, seen: sha256, by: "person-a" }],
  },
  order: { kind: "stop", at, by: "person-b" },
});
const minimum: Pack = {
  ...{ schema: 1, what: "adjusted", subject, since: at, at, model: "chat", because: "load" },
  resource: { kind: "scaling", name: "endpoint/chat/variant/v6" },
  ...{ before: { min: 8 }, after: { min: 12 } },
};
const moments = { since: at, at, subject, schema: 1 as const };
const people = { asked: "person-a", agreed: "person-b", seen: sha256 };
const glass: Pack = {
  ...moments,
  ...people,
  ...{ what: "glass-broken", of: "chat-v7-production", model: "chat", passes: ["vpc", "freeze"], until: at },
};
const purchase = (what: "purchase-agreed" | "bought"): Pack => ({
  ...moments,
  ...people,
  ...{ what, model: "chat", milestone: "training", trainingPlan: "slipway-dev-chat", offering: "tpo-1" },
  ...{ instanceType: "ml.p5.48xlarge", instances: 2, from: at, until: at },
  ...{ fee: 1234.5, currency: "USD", maxUsd: 2000 },
});
const untold: Pack = { schema: 1, what: "untold", subject, since: at, at, count: 4 };

test.each<[string, readonly Pack[]]>([
  ["changes without gates", [packOf(subject, 1), minimum, untold]],
  ...(["pass", "kept", "fail", "unknown", "waived"] as const).map((answer): [string, readonly Pack[]] => [
    `all gates, ${answer},`,
    gateNames.map((gate, nth) => gated({ [gate]: answer }, nth + 1)),
  ]),
  [
    "a broken glass, and purchases by two people's word",
    [glass, purchase("purchase-agreed"), purchase("bought")],
  ],
  [
    "gates that were waived, failed and not known",
    [gated({ vulnerabilities: "waived", vpc: "fail", "key-usable": "unknown", "image-age": "kept" })],
  ],
  ["nothing at all", []],
  ["names with line ends", [{ ...packOf(subject, 1), resource: { kind: "count", name: "a\nb " } } as Pack]],
])("%s are valid by NIST's schema", (_, packs) => {
  validate(JSON.parse(JSON.stringify(resultsOf(packs))));

  expect(validate.errors ?? []).toEqual([]);
});

test("a document that is not valid is seen to be none", () => {
  const broken = JSON.parse(JSON.stringify(resultsOf([packOf(subject, 1)])));
  broken["assessment-results"].results[0].observations[0].uuid = "1";

  expect(validate(broken)).toBe(false);
});

test("the same chain gives the same text, another head other identifiers", () => {
  const packs = [gated({ vpc: "pass" })];
  const other = assessmentResults(
    { head: { ...head, hash: "cd".repeat(32) }, keyid: sha256, packs: [] },
    uuidOf,
  );

  expect(JSON.stringify(resultsOf(packs))).toBe(JSON.stringify(resultsOf(packs)));
  expect(other["assessment-results"].uuid).not.toBe(resultsOf([])["assessment-results"].uuid);
});

test("a gate is one finding for all changes that rest on it; waived is not satisfied, and says until when", () => {
  const packs = [
    gated({ vulnerabilities: "waived", vpc: "pass" }, 1),
    gated({ vulnerabilities: "waived", vpc: "pass" }, 2),
  ];
  const [result] = resultsOf(packs)["assessment-results"].results;

  expect(result?.findings?.map(({ target }) => [target["target-id"], target.status.state])).toEqual([
    ["gate-vulnerabilities", "not-satisfied"],
    ["gate-vpc", "satisfied"],
  ]);
  const [waived] = result?.findings ?? [];
  expect(waived?.props).toContainEqual(
    expect.objectContaining({ name: "waived-until", value: "2026-03-31" }),
  );
  expect(waived?.["related-observations"]).toEqual(
    result?.observations?.map(({ uuid }) => ({ "observation-uuid": uuid })),
  );
  expect(waived?.target.remarks).toMatch(/^What it does not show: /);
  expect(JSON.stringify(result)).not.toMatch(/complian|compli(es|ed with)/);
});

test("identifiers are of version 5, as the RFC's example of one is", () => {
  const dns = Buffer.from("6ba7b8109dad11d180b400c04fd430c8", "hex");

  expect(uuidOf("www.example.com", dns)).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});
