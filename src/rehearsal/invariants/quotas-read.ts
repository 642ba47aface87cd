/** Which quotas a release has read, when, and whether the account has changed since. */
import { usedBy, usedInstances } from "#twin/world";
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import { memberOf, type ObservedCall } from "./observation.ts";
import { endpointOf, type Passage } from "./passages.ts";

export interface QuotasRead {
  onCall(seen: ObservedCall): void;
  /** Whether any quota was read by the release at or after a moment. */
  readSince(passage: Passage, atMs: number): boolean;
  /** A quota by its name, as the release read it last. */
  value(passage: Passage, quotaName: string): number | undefined;
  /** The last shift forward. */
  mark(passage: Passage, atMs: number): void;
  marked(passage: Passage): number | undefined;
  /** Whether a quota is less, or the use of an instance type more, than when the release read it. */
  changed(passage: Passage): boolean;
  /** The same of the use by other endpoints than the release's own. */
  changedElsewhere(passage: Passage): boolean;
}

interface QuotaReading {
  readonly value: number;
  readonly atMs: number;
  /** Whether it was listed as applied; a default says nothing of a quota that is. */
  readonly applied: boolean;
  /** Instances of the type in use when it was read. */
  readonly used: number;
  /** Those of them that other endpoints than the release's have. */
  readonly usedElsewhere: number;
}

const endpointUsage = /^(ml\.\S+) for endpoint usage$/;

export function createQuotasRead({ world, passages }: CheckContext): QuotasRead {
  const readings = new Map<Passage, Map<string, QuotaReading>>();
  const marks = new Map<Passage, number>();
  const elsewhere = (type: string, passage: Passage) => {
    const own = world.state.endpoints.get(endpointOf(passage) ?? "");
    return usedInstances(world, type) - (own === undefined ? 0 : usedBy(own, type));
  };
  const of = (passage: Passage) => readings.get(passage) ?? new Map<string, QuotaReading>();
  /** Whether any quota that was read is less by now, or is used more. */
  const isLess = (passage: Passage, isUsedMore: (type: string, reading: QuotaReading) => boolean) =>
    [...of(passage)].some(([name, reading]) => {
      const type = endpointUsage.exec(name)?.[1];
      if (type === undefined || reading.value === 0) return false;
      return world.quota("endpoint", type) < reading.value || isUsedMore(type, reading);
    });
  return {
    onCall(seen) {
      const passage = passages.of(seen.frame?.execution);
      if (seen.call.service !== "service-quotas" || passage === undefined) return;
      const listed = memberOf(seen, "Quotas");
      const quotas = Array.isArray(listed) ? listed : [memberOf(seen, "Quota")];
      const known = of(passage);
      for (const quota of quotas.filter(isRecord)) {
        const name = String(quota.QuotaName);
        const type = endpointUsage.exec(name)?.[1] ?? "";
        const use = { used: usedInstances(world, type), usedElsewhere: elsewhere(type, passage) };
        const applied = seen.call.operation !== "ListAWSDefaultServiceQuotas";
        if (applied || known.get(name)?.applied !== true)
          known.set(name, { value: Number(quota.Value), atMs: seen.call.at, applied, ...use });
      }
      readings.set(passage, known);
    },
    readSince: (passage, atMs) => [...of(passage).values()].some((reading) => reading.atMs >= atMs),
    value: (passage, quotaName) => of(passage).get(quotaName)?.value,
    mark: (passage, atMs) => void marks.set(passage, atMs),
    marked: (passage) => marks.get(passage),
    changed: (passage) => isLess(passage, (type, { used }) => usedInstances(world, type) > used),
    changedElsewhere: (passage) =>
      isLess(passage, (type, { usedElsewhere }) => elsewhere(type, passage) > usedElsewhere),
  };
}
