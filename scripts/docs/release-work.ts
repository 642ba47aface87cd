/** What a rehearsed release asks of AWS beside instances, counted as AWS bills it. */
import type { Observer } from "#twin/engine";
import type { Call, Service } from "#twin/services";
import type { Plan } from "../../src/core/plan/plan.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";

export interface Work {
  readonly outcome: string;
  readonly virtualSeconds: number;
  readonly transitions: number;
  readonly lambdaInvocations: number;
  /** Of GetMetricData, as it bills: a metric counts once a request. */
  readonly metricsRead: number;
  readonly metricLists: number;
  /** Request units on demand: one for each KB written, half of one or one for each 4 KB read. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly tableWrites: number;
  readonly tableReads: number;
  readonly events: number;
  /** Of evidence: what KMS signs, and objects that are put. */
  readonly signatures: number;
  readonly objects: number;
}

export async function workOf(plan: Plan, world: string): Promise<Work> {
  const table = { tableWrites: 0, tableReads: 0, writeUnits: 0, readUnits: 0 };
  const counts = { metricsRead: 0, metricLists: 0, events: 0, signatures: 0, objects: 0, ...table };
  const count = (call: Call, answer: unknown) => {
    if (call.operation === "GetMetricData") counts.metricsRead += metricsIn(call);
    if (call.operation === "ListMetrics") counts.metricLists += 1;
    if (call.operation === "Sign") counts.signatures += 1;
    if (call.operation === "PutObject") counts.objects += 1;
    if (call.operation === "PutEvents") counts.events += lengthOf(call.input.Entries);
    if (call.service === "dynamodb") countTable(call, answer);
  };
  const countTable = ({ operation }: Call, answer: unknown) => {
    const wrote = /^(Put|Update|Delete)/.test(operation);
    counts[wrote ? "writeUnits" : "readUnits"] += unitsIn(answer);
    counts[wrote ? "tableWrites" : "tableReads"] += 1;
  };
  const counting = (): Observer => ({
    name: "work",
    watch: (services) =>
      services.map((service) => (service.name === "dynamodb" ? metered(service) : service)),
    effected: ({ call, result }) => {
      if ("answer" in result) count(call, result.answer);
    },
    findings: () => counts,
  });
  const { observe = [] } = releaseParts;
  const parts = { ...releaseParts, observe: [...observe, counting] };
  const request = { plan, world: loadWorld(world), seed: 1, event: { model: plan.model, version: 7 } };
  const { outcome, virtualSeconds, transitions, lambdaInvocations } = await rehearseHere(request, parts);
  return { outcome, virtualSeconds, transitions, lambdaInvocations, ...counts };
}

/** The table's service, which says with each answer what it took. */
function metered(service: Service): Service {
  const operations = Object.entries(service.operations).map(([name, operation]) => [
    name,
    /^(Get|Put|Update|Delete)Item$|^(Query|Scan)$/.test(name)
      ? (input: Call["input"], call: Call) => operation({ ...input, ReturnConsumedCapacity: "TOTAL" }, call)
      : operation,
  ]);
  return { ...service, operations: Object.fromEntries(operations) as Service["operations"] };
}

function unitsIn(answer: unknown): number {
  const { ConsumedCapacity } = answer as { ConsumedCapacity?: { CapacityUnits: number } };
  if (ConsumedCapacity === undefined) throw new Error("expected what a request of the table took");
  return ConsumedCapacity.CapacityUnits;
}

interface Query {
  readonly MetricStat?: { readonly Metric: unknown };
}

/** Up to five statistics of one metric are billed as one; no step asks for more. */
function metricsIn({ input }: Call): number {
  const queries = (input.MetricDataQueries ?? []) as readonly Query[];
  return new Set(queries.flatMap(({ MetricStat }) => (MetricStat ? [JSON.stringify(MetricStat.Metric)] : [])))
    .size;
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
