/** An endpoint with weeks behind it: a load with days and weeks in it, and the promotions that there were meanwhile. */
import { vi } from "vitest";
import { streams } from "#twin/world";
import { keepPast } from "../../src/aws/history.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { claimRelease, closeRecord, recordPlanning } from "../../src/aws/releases.ts";
import type { Closing } from "../../src/core/release/closing.ts";
import { pastOf } from "../../src/core/release/past.ts";
import { startMs } from "../aws/account.ts";
import { releaseOf } from "../aws/releases.ts";
import { needs, plan } from "../core/example.ts";
import type { Scenario } from "./refusals.ts";
import { onlyEnvironment, type ServedAccount, serveAccount, twinEnvironment } from "./served-account.ts";

const day = 144;
const dayMs = 86_400_000;

/**
 * By ten minutes from the moment that accounts begin at, a Monday at nine; what comes before is its end. So many requests per
 * second at noon, half of it on weekends, and no two days alike.
 */
export function weeks(peak: number, days = 63): { everySeconds: number; requests: number[] } {
  const draw = streams(7);
  const requests = Array.from({ length: days * day }, (_, nth) => {
    const at = nth + 54;
    const date = Math.floor(at / day) % days;
    const level = (date % 7 >= 5 ? 0.5 : 1) * Math.exp(0.06 * draw("level", date).normal());
    return Math.round(600 * peak * level * (0.1 + 0.9 * Math.exp(-(((at % day) - 72) ** 2) / 800)));
  });
  return { everySeconds: 600, requests };
}

/** What comes at most in the ten minutes of a day that begins so many days after today, requests per second. */
export function highestOf({ requests }: { requests: readonly number[] }, date: number): number {
  return Math.max(...requests.slice(Math.max(0, date * day - 54), (date + 1) * day - 54)) / 600;
}

/** Days before now on which another variant took over; each of them is of a release on record. */
export const sixPromotions = [55, 46, 37, 28, 19, 9] as const;

/** The variants before the one that serves, oldest first: the first of them no release of ours has made. */
const variantsBefore = (promotions: readonly number[]): { variant: string; untilDaysAgo: number }[] =>
  promotions.map((untilDaysAgo, nth) => ({
    variant: nth === 0 ? "first-one" : `v${6 - promotions.length + nth}`,
    untilDaysAgo,
  }));

export interface Past {
  readonly promotions?: readonly number[];
  readonly days?: number;
  readonly spec?: object;
  /** Whether the table has the releases. */
  readonly isRecorded?: boolean;
}

const pastSpec = ({ promotions = [], days = 63, spec = {} }: Past) => ({
  traffic: { recording: weeks(40) },
  past: { days, served: variantsBefore(promotions) },
  ...spec,
});

/** An account with such a past, which the environment leads to, at the moment that it begins. */
export async function accountWithPast(past: Past): Promise<ServedAccount> {
  const account = await serveAccount({ spec: pastSpec(past) });
  onlyEnvironment(twinEnvironment(account.url));
  vi.spyOn(Date, "now").mockReturnValue(startMs);
  await applyPlan(account.aws, plan, new Date(startMs - 70 * dayMs).toISOString());
  if (past.isRecorded ?? true) await recordPast(account, past.promotions ?? []);
  return account;
}

/** As releases leave it: a record with what was planned, and an item of the history. */
async function recordPast({ aws }: Pick<ServedAccount, "aws">, promotions: readonly number[]): Promise<void> {
  const before = variantsBefore(promotions);
  for (const [nth, { variant, untilDaysAgo }] of before.entries()) {
    const version = 6 - promotions.length + nth + 1;
    const openedAt = new Date(startMs - untilDaysAgo * dayMs - 1_800_000).toISOString();
    const closedAt = new Date(startMs - untilDaysAgo * dayMs + 5_400_000).toISOString();
    const release = releaseOf(version, { openedAt });
    const closing: Closing = { outcome: "promoted", reason: "so", releaseId: release.id, drifted: [] };
    await claimRelease(aws, release, plan);
    await recordPlanning(aws, release.id, {
      status: "fits",
      reason: "",
      turns: 0,
      goesOn: "here",
      waitSeconds: 60,
      since: openedAt,
      needs: {
        ...needs,
        stable: { ...needs.stable, variant },
        candidate: { ...needs.candidate, variant: `v${version}` },
      },
    });
    await closeRecord(aws, { releaseId: release.id, closing, closedAt, changes: [] });
    await keepPast(aws, pastOf({ release }, closing, { closedAt }));
  }
}

/** A forecast of a model whose past an account has. */
export const forecasting: Scenario = {
  account: { spec: pastSpec({ promotions: [1], days: 3 }) },
  before: async (account) => {
    vi.spyOn(Date, "now").mockReturnValue(startMs);
    await applyPlan(account.aws, plan, new Date(startMs - 70 * dayMs).toISOString());
    await recordPast(account, [1]);
  },
  command: ["forecast", "chat-assistant"],
  look: async () => undefined,
  said: () => undefined,
  done: undefined,
};
