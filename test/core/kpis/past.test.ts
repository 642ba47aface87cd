/** Stable's last day, reduced to how noisy each KPI is; two halves of the fleet tell noise from what both share. */
import { describe, expect, test } from "vitest";
import { metrics } from "../../../src/aws/serving/sagemaker/metrics.ts";
import { instancesRead, measuredNoise, pastQueries, pastSeconds } from "../../../src/core/kpis/past.ts";
import { instanceQueries, type Series, type SeriesQuery, seriesBook } from "../../../src/core/kpis/series.ts";
import { plan } from "../example.ts";

const start = 1_780_000_020;
const sides = { endpoint: "chat-assistant", stable: "v6", candidate: "v7", metrics };

/** A day of minutes of one series. */
function day(value: (minute: number) => number): Series {
  return new Map(Array.from({ length: 24 * 60 }, (_, nth) => [start + nth * pastSeconds.period, value(nth)]));
}

/** Stable's series, by "KPI part". */
type Parts = ReadonlyMap<string, Series>;
const steady = new Map<string, Series>([
  ["errors total", day(() => 2400)],
  ["errors bad5xx", day((minute) => 10 + (minute % 5))],
  ["latency mean", day((minute) => 450_000 + 1000 * (minute % 7))],
  ["latency count", day(() => 2400)],
]);

const read = (parts: Parts, instance?: string) =>
  [...parts].map(([name, series]): [Pick<SeriesQuery, "of">, Series] => {
    const [kpi = "", part = ""] = name.split(" ");
    return [{ of: { kpi, side: "stable", part, ...(instance === undefined ? {} : { instance }) } }, series];
  });

const measured = (whole: Parts, ofInstances: readonly Parts[] = [], inHalf = 0) => {
  const instances = halfOf(inHalf);
  const single = ofInstances.flatMap((parts, nth) => read(parts, instances[nth]?.id ?? "elsewhere"));
  return measuredNoise(plan, { book: seriesBook([...read(whole), ...single]), instances });
};
const noiseOf = (...past: Parameters<typeof measured>) => measured(...past).noise ?? {};
const halfOf = (instances: number) =>
  Array.from({ length: instances }, (_, nth) => ({ id: `i-${nth}`, inHalf: true }));
const errors = (...past: Parameters<typeof noiseOf>) =>
  noiseOf(...past).errors as { source: string; phi: number };

describe("stable's last day", () => {
  test("gives each KPI its noise, in the minutes that CloudWatch keeps for so long", () => {
    const noise = noiseOf(steady);

    expect(noise.errors).toMatchObject({ source: "successive", intervals: 1440, seconds: 60, meanBad: 12 });
    expect(noise.latency).toMatchObject({ source: "successive", intervals: 1440 });
  });

  test("is measured without minutes that are no numbers", () => {
    const torn = new Map(steady).set(
      "errors bad5xx",
      day((minute) => (minute === 700 ? Number.NaN : 10 + (minute % 5))),
    );
    torn.set(
      "latency mean",
      day((minute) => (minute === 700 ? Number.POSITIVE_INFINITY : 450_000 + 1000 * (minute % 7))),
    );
    const noise = noiseOf(torn);

    expect(noise.errors).toMatchObject({ source: "successive", intervals: 1439 });
    expect(noise.latency).toMatchObject({ source: "successive", intervals: 1439 });
  });

  test("is noisier with bursts of errors than with errors that come evenly", () => {
    const bursts = new Map(steady).set(
      "errors bad5xx",
      day((minute) => (minute % 60 < 5 ? 144 : 0)),
    );

    expect(errors(bursts).phi).toBeGreaterThan(10 * errors(steady).phi);
  });

  test("says nothing about guardrails, and a KPI without a past is left to assumptions", () => {
    const noise = noiseOf(new Map([...steady].filter(([name]) => name.startsWith("errors"))));

    expect(Object.keys(noise)).toEqual(["errors"]);
  });

  test("of a few minutes says nothing about noise: it is assumed, and called so", () => {
    const few = [...steady].map(([id, series]): [string, Series] => [id, new Map([...series].slice(0, 5))]);

    const noise = noiseOf(new Map(few));

    expect(noise.errors).toMatchObject({ source: "assumed" });
    expect(noise.latency).toMatchObject({ source: "assumed", intervals: 5 });
  });
});

