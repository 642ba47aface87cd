/** What all variants of the account's endpoint lean on, such as a table: one queue, which grows by what comes beyond what it serves. */
import type { ForAccount } from "./account-seed.ts";
import type { Endpoint } from "./endpoint-state.ts";
import type { Probing } from "./probes.ts";
import type { Specified } from "./settled.ts";
import type { MutableState } from "./state.ts";

/** Longer than this nothing waits for it. */
const longestWaitMs = 30_000;

/** Lives through a tick in which so many requests arrived, besides those that callers sent to variants themselves. */
export function waitForShared(
  { spec, account, state, probes }: Specified & MutableState & ForAccount & Probing,
  { name, variants }: Endpoint,
  { arrived, tickMs }: { readonly arrived: number; readonly tickMs: number },
): void {
  const { sharedPercent } = spec;
  if (sharedPercent === undefined) return;
  const sent = variants.reduce((sum, variant) => sum + probes(`${name}/${variant.name}`).requests, 0);
  const served = (sharedPercent / 100) * account.peakRequestsPerSecond * (tickMs / 1000);
  const waitMs = state.sharedWaitMs + tickMs * ((arrived + sent) / served - 1);
  state.sharedWaitMs = Math.min(longestWaitMs, Math.max(0, waitMs));
}
