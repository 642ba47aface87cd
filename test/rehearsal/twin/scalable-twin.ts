/** A world with what a model leans on, behind Application Auto Scaling's SDK and raw calls, and a clock to turn. */
import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { applicationAutoScaling, createTwin, type Service } from "#twin/services";
import { createWorld, type ScalableSeed, type World, WorldSpec } from "#twin/world";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";
import { plan, type SpecInput, startMs } from "../world/example.ts";
import { reaching } from "./twin-handler.ts";

export interface Answered {
  readonly status: number;
  /** What the answer is called when it is an error. */
  readonly error: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Options {
  readonly spec?: SpecInput;
  readonly seed?: number;
  /** Epoch milliseconds. */
  readonly startMs?: number;
}

export function scalableTwin(
  scalables: readonly ScalableSeed[],
  services: (world: World) => readonly Service[],
  options: Options = {},
) {
  const begunMs = options.startMs ?? startMs;
  const world = createWorld({
    seed: options.seed ?? 1,
    startMs: begunMs,
    spec: WorldSpec.parse({ description: "test", ...options.spec }),
    account: { ...accountOf(plan), scalables },
  });
  const clock = { ms: begunMs };
  const served = [applicationAutoScaling(world), ...services(world)];
  const twin = createTwin(served, () => clock.ms);

  async function send(
    request: Omit<Parameters<typeof twin.handle>[0], "hostname" | "query">,
  ): Promise<Answered> {
    const [path = "", search = ""] = request.path.split("?");
    const query = Object.fromEntries(new URLSearchParams(search));
    const answer = await twin.handle({ ...request, path, query, hostname: "localhost" });
    const text = new TextDecoder().decode(answer.body);
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    const error = answer.headers["x-amzn-errortype"] ?? body["__type"];
    return { status: answer.statusCode, error: typeof error === "string" ? error : undefined, body };
  }

  return {
    world,
    clock,
    scaling: new ApplicationAutoScaling(reaching(twin)),
    /** A call of AWS's JSON protocols. */
    json: (service: Service, operation: string, input: object): Promise<Answered> => {
      if (service.protocol.kind !== "json") throw new Error(`${service.name} does not speak JSON`);
      const { version, targetPrefix } = service.protocol;
      return send({
        method: "POST",
        path: "/",
        headers: {
          "content-type": `application/x-amz-json-${version}`,
          "x-amz-target": `${targetPrefix}.${operation}`,
        },
        body: JSON.stringify(input),
      });
    },
    /** A call of its REST protocols. */
    rest: (method: string, path: string, input?: object): Promise<Answered> =>
      send({ method, path, headers: {}, body: input === undefined ? undefined : JSON.stringify(input) }),
    /** Seconds go by, ten at a time. */
    wait(seconds: number): void {
      const untilMs = clock.ms + seconds * 1000;
      while (clock.ms < untilMs) {
        clock.ms = Math.min(untilMs, clock.ms + 10_000);
        world.advanceTo(clock.ms);
      }
    },
  };
}
