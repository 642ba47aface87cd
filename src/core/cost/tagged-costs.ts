/** What an account was billed under the tags of what releases create, as Cost Explorer tells it. */
import * as z from "zod";
import { planTag, releaseTag } from "../plan/tags.ts";
import { rounded } from "./expenses.ts";

/** What was billed under one pair of tags, in the bill's currency. */
export interface TaggedCost {
  /** The model's name. */
  readonly plan: string;
  /** Null for what carries the plan's tag alone: the team's own things. */
  readonly releaseId: string | null;
  /** As each hour was charged. */
  readonly unblended: number;
  /** With what was paid ahead, such as Savings Plans, spread over the time that it is for. */
  readonly amortised: number;
}

export interface AccountCosts {
  /** Days, yyyy-mm-dd, in UTC: from the first to before the second. */
  readonly from: string;
  readonly to: string;
  /** Of that, days whose figures AWS calls estimates. */
  readonly estimatedDays: number;
  readonly currency: string;
  /** What asking took: each page is a request, and each request $0.01. */
  readonly requests: number;
  /** Whether there was more than was asked for. */
  readonly isCut: boolean;
  /** By the plan, then the release. */
  readonly tagged: readonly TaggedCost[];
}

/** Cost Explorer could not be asked: why, in a sentence. */
export interface AccountUnasked {
  readonly refused: string;
}

const Amount = z.object({ Amount: z.string(), Unit: z.string().optional() });
/** As much of an answer of GetCostAndUsage as is read (service model 2017-10-25). */
export const CostAnswer = z.object({
  ResultsByTime: z
    .array(
      z.object({
        TimePeriod: z.object({ Start: z.string(), End: z.string() }),
        Groups: z
          .array(z.object({ Keys: z.array(z.string()), Metrics: z.record(z.string(), Amount) }))
          .default([]),
        Estimated: z.boolean().default(false),
      }),
    )
    .default([]),
  NextPageToken: z.string().nullish(),
});
export type CostAnswer = z.infer<typeof CostAnswer>;

const daysIn = ({ Start, End }: { readonly Start: string; readonly End: string }): number =>
  Math.round((Date.parse(End) - Date.parse(Start)) / 86_400_000);

/** What the pages of an answer come to, whose groups are by the plan's tag and the release's. */
export function taggedCosts(
  pages: readonly CostAnswer[],
): Pick<AccountCosts, "tagged" | "estimatedDays" | "currency"> {
  const results = pages.flatMap(({ ResultsByTime }) => ResultsByTime);
  const sums = new Map<string, TaggedCost>();
  for (const { Keys, Metrics } of results.flatMap(({ Groups }) => Groups)) {
    const [plan, releaseId] = [tagValueIn(Keys, planTag), tagValueIn(Keys, releaseTag)];
    // What has no tag of a plan is somebody else's.
    if (plan === "") continue;
    const sum = sums.get(`${plan} ${releaseId}`) ?? { plan, releaseId: null, unblended: 0, amortised: 0 };
    sums.set(`${plan} ${releaseId}`, {
      plan,
      releaseId: releaseId === "" ? null : releaseId,
      unblended: sum.unblended + Number(Metrics.UnblendedCost?.Amount ?? 0),
      amortised: sum.amortised + Number(Metrics.AmortizedCost?.Amount ?? 0),
    });
  }
  // A page may end in the middle of a day: the next one tells of it again.
  const estimated = new Map(
    results.filter(({ Estimated }) => Estimated).map(({ TimePeriod }) => [TimePeriod.Start, TimePeriod]),
  );
  const units = results.flatMap(({ Groups }) =>
    Groups.flatMap(({ Metrics }) => Metrics.UnblendedCost?.Unit ?? []),
  );
  return {
    tagged: [...sums.entries()]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { unblended, amortised, ...of }]) => ({
        ...of,
        unblended: rounded(unblended),
        amortised: rounded(amortised),
      })),
    estimatedDays: [...estimated.values()].reduce((sum, period) => sum + daysIn(period), 0),
    currency: units[0] ?? "USD",
  };
}

/** Groups by tags have keys such as `slipway:plan$chat-assistant`, with nothing behind the sign for what has no such tag. */
const tagValueIn = (keys: readonly string[], tag: string): string =>
  keys.find((key) => key.startsWith(`${tag}$`))?.slice(tag.length + 1) ?? "";
