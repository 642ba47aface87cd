/** Days of auto scaling's that tests tamper with, signed as the store would. */
import { sha256 } from "../../../src/aws/sha256.ts";
import { summed } from "../../../src/core/audit/summing.ts";
import { type Canonical, canonical } from "../../../src/core/evidence/canonical.ts";
import { statementType } from "../../../src/core/evidence/envelope.ts";
import { dayStatementText } from "../../../src/core/evidence/scaling-day.ts";
import type { Signer } from "./chain.ts";

export interface MadeDays {
  /** By day. */
  readonly texts: Map<string, string>;
  readonly envelopes: Map<string, string>;
  readonly hashes: Map<string, string>;
}

/** Each led to another count, by `from`. Goes on from `made`, which is left as it is. */
export function daysChain(
  subject: string,
  days: readonly string[],
  by: Signer,
  { from = 1, first = days[0] ?? "", previous = null as string | null } = {},
): MadeDays {
  const made: MadeDays = { texts: new Map(), envelopes: new Map(), hashes: new Map() };
  let last = previous;
  for (const [nth, day] of days.entries()) {
    const summary = summed({
      ...{ subject, day, lines: [] },
      activities: [
        {
          ...{ id: `activity-${day}`, at: `${day}T08:00:00.000Z`, resourceId: `${subject}/variant/v7` },
          ...{ description: `Setting desired instance count to ${from + nth}.`, status: "Successful" },
          cause: "monitor alarm high in state ALARM triggered policy keep-70",
        },
      ],
    });
    const payload = dayStatementText(summary, { subject, day, first, previous: last }, sha256);
    const envelope = by.envelope(statementType, payload);
    made.texts.set(day, canonical({ envelope, summary } as Canonical));
    made.envelopes.set(day, canonical(envelope));
    last = sha256(payload);
    made.hashes.set(day, last);
  }
  return made;
}
