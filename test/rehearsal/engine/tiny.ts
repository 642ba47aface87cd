/** Tiny machines, steps and services for the engine's own tests: nothing here knows what a release is. */
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  type AslDefinition,
  type AslState,
  createEngine,
  type Engine,
  type EngineOptions,
  type ExecutionRecord,
  type WireHandler,
} from "#twin/engine";
import type { Input, Service } from "#twin/services";

export const startMs = Date.UTC(2026, 0, 5, 8);
export const minuteMs = 60_000;
export const dayMs = 86_400_000;

/** A Task state that runs the step of its name. */
export function task(fields: Record<string, unknown>): AslState {
  return { Type: "Task", Resource: { "Fn::GetAtt": ["tiny", "Arn"] }, TimeoutSeconds: 60, ...fields };
}

export function machine(StartAt: string, States: Record<string, AslState>, fields = {}): AslDefinition {
  return { StartAt, States, ...fields };
}

/** An event bus that keeps what it is sent, with the moment at which it came. */
export interface Bus {
  readonly service: Service;
  readonly received: { readonly atMs: number; readonly detail: string }[];
}

export function bus(): Bus {
  const received: Bus["received"] = [];
  const PutEvents = (input: Input, { at }: { at: number }) => {
    for (const entry of input.Entries as { Detail: string }[])
      received.push({ atMs: at, detail: entry.Detail });
    return { FailedEntryCount: 0, Entries: [{ EventId: String(received.length) }] };
  };
  const protocol = { kind: "json", version: "1.1", targetPrefix: "AWSEvents" } as const;
  return { service: { name: "eventbridge", protocol, operations: { PutEvents } }, received };
}

/** A real SDK client on the wire, with its default retries. */
export function busClient(wire: WireHandler): { put(detail: string): Promise<void> } {
  const client = new EventBridgeClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    requestHandler: wire as never,
  });
  return {
    put: async (detail) => {
      await client.send(
        new PutEventsCommand({ Entries: [{ Source: "tiny", DetailType: "tiny", Detail: detail }] }),
      );
    },
  };
}

type Options = Pick<EngineOptions, "definition" | "stepsOn"> & Partial<EngineOptions>;

export interface Ran {
  readonly record: ExecutionRecord;
  readonly ended: Awaited<ReturnType<Engine["run"]>>;
  readonly engine: Engine;
}

/** Runs one execution of `definition` to its end and gives the thread its clock back. */
export async function run(
  options: Options,
  input: unknown = {},
  during?: (engine: Engine) => void,
): Promise<Ran> {
  const engine = createEngine({ seed: 1, startMs, machineName: "tiny", services: () => [], ...options });
  try {
    const { executionArn } = engine.executions.start({ name: "first", input: JSON.stringify(input) });
    during?.(engine);
    const ended = await engine.run({ dues: [], capMs: startMs + 20 * dayMs, calm: () => true });
    return { record: engine.executions.describe(executionArn), ended, engine };
  } finally {
    engine.uninstall();
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
