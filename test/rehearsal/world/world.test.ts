import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applicationAutoScaling,
  type Input,
  type Service,
  sagemaker,
  sagemakerRuntime,
} from "#twin/services";
import { AwsError } from "#twin/vocabulary";
import { fleets, tickMs, type World } from "#twin/world";
import { holds } from "../../property.ts";
import { exampleWorld, minuteMs, plan, type SpecInput, startMs } from "./example.ts";

interface Step {
  readonly afterSeconds: number;
  readonly operation: string;
  readonly input: Input;
}

const variantName = fc.constantFrom("v6", "v7");
const target = { ServiceNamespace: "sagemaker", ScalableDimension: "sagemaker:variant:DesiredInstanceCount" };
const call = fc.oneof(
  fc
    .record({ weight: fc.double({ min: 0, max: 3, noNaN: true }), name: variantName })
    .map(({ weight, name }) => ({
      operation: "UpdateEndpointWeightsAndCapacities",
      input: {
        EndpointName: "chat",
        DesiredWeightsAndCapacities: [{ VariantName: name, DesiredWeight: weight }],
      },
    })),
  fc.record({ count: fc.nat(14), name: variantName }).map(({ count, name }) => ({
    operation: "UpdateEndpointWeightsAndCapacities",
    input: {
      EndpointName: "chat",
      DesiredWeightsAndCapacities: [{ VariantName: name, DesiredInstanceCount: count }],
    },
  })),
  fc
    .record({ retain: fc.boolean(), config: fc.constantFrom("chat-config-v6", "both") })
    .map(({ retain, config }) => ({
      operation: "UpdateEndpoint",
      input: { EndpointName: "chat", EndpointConfigName: config, RetainAllVariantProperties: retain },
    })),
  fc.record({ min: fc.integer({ min: 1, max: 6 }), name: variantName }).map(({ min, name }) => ({
    operation: "RegisterScalableTarget",
    input: { ...target, ResourceId: `endpoint/chat/variant/${name}`, MinCapacity: min, MaxCapacity: min + 8 },
  })),
  variantName.map((name) => ({
    operation: "DeregisterScalableTarget",
    input: { ...target, ResourceId: `endpoint/chat/variant/${name}` },
  })),
  fc.constant({ operation: "InvokeEndpoint", input: { EndpointName: "chat" } }),
);
const steps = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 900 }), call)
    .map(([afterSeconds, made]): Step => ({ afterSeconds, ...made })),
  { maxLength: 15 },
);
const spec: fc.Arbitrary<SpecInput> = fc.record({
  scaling: fc.constant({ minPercent: 25 }),
  provisioning: fc.record({
    poolInstances: fc.nat(40),
    healthCheck: fc.constantFrom("deep" as const, "shallow" as const),
  }),
  quotaInstances: fc.constantFrom(16, 40),
  candidate: fc.constantFrom({ errorFactor: 1 }, { errorFactor: 8, onlyAbovePercent: 25 }),
});

const prepare = [
  { operation: "CreateModel", input: { ModelName: "chat-v7", PrimaryContainer: { Image: "chat:7" } } },
  {
    operation: "CreateEndpointConfig",
    input: {
      EndpointConfigName: "both",
      ProductionVariants: ["v6", "v7"].map((name) => ({
        VariantName: name,
        ModelName: `chat-${name}`,
        InstanceType: "ml.g5.xlarge",
        InitialInstanceCount: 4,
      })),
    },
  },
];

