/** Requirements are kept without being named twice: a ceiling for each that no guardrail of the plan's stands for. */
import { describe, expect, test } from "vitest";
import { isRequired } from "../../../src/core/kpis/kinds/guardrail.ts";
import { Kpis } from "../../../src/core/plan/kpis.ts";
import { judgedKpis } from "../../../src/core/plan/requirements.ts";
import { plan } from "../example.ts";

const { requirements } = plan;
const availability = { kind: "availability", name: "errors" };
const minutes = { breaching: 10, outOf: 20 };
const required = (kpis: object[], own: Partial<typeof requirements> = {}) =>
  judgedKpis({ kpis: Kpis.parse([availability, ...kpis]), requirements: { ...requirements, ...own } }).filter(
    isRequired,
  );

describe("a plan's requirements", () => {
  test("are ceilings on p99 and errors where no guardrail stands for them", () => {
    expect(required([], { latencyMsP99: 80, errorRatePercent: 0.5 })).toEqual([
      {
        kind: "guardrail",
        name: "latency-requirement",
        of: "latency-p99-ms",
        ceiling: 80,
        minutes: { breaching: 3, outOf: 5 },
        isRequired: true,
      },
      {
        kind: "guardrail",
        name: "error-requirement",
        of: "error-rate-percent",
        ceiling: 0.5,
        minutes: { breaching: 3, outOf: 5 },
        isRequired: true,
      },
    ]);
  });

  test("are loosened by a guardrail of the same value, whatever it is called", () => {
    const looser = { kind: "guardrail", name: "slow", of: "latency-p99-ms", ceiling: 9000, minutes };
    const memory = { ...looser, name: "memory", of: "memory-percent", ceiling: 90 };

    expect(required([looser]).map(({ of }) => of)).toEqual(["error-rate-percent"]);
    expect(required([memory])).toHaveLength(2);
    expect(judgedKpis(plan)).toEqual(plan.kpis);
  });

  test("of no failed request at all make no ceiling", () => {
    expect(required([], { errorRatePercent: 0 }).map(({ of }) => of)).toEqual(["latency-p99-ms"]);
  });

  test("have names that the plan's KPIs leave free", () => {
    const own = { kind: "latency-mean", name: "latency-requirement" };

    expect(required([own]).map(({ name }) => name)).toEqual(["latency-requirement-too", "error-requirement"]);
  });
});
