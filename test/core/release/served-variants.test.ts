/** Which variants served an endpoint, by its releases. */
import { describe, expect, test } from "vitest";
import type { Closing } from "../../../src/core/release/closing.ts";
import { pastOf } from "../../../src/core/release/past.ts";
import type { ReleaseRecord } from "../../../src/core/release/record.ts";
import {
  type RecordedRelease,
  servedVariants,
  trafficSince,
} from "../../../src/core/release/served-variants.ts";

const ms = (day: string) => Date.parse(`2026-${day}T00:00:00Z`);
const ever = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
const sides = (stable: string, candidate: string) => ({
  stable: { variant: stable, config: "c" },
  candidate: { variant: candidate, modelName: "m" },
  joinConfig: "j",
  finalConfig: "f",
});

function release(
  version: number,
  day: string,
  { stable, on = "chat", ...rest }: Partial<RecordedRelease["past"]> & { stable?: string; on?: string } = {},
): RecordedRelease {
  const at = `2026-${day}T00:00:00.000Z`;
  const past = { version, attempt: 1, openedAt: at, closedAt: at, outcome: "promoted", ...rest } as const;
  const record = {
    release: { id: "r", subject: `endpoint/${on}`, execution: "e", model: "m", attempt: 1, openedAt: at },
    status: "closed",
    planning: stable === undefined ? undefined : { needs: sides(stable, `v${version}`) },
  } as unknown as ReleaseRecord;
  return { past, record: stable === undefined && on === "chat" ? undefined : record };
}

const served = (releases: readonly RecordedRelease[], serving: readonly string[] = ["v9"]) =>
  Object.fromEntries(
    servedVariants(releases, { endpoint: "chat", serving }).map(({ variant, fromMs, untilMs }) => [
      variant,
      [fromMs, untilMs],
    ]),
  );

describe("the variants of an endpoint", () => {
  test("are stable and candidate of each release, from the one to the other", () => {
    expect(
      served([release(2, "09-01", { stable: "by-hand" }), release(3, "10-01", { stable: "v2" })], ["v3"]),
    ).toEqual({
      "by-hand": [ever.from, ms("09-01")],
      v2: [ever.from, ever.until],
      v3: [ms("10-01"), ever.until],
    });
  });

  test("are there until a release is over that went back", () => {
    expect(served([release(2, "09-01", { stable: "v1", outcome: "rolled-back" })], ["v1"])).toEqual({
      v1: [ever.from, ever.until],
      v2: [ms("09-01"), ms("09-01")],
    });
  });

  test("are none of another endpoint", () => {
    expect(served([release(2, "09-01", { stable: "v1", on: "chat-staging" })])).toEqual({
      v9: [ever.from, ever.until],
    });
  });

  test("are called by version and attempt where a record is gone", () => {
    const ids = served([release(2, "09-01", { attempt: 3 }), release(4, "09-02", { outcome: "refused" })]);
    expect(Object.keys(ids)).toEqual(["v2-r3", "v9"]);
  });

  test("are what serves, where nothing was released", () => {
    expect(served([], ["blue", "green"])).toEqual({
      blue: [ever.from, ever.until],
      green: [ever.from, ever.until],
    });
  });
});

describe("the traffic of a candidate that is tested under load", () => {
  const change = (kind: string, at: string) => ({ resource: { kind, name: "chat" }, at });
  const tested = (changes: readonly object[] | undefined, plan: object = { loadTest: {} }) => {
    const { past, record } = release(7, "11-20", { stable: "v6" });
    return trafficSince([{ past, record: { ...record, changes, plan } as unknown as ReleaseRecord }], "chat");
  };
  const joins = change("routing", "2026-11-20T01:00:00.000Z");

  test("comes once weights were first set, and never where they were not", () => {
    const first = change("weights", "2026-11-20T02:00:00.000Z");
    const second = change("weights", "2026-11-20T03:00:00.000Z");

    expect(tested([joins, first, second])).toEqual({ v7: Date.parse(first.at) });
    expect(tested([joins])).toEqual({ v7: Number.POSITIVE_INFINITY });
  });

  test("is told by the history alone as well, which keeps what its record said", () => {
    const kept = (changes: readonly object[], endpoint = "chat") => {
      const { past, record } = release(7, "11-20", { stable: "v6" });
      const whole = { ...record, changes, plan: { loadTest: {} } } as unknown as ReleaseRecord;
      const closing: Closing = { outcome: "promoted", reason: "", releaseId: "r", drifted: [] };
      const { tested } = pastOf(whole, closing, { closedAt: past.closedAt });
      return trafficSince([{ past: { ...past, ...(tested && { tested }) }, record: undefined }], endpoint);
    };
    const first = change("weights", "2026-11-20T02:00:00.000Z");

    expect(kept([joins, first])).toEqual({ v7: Date.parse(first.at) });
    expect(kept([joins])).toEqual({ v7: Number.POSITIVE_INFINITY });
    expect(kept([joins], "chat-staging")).toEqual({});
  });

  test("is all that it had where it was not tested, or nothing is known of it", () => {
    expect(tested([joins], {})).toEqual({});
    expect(tested(undefined)).toEqual({});
    expect(trafficSince([release(7, "11-20")], "chat")).toEqual({});
    expect(trafficSince([release(7, "11-20", { stable: "v6", on: "other" })], "chat")).toEqual({});
  });
});
