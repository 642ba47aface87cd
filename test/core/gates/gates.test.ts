/** Every gate by its answers: what passes, what fails, what is not known, and what is no worse than what serves. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answersOf } from "../../../src/core/gates/answers.ts";
import type { GateSide } from "../../../src/core/gates/facts.ts";
import { gateNames } from "../../../src/core/gates/names.ts";
import { type Asking, answerOf, artefact, daysAgo, facts, image, key, nowMs, side } from "./facts.ts";

const unknown = { unknown: "no answer within 2 s" };
const exposed: GateSide = {
  ...side,
  volume: { value: { instanceType: "ml.m5.xlarge", keyId: null } },
  key: { value: { ...key, rotation: { value: false } } },
  artefacts: { value: { objects: [{ ...artefact, algorithm: "AES256", key: null }], unseen: [] } },
  model: { value: { isIsolated: false, isInVpc: false, containers: 2 } },
  images: {
    value: [
      {
        ...image,
        pinned: undefined,
        stored: { value: { digest: image.registered ?? "", pushedMs: daysAgo(200) } },
        scan: { value: { finishedMs: daysAgo(1), findings: { critical: 2 } } },
      },
    ],
  },
  places: { value: [{ what: "s3://claims-models-us", region: "us-east-1" }] },
};
/** Those that what serves can excuse. */
const comparable = [
  "volume-encryption",
  "key-rotation",
  "artefact-encryption",
  "inter-container-traffic",
  "network-isolation",
  "vpc",
  "image-digest",
  "vulnerabilities",
  "image-age",
  "data-location",
] as const;

/** For those that no exposure of a side is about. */
const failing: Readonly<Record<string, Asking>> = {
  "key-usable": { candidate: { key: { value: { ...key, state: "PendingDeletion" } } } },
  approval: { candidate: { version: { value: { approval: "Rejected" } } } },
  "separation-of-duties": {
    candidate: {
      version: {
        value: {
          approval: "Approved",
          createdBy: { arn: "arn:aws:sts::123456789012:assumed-role/science/ada" },
          modifiedBy: { arn: "arn:aws:sts::123456789012:assumed-role/science/grace" },
        },
      },
    },
  },
  "way-back": { means: { roomInstances: 3 } },
  "least-privilege": {
    roles: {
      value: {
        roles: {
          "slipway-dev-checkGates": {
            at: new Date(nowMs).toISOString(),
            shipped: "7",
            beyond: ["managed policy arn:aws:iam::aws:policy/AdministratorAccess is attached"],
          },
        },
      },
    },
  },
};
const unknowing: Asking = {
  candidate: {
    volume: unknown,
    key: unknown,
    artefacts: unknown,
    model: unknown,
    images: unknown,
    version: unknown,
    places: unknown,
  },
  means: { costUsd: null },
  roles: { unknown: "no sweep has looked" },
};
const waiver = { by: "Ada Lovelace", reason: "compensated by a firewall" };

describe.each(gateNames)("%s", (gate) => {
  const bad = failing[gate] ?? { candidate: exposed };

  test("passes what is as it should be", () => {
    expect(answerOf(gate)).toMatchObject({ gate, status: "pass" });
    expect(answerOf(gate)).not.toHaveProperty("isKept");
  });

  test("fails what is not, says what it found and expected, and what to do", () => {
    const answer = answerOf(gate, bad);

    expect(answer).toMatchObject({ gate, status: "fail", todo: expect.stringMatching(/./) });
    expect(answer.found).not.toBe(answer.expected);
  });

  test("does not know what was not answered", () => {
    expect(answerOf(gate, unknowing)).toMatchObject({ gate, status: "unknown" });
  });

  test.each([bad, unknowing])("is waived until a day, which counts, or a time, and not longer", (asking) => {
    const until = (moment: string) =>
      answerOf(gate, {
        ...asking,
        gates: { waivers: [{ gate, ...waiver, until: moment }] },
      });
    const status = answerOf(gate, asking).status;

    expect(until("2026-01-05")).toMatchObject({
      status: "waived",
      waiver: { ...waiver, until: "2026-01-05" },
    });
    expect(until("2026-01-05T10:00:00+01:00").status).toBe("waived");
    expect(until("2026-01-05T09:00:00+01:00")).toMatchObject({ status, isExpired: true });
    expect(until("2026-01-04")).toMatchObject({ status, isExpired: true });
  });

  test("a waiver changes nothing where it passes", () => {
    const gates = { waivers: [{ gate, ...waiver, until: "2026-12-31" }] };

    expect(answerOf(gate, { gates })).toEqual(answerOf(gate));
  });
});

describe.each(comparable)("%s", (gate) => {
  test("lets through what is no worse than what serves, says so, and fails it where the plan wants that", () => {
    const asking = { candidate: exposed, serving: exposed };

    expect(answerOf(gate, asking)).toMatchObject({ status: "pass", isKept: true });
    expect(answerOf(gate, { ...asking, gates: { keptExposures: "fail" } }).status).toBe("fail");
  });

  test("gives no credit for what is not known of what serves", () => {
    expect(answerOf(gate, { candidate: exposed, serving: unknowing.candidate ?? {} }).status).toBe("fail");
  });
});