/** Runs the calls; refusals of AWS are part of the life of a world. `between` is told of every moment on the way. */
async function live(
  world: World,
  script: readonly Step[],
  between: (fromMs: number, toMs: number) => void,
): Promise<void> {
  const services: readonly Service[] = [
    sagemaker(world),
    sagemakerRuntime(world),
    applicationAutoScaling(world),
  ];
  const ask = async ({ operation, input }: { operation: string; input: Input }, at: number) => {
    const service = services.find((each) => Object.hasOwn(each.operations, operation));
    try {
      await service?.operations[operation]?.(input, { service: service.name, operation, input, at });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  };
  let at = startMs;
  for (const each of prepare) await ask(each, at);
  for (const { afterSeconds, ...each } of script) {
    between(at, at + afterSeconds * 1000);
    at += afterSeconds * 1000;
    await ask(each, at);
  }
  between(at, at + 40 * minuteMs);
  world.advanceTo(at + 40 * minuteMs);
}

/** Everything that anybody can see of a world. */
function picture(world: World): string {
  return JSON.stringify([
    world.nowMs,
    world.timeline(),
    world.events,
    world.instanceHours(),
    world.state.scalingActivities,
    [...world.state.metrics.series.values()],
    [...world.state.endpoints.values()],
    world.state.unroutedRequests,
  ]);
}

describe("A world in virtual time", () => {
  it("is the same, to the byte, however often one looks on the way", async () => {
    await holds(
      fc.asyncProperty(
        spec,
        steps,
        fc.integer(),
        fc.integer({ min: 1, max: 97 }),
        async (given, script, seed, stride) => {
          const seldom = exampleWorld(given, seed);
          const often = exampleWorld(given, seed);

          await live(seldom, script, () => {});
          await live(often, script, (fromMs, toMs) => {
            for (let at = fromMs; at <= toMs; at += stride * 1000) often.advanceTo(at);
          });

          expect(picture(often)).toBe(picture(seldom));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("never counts below zero, beyond the quota, or more instances than the pool can give", async () => {
    await holds(
      fc.asyncProperty(spec, steps, fc.integer(), async (given, script, seed) => {
        const world = exampleWorld(given, seed);
        const pool = world.state.poolInstances;

        await live(world, script, (fromMs, toMs) => {
          for (let at = fromMs; at <= toMs; at += minuteMs) {
            world.advanceTo(at);
            const all = [...world.state.endpoints.values()].flatMap(fleets);
            const held = all.reduce((sum, each) => sum + each.instances.length + each.leaving.length, 0);

            expect(world.state.poolInstances).toBeGreaterThanOrEqual(0);
            expect(held + world.state.poolInstances).toBe(pool + plan.endpoint.instances);
            expect(held).toBeLessThanOrEqual(world.quota("endpoint", "ml.g5.xlarge"));
            for (const each of all)
              expect(Math.min(each.desiredInstanceCount, each.currentWeight)).toBeGreaterThanOrEqual(0);
          }
        });
      }),
      { numRuns: 25 },
    );
  });

  it("loses no request: what arrives is served by a variant or counted as unrouted", async () => {
    await holds(
      fc.asyncProperty(spec, steps, fc.integer(), async (given, script, seed) => {
        const world = exampleWorld(given, seed);
        const sent = script.filter((step) => step.operation === "InvokeEndpoint").length;

        await live(world, script, () => {});

        let arrivals = 0;
        for (let at = startMs; at + tickMs <= world.nowMs; at += tickMs)
          arrivals += world.streams("arrivals", at / tickMs).poisson((world.rate(at) * tickMs) / 1000);
        const samples = [...world.state.metrics.series.values()].flatMap((series) => series.samples);
        const served = samples.reduce((sum, sample) => sum + sample.requests, 0);
        const routed = served + world.state.unroutedRequests;
        expect(routed).toBeGreaterThanOrEqual(arrivals);
        expect(routed).toBeLessThanOrEqual(arrivals + sent);
        for (const sample of samples)
          expect(
            Math.min(
              sample.requests - sample.errors5xx - sample.errors4xx,
              sample.errors5xx,
              sample.answered,
            ),
          ).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 25 },
    );
  });

  it("differs for another seed", () => {
    const [one, two] = [exampleWorld({}, 1), exampleWorld({}, 2)];

    for (const world of [one, two]) world.advanceTo(startMs + 10 * minuteMs);

    expect(picture(one)).not.toBe(picture(two));
  });

  it("has the past of its own seed and service, whatever world was looked at before", () => {
    const minute = { fromMs: startMs - minuteMs, toMs: startMs };
    const seen = (spec: SpecInput, seed: number) => {
      const world = exampleWorld(spec, seed);
      const series = world.state.metrics.series.get("chat/v6");
      return series === undefined
        ? []
        : world.past(series, minute).map((sample) => [sample.requests, sample.errors5xx]);
    };
    const failing = { service: { errorPercent: 30 } };

    const first = seen({}, 1);

    expect(first.length).toBeGreaterThan(0);
    expect(seen({}, 2)).not.toEqual(first);
    expect(seen(failing, 1)).not.toEqual(first);
    expect(seen({}, 1)).toEqual(first);
  });

  it("leaves the past alone when asked to go back", () => {
    const world = exampleWorld();
    world.advanceTo(startMs + 10 * minuteMs);
    const before = picture(world);

    world.advanceTo(startMs);

    expect(picture(world)).toBe(before);
  });

  it("has a minute of history per virtual minute, with the fleet and what it served", () => {
    const world = exampleWorld();

    world.advanceTo(startMs + 3 * minuteMs);

    const [first, ...rest] = world.timeline();
    expect(rest).toHaveLength(2);
    expect(first).toMatchObject({
      minute: 0,
      trafficPercent: 0,
      variants: { v6: { instances: 8, ready: 8 } },
    });
    expect(first?.variants["v6"]?.requests).toBeGreaterThan(1000);
    expect(first?.variants["v6"]?.latencyMs).toBeGreaterThan(400);
  });

  it("knows the next moment at which something changes by itself, and then the next", async () => {
    const world = exampleWorld();
    const script = [
      {
        afterSeconds: 0,
        operation: "UpdateEndpoint",
        input: { EndpointName: "chat", EndpointConfigName: "both" },
      },
    ];
    expect(world.nextChangeMs()).toBeUndefined();
    const seen: string[] = [];

    await live(world, script, (_from, toMs) => {
      for (let next = world.nextChangeMs(); next !== undefined && next < toMs; next = world.nextChangeMs()) {
        world.advanceTo(next);
        seen.push(world.state.endpoints.get("chat")?.status ?? "");
      }
    });

    // Eight instances become ready and then warm, the fleets are switched, and the old one is gone.
    expect(seen).toHaveLength(18);
    expect(seen.at(-1)).toBe("InService");
    expect(seen.at(-2)).toBe("Updating");
  });

  it("bills the seeded fleet by the hour and old and new fleets while both are there", async () => {
    const world = exampleWorld();
    world.advanceTo(startMs + 60 * minuteMs);
    expect(world.instanceHours()).toEqual([{ owner: "chat/v6", instanceType: "ml.g5.xlarge", hours: 8 }]);
    const updating = exampleWorld();
    const script = [
      {
        afterSeconds: 0,
        operation: "UpdateEndpoint",
        input: { EndpointName: "chat", EndpointConfigName: "both" },
      },
    ];

    await live(updating, script, () => {});

    const hours = Object.fromEntries(updating.instanceHours().map((each) => [each.owner, each.hours]));
    const minutes = (updating.nowMs - startMs) / minuteMs;
    expect(hours["chat/v7"]).toBeCloseTo((4 * minutes) / 60, 6);
    expect(hours["chat/v6"]).toBeGreaterThan((4 * minutes) / 60 + (8 * 5) / 60);
  });
});
