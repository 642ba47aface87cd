/** A release whose first instance type cannot be had, through the whole machine: it serves on the next, or is as before. */
import { beforeAll, describe, expect, it } from "vitest";
import { withFallback } from "../core/example.ts";
import { type Rehearsing, rehearsing } from "./explore/rehearsing.ts";

const released = (how: Rehearsing) => rehearsing({ plan: withFallback, ...how });
const minimumOf = (record: Awaited<ReturnType<typeof released>>["record"], variant: string) =>
  record[variant === "v6" ? "before" : "after"].scalableTargets[`endpoint/chat-assistant/variant/${variant}`]
    ?.minCapacity ?? 0;

describe("a release whose first instance type the region has no more of", () => {
  let points: readonly string[] = [];
  beforeAll(async () => {
    ({
      record: { points = [] } = {},
    } = await released({ world: "short-pool", listPoints: true }));
  });

  it("is promoted on the next one, whose scaling goes by what that serves", async () => {
    const { record, violations } = await released({ world: "short-pool" });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(Object.keys(record.after.endpoints["chat-assistant"]?.variants ?? {})).toEqual(["v7"]);
    expect(minimumOf(record, "v7")).toBe(Math.ceil((minimumOf(record, "v6") * 12) / 16));
  });

  it("is refused where no type can be had, with each named and nothing left", async () => {
    const { record, violations } = await released({ world: "no-capacity" });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("refused");
    const { endpoints, scalableTargets } = record.before;
    const { configName } = endpoints["chat-assistant"] ?? {};
    expect(record.after.endpoints["chat-assistant"]).toMatchObject({ configName, status: "InService" });
    expect(record.after.scalableTargets).toEqual(scalableTargets);
    for (const type of ["ml.g5.xlarge", "ml.g5.2xlarge", "ml.g4dn.2xlarge"])
      expect(record.reason).toContain(`${type} could not be had`);
  });

  it.each([
    ["the undoing", "stopped-meanwhile", /^call:RollBack\/dynamodb\.PutItem/, 0],
    ["the undoing", "crash-after-call", /^call:ScaleDown\/sagemaker\.DeleteModel/, 0],
    ["the second planning", "stopped-meanwhile", /^call:PlanCapacity\/dynamodb\.PutItem/, -1],
    ["the ledger's beginning anew", "crash-after-call", /^call:PrewarmInference\/dynamodb\.UpdateItem#2@/, 0],
    ["the second join", "stopped-meanwhile", /^call:PrewarmInference\/sagemaker\.UpdateEndpoint/, -1],
  ])("breaks no promise where %s meets with %s", async (_what, kind, which, nth) => {
    const point = points.filter((each) => which.test(each)).at(nth);
    expect(point).toBeDefined();

    const { record, violations } = await released({ world: "short-pool", faults: [`${kind}=${point}`] });

    expect(violations).toEqual([]);
    expect(["promoted", "rolled-back", "aborted", "refused"]).toContain(record.outcome);
  });
});
