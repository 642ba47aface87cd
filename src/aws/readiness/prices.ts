/** By which prices a plan's releases are estimated, and of when those are. */
import type { Plan } from "../../core/plan/plan.ts";
import { type Listing, priceOutlook, unlisted } from "../../core/plan/price-list.ts";
import { priceReadiness, type Readiness } from "../../core/release/readiness.ts";
import type { EpochMs } from "../../core/units.ts";
import type { Aws } from "../clients.ts";
import { listingAt } from "../price-list.ts";
import { readinessOf } from "./looking.ts";

/** With what was read of them, which the looks that follow go by. */
export async function pricesReadiness(
  aws: Aws,
  plan: Plan,
  nowMs: EpochMs,
): Promise<{ readonly finding: Readiness; readonly listing: Listing }> {
  let listing = unlisted;
  const finding = await readinessOf("prices", async () => {
    listing = await listingAt(aws, nowMs);
    return priceReadiness(priceOutlook(plan, listing), listing);
  });
  return { finding, listing };
}
