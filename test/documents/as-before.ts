/** Brings the account of a rehearsal into the state that capture.ts wrote down, while the rehearsal runs. */

import type { Observer } from "#twin/engine";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import type { ReleaseScene } from "../../src/rehearsal/release/request.ts";
import type { Captured, Moment } from "./captured.ts";

/** Makes the calls of before at their times; one that comes while the endpoint is in motion is made a minute later. */
export const asBefore =
  ({ startedAt, calls }: Captured, moment: Moment) =>
  ({ services }: ReleaseScene): Observer => {
    const ask = async (service: string, operation: string, input: Readonly<Record<string, unknown>>) => {
      const act = services.find(({ name }) => name === service)?.operations[operation];
      try {
        await act?.(input, { service, operation, input, at: Date.now() });
      } catch {
        setTimeout(() => void ask(service, operation, input), 60_000);
      }
    };
    const at = (time: string, act: () => void) =>
      void setTimeout(act, 60_000 + Date.parse(time) - Date.parse(startedAt));
    for (const { service, operation, input, at: time } of calls.filter((call) => call.at < moment.at))
      at(time, () => void ask(service, operation, input));
    for (const Item of moment.items)
      at(moment.at, () => void ask("dynamodb", "PutItem", { TableName: rehearsedDeployment.table, Item }));
    return { name: "as-before", findings: () => null };
  };
