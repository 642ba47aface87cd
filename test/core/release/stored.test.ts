/** What the table keeps of a release, as any version wrote it: changes, records, and who leans on what. */
import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import { changesRead, changeWritten } from "../../../src/core/release/document/ledger.ts";
import { sharedRead, sharedWritten } from "../../../src/core/release/document/shared-item.ts";
import { documentSchema, type Members } from "../../../src/core/release/document/upcasters.ts";
import { recordRead } from "../../../src/core/release/record.ts";
import { noLeases } from "../../../src/core/release/shared-lease.ts";

const newer = documentSchema + 1;
const pool = { instanceType: "ml.g5.xlarge", instances: 2, roleArn: "arn:role" };
const primer: Change = {
  id: "primer",
  seq: 2,
  resource: { kind: "training-job", name: "primer-x" },
  before: null,
  after: { instanceType: "ml.g5.xlarge", instances: 2 },
  state: "intended",
  at: "2026-01-05T08:00:00.000Z",
};
const model: Change = { ...primer, id: "model", seq: 1, resource: { kind: "model", name: "m" }, after: {} };
const ledger = (...changes: Change[]) =>
  Object.fromEntries(changes.map((change) => [change.id, change])) as unknown as Record<string, Members>;

describe("a ledger", () => {
  test("that an older version began is read oldest first, an intended priming job with its whole pool", () => {
    expect(changesRead(ledger(primer, model), { goesForward: true, pool })).toEqual([
      model,
      { ...primer, after: { instanceType: "ml.g5.xlarge", instances: 2, pool } },
    ]);
  });

  test("whose plan is not at hand is read as it is", () => {
    expect(changesRead(ledger(primer))).toEqual([primer]);
  });

  test("is as it was when it is written by this code", () => {
    const stored = ledger(changeWritten(primer));

    expect(changesRead(stored, { pool })).toEqual([primer]);
    expect(stored.primer).toMatchObject({ schema: documentSchema });
  });

  test("with a change that newer code has recorded is refused by name going forward, and bars no way out", () => {
    const stored = ledger({ ...model, schema: newer } as Change, primer);

    expect(() => changesRead(stored, { goesForward: true })).toThrow(
      `changes.model.schema: expected ${documentSchema} or less`,
    );
    expect(changesRead(stored)).toEqual([model, primer]);
  });

  test.each([
    [{ state: "halfway" }, "state: expected one of intended, applied, undone, kept, drifted"],
    [{ resource: { kind: "queue", name: "q" } }, "resource.kind: expected one of "],
    [{ after: () => 1 }, "after: expected plain data"],
  ])("with %j is refused by name", (odd, message) => {
    expect(() => changesRead(ledger({ ...model, ...odd } as never))).toThrow(
      `changes.model is not one that this code reads: ${message}`,
    );
  });
});

describe("a record", () => {
  const record = {
    schema: 1,
    release: {
      id: "r",
      model: "m",
      subject: "endpoint/e",
      execution: "x",
      attempt: 1,
      openedAt: primer.at,
    },
    status: "open",
  };

  test("is read whatever its number, with what an older version left out of it", () => {
    const planning = { status: "fits", needs: {} };

    for (const schema of [1, newer])
      expect(recordRead({ ...record, schema, planning, changes: [primer, model] })).toMatchObject({
        release: record.release,
        planning,
        changes: [model, primer],
      });
    const { schema: _, ...unnumbered } = record;
    expect(recordRead({ ...unnumbered, planning })).toMatchObject({ planning: { turns: 0 } });
  });

  test("that is none is refused by name", () => {
    expect(() => recordRead({ ...record, status: "lost" })).toThrow(
      "the record of a release is not one that this code reads: status: expected one of open, remainder, closed",
    );
  });

  test("is not lost for a closing that nobody can read", () => {
    expect(recordRead({ ...record, closing: { outcome: "of tomorrow" } }).closing).toBeUndefined();
  });
});

describe("an item of who leans on what", () => {
  test("is as it was when it is written by this code", () => {
    expect(sharedRead(sharedWritten(noLeases), "a")).toEqual(noLeases);
  });

  test("is refused by name where newer code wrote it, and where it is none", () => {
    expect(() => sharedRead({ ...noLeases, schema: newer }, "table t")).toThrow(
      `who leans on table t: schema: expected ${documentSchema} or less`,
    );
    expect(() => sharedRead({ version: 1, leases: 1 }, "table t")).toThrow(
      "who leans on table t is not one that this code reads: leases: expected ",
    );
  });
});
