/** What the run did in AWS: transitions, invocations, and calls by operation. */
import { counted } from "../text/figures.ts";
import { flow, padStart } from "../text/layout.ts";
import type { Rehearsed } from "../view/release-view.ts";
import { labelled, type Page, roomFor } from "./page.ts";

export function work({ awsCalls, transitions, lambdaInvocations }: Rehearsed, page: Page): string[] {
  const services = byService(awsCalls);
  const total = services.reduce((sum, service) => sum + service.calls, 0);
  const totals = [
    counted(transitions, "state transition"),
    counted(lambdaInvocations, "Lambda invocation"),
    counted(total, "AWS call"),
  ];
  const digits = Math.max(0, ...services.map((service) => String(service.calls).length));
  const lines = services.flatMap(({ name, calls, operations }) => {
    const items = operations.map(([operation, times]) => `${operation} ${times}`);
    const texts = [`${name}: ${items[0] ?? ""}`, ...items.slice(1)];
    const room = roomFor(page) - digits - 1;
    if (texts.some((text) => text.length > room))
      return [`${padStart(String(calls), digits)} ${name}:`, ...flow(items, ", ", roomFor(page) - 1)];
    return flow(texts, ", ", room).map(
      (line, i) => `${padStart(i === 0 ? String(calls) : "", digits)} ${line}`,
    );
  });
  return [
    ...labelled(page, "work", flow(totals, " · ", roomFor(page) - " ·".length)),
    ...labelled(page, "", lines.map(page.paint.dim)),
  ];
}

interface ServiceCalls {
  readonly name: string;
  readonly calls: number;
  /** Most frequent first. */
  readonly operations: readonly (readonly [operation: string, times: number])[];
}

function byService(awsCalls: Rehearsed["awsCalls"]): ServiceCalls[] {
  const services = Map.groupBy(Object.entries(awsCalls), ([name]) => name.split(".")[0] ?? "");
  return [...services]
    .map(([name, calls]) => ({
      name,
      calls: calls.reduce((sum, [, times]) => sum + times, 0),
      operations: calls
        .map(([operation, times]) => [operation.slice(name.length + 1), times] as const)
        .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
    }))
    .toSorted((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1));
}