describe("what is compared", () => {
  test("a candidate with fewer findings passes, above the limit though it is; with one more of a severity it fails", () => {
    const found = (critical: number, high: number): Partial<GateSide> => ({
      images: {
        value: [{ ...image, scan: { value: { finishedMs: daysAgo(1), findings: { critical, high } } } }],
      },
    });
    const gates = { limits: { vulnerabilities: { critical: 0, high: 2 } } };
    const ask = (candidate: Partial<GateSide>) =>
      answerOf("vulnerabilities", { candidate, serving: found(3, 4), gates }).status;

    expect(ask(found(2, 4))).toBe("pass");
    expect(ask(found(0, 5))).toBe("fail");
    expect(ask(found(4, 0))).toBe("fail");
  });

  test("a stale scan is not excused by another, and one that is kept up to date has no age", () => {
    const scanned = (finishedMs: number | undefined): Partial<GateSide> => ({
      images: { value: [{ ...image, scan: { value: { finishedMs, findings: {} } } }] },
    });

    const stale = scanned(daysAgo(31));
    expect(answerOf("vulnerabilities", { candidate: stale, serving: stale }).status).toBe("fail");
    expect(answerOf("vulnerabilities", { candidate: scanned(undefined) }).status).toBe("pass");
  });

  test("another image than the registered one is never excused", () => {
    const other: Partial<GateSide> = {
      images: { value: [{ ...image, stored: { value: { digest: "sha256:other", pushedMs: daysAgo(1) } } }] },
    };

    expect(answerOf("image-digest", { candidate: other, serving: other }).status).toBe("fail");
  });

  test("one region outside does not excuse another", () => {
    const where = (region: string): Partial<GateSide> => ({ places: { value: [{ what: "data", region }] } });
    const asking = { candidate: where("us-east-1"), serving: where("us-west-2") };

    expect(answerOf("data-location", asking).status).toBe("fail");
    const gates = { limits: { regions: ["eu-west-1", "us-east-1"] } };
    expect(answerOf("data-location", { ...asking, gates }).status).toBe("pass");
  });

  test("a replica of the key counts as a place", () => {
    const candidate = { key: { value: { ...key, replicaRegions: ["us-east-1"] } } };

    expect(answerOf("data-location", { candidate })).toMatchObject({
      status: "fail",
      found: expect.stringContaining("us-east-1"),
    });
  });

  test("an instance type with local storage needs no key, and one of AWS's own is none of the customer's", () => {
    const volume = (instanceType: string, keyId: string | null) => ({ value: { instanceType, keyId } });
    const ask = (candidate: Partial<GateSide>) => answerOf("volume-encryption", { candidate }).status;

    expect(ask({ volume: volume("ml.g5.xlarge", null), key: unknown })).toBe("pass");
    expect(ask({ volume: volume("ml.c6i.xlarge", null) })).toBe("fail");
    expect(ask({ key: { value: { ...key, isCustomers: false } } })).toBe("fail");
  });

  test("a role's sessions are told apart by their source identity alone", () => {
    const session = (name: string, source?: string) => ({
      arn: `arn:aws:sts::123456789012:assumed-role/science/${name}`,
      source,
    });
    const ask = (createdBy: object, modifiedBy: object) =>
      answerOf("separation-of-duties", {
        candidate: { version: { value: { approval: "Approved", createdBy, modifiedBy } as never } },
      }).status;

    expect(ask(session("ada"), session("grace"))).toBe("fail");
    expect(ask(session("ada", "ada"), session("grace", "grace"))).toBe("pass");
    expect(ask(session("a", "ada"), session("b", "ada"))).toBe("fail");
  });
});

test("whatever serves, a candidate that is the same but for less of an exposure is let through", () => {
  const counts = fc.record({ critical: fc.nat(5), high: fc.nat(5), medium: fc.nat(5), low: fc.nat(5) });
  const scanned = (findings: Record<string, number>): GateSide => ({
    ...exposed,
    images: { value: [{ ...image, scan: { value: { finishedMs: daysAgo(1), findings } } }] },
  });
  fc.assert(
    fc.property(counts, counts, counts, (limits, serving, less) => {
      const candidate = Object.fromEntries(
        Object.entries(serving).map(([severity, count]) => [
          severity,
          Math.max(0, count - less[severity as keyof typeof less]),
        ]),
      );
      const gates = { limits: { vulnerabilities: limits } };
      const asking = { candidate: scanned(candidate), serving: scanned(serving), gates };
      expect(answerOf("vulnerabilities", asking).status).toBe("pass");
    }),
  );
});

test("gates answer in their own order, each once, whichever way a plan asks for them", () => {
  const gates = { profile: "strict", require: ["vpc", "approval"], deadlineMinutes: 1 } as const;
  const answers = answersOf({
    gates: { ...gates, require: [...gates.require] },
    facts,
    region: "eu-west-1",
    nowMs,
  });

  expect(answers.map(({ gate }) => gate)).toEqual(gateNames);
});
