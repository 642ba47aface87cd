/** The gate of artefacts by what was seen of them: what is short, what excuses it, and what nobody has looked at. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArtefactObject, ArtefactsSeen } from "../../../src/core/gates/facts.ts";
import { answerOf, artefact, key } from "./facts.ts";

const gate = "artefact-encryption";
const at = (uri: string, more: Partial<ArtefactObject> = {}): ArtefactObject => ({
  ...artefact,
  uri,
  ...more,
});
const plain = at("s3://claims-models/v7/plain", { algorithm: undefined, key: null });
const byS3 = at("s3://claims-models/v7/a", { algorithm: "AES256", key: null });
const byFsx = at("s3://claims-models/v7/fsx", { algorithm: "aws:fsx", key: null });
const dual = at("s3://claims-models/v7/b", { algorithm: "aws:kms:dsse" });
const inState = (state: string) => at(`s3://claims-models/v7/${state}`, { key: { arn: key.arn, state } });
const seen = (objects: readonly ArtefactObject[], unseen: readonly string[] = []) => ({
  artefacts: { value: { objects, unseen } satisfies ArtefactsSeen },
});
const ask = (
  candidate: ReturnType<typeof seen>,
  serving: ReturnType<typeof seen> | { artefacts: { unknown: string } } = seen([artefact]),
) => answerOf(gate, { candidate, serving });

describe("the gate of artefacts", () => {
  test("passes keys of KMS in either way, whosever they are, and a version that loads nothing", () => {
    expect(ask(seen([artefact, dual]))).toEqual({
      gate,
      status: "pass",
      expected: expect.any(String),
      found: `2 objects encrypted by ${key.arn}`,
    });
    expect(ask(seen([]))).toMatchObject({ status: "pass", found: "nothing is loaded from S3" });
  });

  test("says of each object that is short of it by what it is encrypted, and how to encrypt it by a key", () => {
    expect(ask(seen([artefact, byS3, byFsx, plain]))).toMatchObject({
      status: "fail",
      found: [
        "s3://claims-models/v7/a is encrypted by AES256, keys of S3's own",
        "s3://claims-models/v7/fsx is encrypted by aws:fsx",
        `s3://claims-models/v7/plain is not encrypted, as far as S3 tells; of what serves: 1 object encrypted by ${key.arn}`,
      ].join("; "),
      todo: expect.stringMatching(/aws s3 cp URI URI --sse aws:kms .*modelBuckets/),
    });
  });

  test.each(["Disabled", "PendingDeletion", "PendingImport", "Unavailable"])(
    "a key that is %s is excused by nothing that serves",
    (state) => {
      const asked = seen([inState(state)]);

      expect(ask(asked, asked)).toMatchObject({
        status: "fail",
        found: expect.stringContaining(`${key.arn}, which is ${state}`),
      });
    },
  );

  test("what serves excuses what is no worse, and only that", () => {
    expect(ask(seen([byS3]), seen([byS3]))).toMatchObject({ status: "pass", isKept: true });
    expect(ask(seen([byS3]), seen([artefact, plain]))).toMatchObject({ status: "pass", isKept: true });
    expect(ask(seen([plain]), seen([byS3])).status).toBe("fail");
    expect(ask(seen([byS3]), { artefacts: { unknown: "no answer within 2 s" } })).toMatchObject({
      status: "fail",
      found: expect.stringContaining("of what serves: no answer within 2 s"),
    });
  });

  test("what was not looked at is unknown, hides nothing that was found, and is excused by nothing", () => {
    const rest = "3 of 15 objects were not looked at, from s3://claims-models/v7/c on";

    expect(ask(seen([artefact], [rest]))).toMatchObject({ status: "unknown", found: rest });
    expect(ask(seen([byS3], [rest]))).toMatchObject({ status: "fail", found: expect.stringContaining(rest) });
    expect(ask(seen([byS3], [rest]), seen([byS3])).status).toBe("fail");
    expect(ask(seen([], ["a", "b", "c", "d", "e"]))).toMatchObject({ found: "a; b; c and 2 more" });
  });

  test("whatever was seen, it passes only where all of it is by keys that can be used, or no worse than what serves", () => {
    const object = fc.constantFrom(artefact, dual, byS3, byFsx, plain, inState("Disabled"));
    const side = fc.record({
      objects: fc.array(object, { maxLength: 4 }),
      unseen: fc.array(fc.constantFrom("denied", "beyond"), { maxLength: 1 }),
    });
    fc.assert(
      fc.property(side, side, (own, theirs) => {
        const { status, isKept } = ask(seen(own.objects, own.unseen), seen(theirs.objects, theirs.unseen));
        const good = own.objects.every((each) => each === artefact || each === dual);

        if (isKept) expect(own.objects.some((each) => each.key?.state === "Disabled")).toBe(false);
        if (isKept && own.objects.includes(plain)) expect(theirs.objects).toContain(plain);
        if (status === "pass") expect(own.unseen).toEqual([]);
        if (isKept === undefined) expect(status === "pass").toBe(good && own.unseen.length === 0);
      }),
    );
  });
});