describe("instances that report by themselves", () => {
  const hosts = (bad: (i: number, minute: number) => number) =>
    [0, 1, 2, 3].map(
      (i): Parts =>
        new Map([
          ["errors total", day(() => 300)],
          ["errors bad5xx", day((minute) => bad(i, minute))],
        ]),
    );
  const spreadOf = (ofInstances: readonly Parts[], instances: number) =>
    measured(steady, ofInstances, instances).hostLogSd?.errors;

  test("tell how far their rates lie apart", () => {
    expect(
      spreadOf(
        hosts((_, minute) => minute % 3),
        4,
      ),
    ).toBe(0);
    expect(
      spreadOf(
        hosts((i) => i + 1),
        4,
      ),
    ).toBeCloseTo(0.69, 1);
  });

  test("tell nothing of it where one of few has not answered", () => {
    const silent = hosts((i) => i + 1).with(0, new Map());

    expect(spreadOf(silent, 4)).toBeUndefined();
  });

  test("tell nothing of it when they are too few", () => {
    expect(
      spreadOf(
        hosts((i) => i + 1),
        3,
      ),
    ).toBeUndefined();
  });
});

describe("two halves of the fleet", () => {
  /** Two instances of four: each a quarter of the whole, whatever the whole does. */
  const quarters = (whole: Parts): Parts[] => {
    const quarter = [...whole].map(([name, series]): [string, Series] => [
      name,
      new Map([...series].map(([at, value]) => [at, name.endsWith("mean") ? value : value / 4])),
    ]);
    return [new Map(quarter), new Map(quarter)];
  };

  test("do not take for noise what hits both alike", () => {
    const shared = new Map(steady).set(
      "errors bad5xx",
      day((minute) => (minute % 60 < 5 ? 144 : 0)),
    );

    const split = errors(shared, quarters(shared), 2);

    expect(split.source).toBe("split");
    expect(split.phi).toBeLessThan(1);
    expect(errors(shared).phi).toBeGreaterThan(10);
  });

  test("see the noise of an instance that fails alone", () => {
    const [one = steady, other = steady] = quarters(steady);
    const failing = new Map(one).set(
      "errors bad5xx",
      day((minute) => (minute % 2 === 0 ? 10 : 0)),
    );
    const half = [failing, other];

    expect(errors(steady, half, 2).phi).toBeGreaterThan(1.5 * errors(steady, quarters(steady), 2).phi);
  });

  test("are weighted by their requests in the mean latency", () => {
    const noise = noiseOf(steady, quarters(steady), 2);

    expect(noise.latency).toMatchObject({ source: "split", intervals: 1440 });
    expect((noise.latency as { minuteVariance: number }).minuteVariance).toBeCloseTo(0, 9);
  });

  test("are the same halves in whatever order the instances are listed; one instance has none", () => {
    const inHalf = (ids: readonly string[]) => instancesRead(ids).filter((one) => one.inHalf);

    expect(inHalf(["d", "b", "a", "c"]).map(({ id }) => id)).toEqual(["a", "c"]);
    expect(inHalf(["a", "b", "c", "d"]).map(({ id }) => id)).toEqual(["a", "c"]);
    expect(instancesRead(["a"])).toEqual([]);
  });

  test("of a small fleet every instance is read, of a larger one the half", () => {
    const fleet = (size: number) =>
      Array.from({ length: size }, (_, nth) => `i-${String(nth).padStart(2, "0")}`);

    expect(instancesRead(fleet(8))).toHaveLength(8);
    expect(instancesRead(fleet(30))).toHaveLength(15);
    expect(instancesRead(fleet(30)).every(({ inHalf }) => inHalf)).toBe(true);
  });

  test("are read instance by instance from the metrics that name an instance", () => {
    const whole = pastQueries(plan, sides).filter(({ namespace }) => namespace === "AWS/SageMaker");
    const queries = instanceQueries(metrics, pastQueries(plan, sides), ["i-a", "i-b"]);

    expect(queries).toHaveLength(2 * whole.length);
    expect(new Set(queries.map(({ of }) => JSON.stringify(of))).size).toBe(queries.length);
    expect(queries[0]).toMatchObject({
      of: { kpi: "errors", side: "stable", part: "total", instance: "i-a" },
      dimensions: { EndpointName: "chat-assistant", VariantName: "v6", InstanceId: "i-a" },
    });
  });
});
