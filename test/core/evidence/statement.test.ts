/** What is signed in a pack's place: short, naming what the pack is about by digests, and where it comes in its chain. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Canonical, canonical } from "../../../src/core/evidence/canonical.ts";
import { mostSignedBytes, pae, statementType } from "../../../src/core/evidence/envelope.ts";
import { headKey, packKey } from "../../../src/core/evidence/keys.ts";
import { type ChangePack, Pack } from "../../../src/core/evidence/pack.ts";
import { retainedUntil } from "../../../src/core/evidence/retention.ts";
import { Statement, statementText } from "../../../src/core/evidence/statement.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const digest = sha256("a plan");
const subject = "endpoint/chat-assistant";
const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/chat@sha256:${sha256("an image")}`;
const pack: ChangePack = {
  schema: 1,
  what: "made",
  subject,
  since: "2026-01-05T08:00:00.000Z",
  at: "2026-01-05T08:00:01.000Z",
  resource: { kind: "model", name: "chat-assistant-v7" },
  changes: ["model"],
  before: { is: null },
  after: { is: { image } },
  release: { id: "chat-assistant-v7-production", execution: "arn", fence: 3, plan: digest },
  order: { kind: "stop", at: "2026-01-05T08:00:00.000Z" },
};
const chain = { subject, sequence: 4, previous: sha256("the third") };
const read = (text: string) => Statement.parse(JSON.parse(text));

describe("a pack's statement", () => {
  test("names pack, plan, what was changed, and its image, each by digest", () => {
    const { subject: subjects, predicate } = read(statementText(pack, chain, sha256));

    expect(subjects).toEqual([
      { name: "pack", digest: { sha256: sha256(canonical(pack as Canonical)) } },
      { name: "plan", digest: { sha256: digest } },
      { name: "model/chat-assistant-v7", digest: { sha256: sha256(canonical({ image })) } },
      { name: "image", digest: { sha256: sha256("an image") } },
    ]);
    expect(predicate.chain).toEqual(chain);
  });

  test("names what the version is loaded from by the digest that the pack has of it; a pack of before has none", () => {
    const artefacts = { count: 1, uri: "s3://models/7.tar.gz", sha256: sha256("all that is named") };
    const loaded = { ...pack, release: { ...pack.release, artefacts } };

    expect(Pack.parse(loaded)).toEqual(loaded);
    expect(read(statementText(loaded, chain, sha256)).subject).toContainEqual({
      name: "model-artefact",
      digest: { sha256: artefacts.sha256 },
    });
    expect(statementText(pack, chain, sha256)).not.toContain("model-artefact");
  });

  test("names of a long state the digest that the pack has of it, and of what is gone none", () => {
    const long = { ...pack, after: { sha256: digest, bytes: 9_000 } };
    const gone = { ...pack, after: { is: null } };

    const names = (one: ChangePack) => read(statementText(one, chain, sha256)).subject;

    expect(names(long)[2]).toEqual({ name: "model/chat-assistant-v7", digest: { sha256: digest } });
    expect(names(gone).map(({ name }) => name)).toEqual(["pack", "plan"]);
  });

  test("is another as soon as anything of the pack, or its place in the chain, is another", () => {
    const one = statementText(pack, chain, sha256);

    expect(statementText({ ...pack, at: "2026-01-05T08:00:02.000Z" }, chain, sha256)).not.toBe(one);
    expect(statementText(pack, { ...chain, previous: null }, sha256)).not.toBe(one);
    expect(statementText(pack, { ...chain, sequence: 5 }, sha256)).not.toBe(one);
    expect(statementText({ ...pack }, { ...chain }, sha256)).toBe(one);
  });

  test("fits into what KMS signs, whatever names it has", () => {
    const name = "n".repeat(5_000);
    const long = { ...pack, resource: { kind: "model" as const, name } };

    const signed = pae(statementType, statementText(long, chain, sha256));

    expect(signed.length).toBeLessThan(mostSignedBytes);
  });
});

test("what is signed is DSSE's encoding, lengths in bytes", () => {
  // The example of the protocol (dsse/protocol.md), and one with a character of three bytes.
  expect(Buffer.from(pae("http://example.com/HelloWorld", "hello world")).toString()).toBe(
    "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
  );
  expect(Buffer.from(pae("t", "€")).toString()).toBe("DSSEv1 1 t 3 €");
});

test("keys sort by number, and a subject's slashes are no folders", () => {
  const keys = [2, 10, 1].map((number) => packKey("pool/chat/training", number)).toSorted();

  expect(keys).toEqual([
    "packs/pool%2Fchat%2Ftraining/0000000001.json",
    "packs/pool%2Fchat%2Ftraining/0000000002.json",
    "packs/pool%2Fchat%2Ftraining/0000000010.json",
  ]);
  expect(headKey("pool/a/b", "2026-01-05")).toBe("heads/pool%2Fa%2Fb/2026-01-05.json");
});

test("is kept as long as its plan says, from the change on", () => {
  const kept = (days?: number) =>
    retainedUntil({ ...pack, release: { ...pack.release, ...(days && { retentionDays: days }) } });

  expect(kept(1)).toBe(Date.parse("2026-01-06T08:00:01.000Z"));
  expect(kept() - kept(1)).toBe(399 * 86_400_000);
});

test("a pack says what it is, and nothing that its schema does not know", () => {
  expect(Pack.safeParse(pack).success).toBe(true);
  expect(Pack.safeParse({ ...pack, why: "because" }).success).toBe(false);
});
