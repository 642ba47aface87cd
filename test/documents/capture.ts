/**
 * Writes down what releases leave in executions and in the table at this commit, as data for tests of later commits, and the
 * shape that it has: `node test/documents/capture.ts test/data/documents/NUMBER` before a version is released that has a
 * number of its own. From then on that shape is not to change.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Observer } from "#twin/engine";
import type { Call, Operation, Service } from "#twin/services";
import type { Json } from "#twin/vocabulary";
import { shapeText } from "../../scripts/document-shape.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import type { Captured, Moment } from "./captured.ts";

const file = "plans/chat-assistant.yml";

/** Which entries into states are kept: the first of each, and these as well, by how many came before. */
interface Wanted {
  readonly name: string;
  readonly world: string;
  readonly event: unknown;
  readonly later: Readonly<Record<string, readonly number[]>>;
  /** Calls before which the document and the items are kept as well, by operation: what was intended, and is not done yet. */
  readonly before?: readonly string[];
  /** States of which entries are kept; absent: all. */
  readonly only?: readonly string[];
  readonly turnsPerExecution?: number;
}

const release = { model: "chat-assistant", version: 7 };
const wanted: readonly Wanted[] = [
  { name: "bad-errors", world: "bad-errors", event: release, later: { RollBack: [1, 3, 5] } },
  {
    name: "healthy",
    world: "healthy",
    event: release,
    later: { CheckKpis: [5, 22, 40, 58], ScaleDown: [1, 3] },
    before: ["CreateModel"],
  },
  {
    name: "handed-over",
    world: "healthy",
    event: release,
    later: { OpenRelease: [1] },
    only: ["HandOver", "OpenRelease"],
    turnsPerExecution: 12,
  },
  {
    name: "training",
    world: "healthy",
    event: { model: "chat-assistant", milestone: "training" },
    later: {},
    before: ["CreateTrainingJob"],
  },
];

/** Calls that change nothing, and services whose state is written down by itself or not at all. */
const reads = /^(Describe|Get|List|Query|Scan|BatchGet|Invoke|PutEvents)/;
const apart = new Set(["dynamodb", "stepfunctions"]);

const isTask = (state: string) => releaseParts.definition.States[state]?.Type === "Task";

async function capture({ name, world, event, later, before = [], only, ...also }: Wanted): Promise<Captured> {
  const parsed = parsePlan(readFileSync(file, "utf8"), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  const calls: Captured["calls"][number][] = [];
  const moments: Moment[] = [];
  const seen = new Map<string, number>();
  let items: readonly Json[] = [];
  let entered: Moment | undefined;
  /** The first call of an operation is about to be made. */
  const calling = ({ operation, at }: Call) => {
    if (entered === undefined || !before.includes(operation)) return;
    if (moments.some((moment) => moment.calling === operation)) return;
    moments.push({ ...entered, at: new Date(at).toISOString(), items, calling: operation });
  };
  const scribe = (): Observer => ({
    name: "scribe",
    watch: (services) => {
      const table = services.find((service) => service.name === "dynamodb");
      const scan = table?.operations.Scan;
      return services.map((service) =>
        watched(service, { calls, calling }, async (call) => {
          if (service.name !== "dynamodb" || scan === undefined) return;
          const { Items } = (await scan({ TableName: call.input.TableName }, call)) as { Items: Json[] };
          items = Items;
        }),
      );
    },
    entered: ({ execution, state, document, atMs }) => {
      const nth = seen.get(state) ?? 0;
      seen.set(state, nth + 1);
      const at = new Date(atMs).toISOString();
      // What starts a release is no document.
      const isFirst = state === "OpenRelease" && nth === 0;
      if (!isTask(state) || isFirst || only?.includes(state) === false) return;
      entered = { execution, state, nth, at, document, items };
      if (nth === 0 || later[state]?.includes(nth)) moments.push(entered);
    },
    findings: () => null,
  });
  const request = { plan: parsed.plan, world: loadWorld(world), event, seed: 1, ...also };
  const record = await rehearseHere(request, { ...releaseParts, observe: [scribe] });
  return {
    name,
    world,
    seed: 1,
    startedAt: record.startedAt,
    plan: parsed.plan as never,
    calls: calls.filter(({ at }) => at < (moments.at(-1)?.at ?? "")),
    moments,
  };
}

function watched(
  service: Service,
  { calls, calling }: { readonly calls: Captured["calls"][number][]; readonly calling: (call: Call) => void },
  after: (call: Call) => Promise<void>,
): Service {
  const watch =
    (operation: string, act: Operation): Operation =>
    async (input, call) => {
      calling(call);
      const answer = await act(input, call);
      if (reads.test(operation)) return answer;
      if (!apart.has(service.name))
        calls.push({
          service: service.name,
          operation,
          at: new Date(call.at).toISOString(),
          input: input as never,
        });
      await after(call);
      return answer;
    };
  const operations = Object.entries(service.operations).map(([name, act]) => [name, watch(name, act)]);
  return { ...service, operations: Object.fromEntries(operations) };
}

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("expected a directory, found nothing");
mkdirSync(directory, { recursive: true });
for (const each of wanted) {
  const captured = await capture(each);
  writeFileSync(join(directory, `${each.name}.json`), `${JSON.stringify(captured)}\n`);
}
writeFileSync(join(directory, "shape.json"), shapeText());
