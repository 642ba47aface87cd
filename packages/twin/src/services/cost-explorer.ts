/**
 * Cost Explorer in the twin: GetCostAndUsage of the world's own bill, by day or month, filtered and grouped by cost allocation
 * tags. What was used in the last 24 hours it does not show yet, and it knows no tag that is not activated.
 *
 * Source: service model 2017-10-25; for keys of groups (`TAG$value`, nothing behind the sign for what has no such tag), the
 * user guide of Cost Management. That both cost metrics are the same on demand follows from what they are; how late
 * figures are is "up to 24 hours" there, and the twin takes the longest. `Estimated` as long as the month is not over is unconfirmed.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Clock } from "../world/clock.ts";
import type { TagsOf } from "../world/endpoint-state.ts";
import { type Billed, type BilledUnder, billedUnder } from "../world/tagged-bill.ts";
import { knowing, requiredText, text } from "./protocol-input.ts";
import { page } from "./protocol-paging.ts";
import { type Input, NOT_MODELLED, type Service } from "./service.ts";

export interface CostExplorerOptions {
  readonly world: Billed & Clock;
  /** US dollars an hour by instance type; read at each call. */
  readonly prices: () => Readonly<Record<string, number>>;
  readonly region: string;
  readonly account: string;
}

const day = 86_400_000;
/** Chosen, and fewer than AWS gives: so many groups to a page. */
const PAGE = 50;
const metrics = ["UnblendedCost", "AmortizedCost"];

export function costExplorer({ world, prices, region, account }: CostExplorerOptions): Service {
  return {
    name: "cost-explorer",
    title: "CostExplorer",
    protocol: { kind: "json", version: "1.1", targetPrefix: "AWSInsightsIndexService" },
    operations: knowing("CostExplorer", known, {
      GetCostAndUsage(input) {
        const wanted = metricsOf(input);
        const granularity = requiredText(input, "Granularity");
        const match = matching(input.Filter as Input | undefined, { region, account, tags: activeIn(world) });
        const keys = groupKeys(input);
        const rows = periodsOf(input, { granularity, nowMs: world.nowMs }).flatMap((span) => {
          const shownMs = Math.min(span.toMs, world.nowMs - day);
          const billed = billedUnder(world, { fromMs: span.fromMs, toMs: shownMs }, prices());
          return groupsOf(billed, { match, keys, active: activeIn(world) }).map((group) => ({ span, group }));
        });
        const token = text(input, "NextPageToken");
        const { items, nextToken } = page(rows, { limit: PAGE, token, invalidToken });
        const periods = [...Map.groupBy(items, ({ span }) => span)];
        return {
          GroupDefinitions: keys.map((Key) => ({ Type: "TAG", Key })),
          ResultsByTime: periods.map(([span, all]) => ({
            TimePeriod: { Start: dayText(span.fromMs), End: dayText(span.toMs) },
            Total: {},
            Groups: all.map(({ group }) => ({ Keys: group.keys, Metrics: amounts(wanted, group.usd) })),
            Estimated: isOpen(span, world.nowMs),
          })),
          DimensionValueAttributes: [],
          NextPageToken: nextToken,
        };
      },
    }),
  };
}

const known = {
  GetCostAndUsage: ["TimePeriod", "Granularity", "Filter", "Metrics", "GroupBy", "NextPageToken"],
};

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

function periodsOf(input: Input, { granularity, nowMs }: { granularity: string; nowMs: number }): Span[] {
  const { Start, End } = (input.TimePeriod ?? {}) as Input;
  const [fromMs, toMs] = [Start, End].map((each) =>
    /^\d{4}-\d{2}-\d{2}$/.test(String(each)) ? Date.parse(`${each}T00:00:00Z`) : Number.NaN,
  );
  if (fromMs === undefined || toMs === undefined || !(fromMs < toMs))
    throw invalid("Start date (and hour) should be before end date (and hour)");
  if (fromMs > nowMs) throw invalid("Start date cannot be after the current date.");
  if (granularity !== "DAILY" && granularity !== "MONTHLY")
    throw invalid(`${NOT_MODELLED} GetCostAndUsage's granularity ${granularity}`);
  const spans: Span[] = [];
  for (let atMs = fromMs; atMs < toMs; ) {
    const nextMs = Math.min(toMs, granularity === "DAILY" ? atMs + day : nextMonth(atMs));
    spans.push({ fromMs: atMs, toMs: nextMs });
    atMs = nextMs;
  }
  return spans;
}

const nextMonth = (atMs: number): number =>
  Date.UTC(new Date(atMs).getUTCFullYear(), new Date(atMs).getUTCMonth() + 1);

/** AWS goes on correcting a month's figures until it is closed, some days after its end. */
const isOpen = ({ fromMs }: Span, nowMs: number): boolean => nowMs < nextMonth(fromMs);

const activeIn = ({ spec }: Billed): readonly string[] => spec.billing.activeTags;

interface Known {
  readonly region: string;
  readonly account: string;
  readonly tags: readonly string[];
}

/** Which costs a filter lets through, of this account and region. What it names beside what is modelled is refused. */
function matching(filter: Input | undefined, known: Known): (tags: TagsOf) => boolean {
  if (filter === undefined) return () => true;
  const [kind, ...more] = Object.keys(filter);
  if (more.length > 0) throw invalid("Expression has more than one root operator.");
  const inner = filter[kind ?? ""] as Input;
  switch (kind) {
    case "And": {
      const all = (filter.And as Input[]).map((one) => matching(one, known));
      return (tags) => all.every((each) => each(tags));
    }
    case "Not": {
      const not = matching(inner, known);
      return (tags) => !not(tags);
    }
    case "Tags":
      return tagged(inner, known);
    case "Dimensions":
      return inDimension(inner, known);
    default:
      throw invalid(`${NOT_MODELLED} GetCostAndUsage's filters by ${kind}`);
  }
}

function tagged({ Key, Values, MatchOptions = ["EQUALS"] }: Input, { tags: active }: Known) {
  const key = String(Key);
  const [option] = MatchOptions as string[];
  const value = (tags: TagsOf) => (active.includes(key) ? tags[key] : undefined);
  if (option === "ABSENT" || Values === undefined) return (tags: TagsOf) => value(tags) === undefined;
  if (option !== "EQUALS") throw invalid(`${NOT_MODELLED} GetCostAndUsage's MatchOptions ${option}`);
  return (tags: TagsOf) => (Values as string[]).includes(value(tags) ?? "");
}

function inDimension({ Key, Values }: Input, { region, account }: Known) {
  const own = ({ REGION: region, LINKED_ACCOUNT: account } as Record<string, string>)[String(Key)];
  if (own === undefined) throw invalid(`${NOT_MODELLED} GetCostAndUsage's dimension ${String(Key)}`);
  const isOwn = (Values as string[]).includes(own);
  return () => isOwn;
}

function groupKeys({ GroupBy = [] }: Input): string[] {
  const groups = GroupBy as Input[];
  if (groups.length > 2) throw invalid("Group by can contain a maximum of 2 groups.");
  return groups.map(({ Type, Key }) => {
    if (Type !== "TAG") throw invalid(`${NOT_MODELLED} GetCostAndUsage's groups by ${String(Type)}`);
    return String(Key);
  });
}

function groupsOf(
  billed: readonly BilledUnder[],
  {
    match,
    keys,
    active,
  }: { match: (tags: TagsOf) => boolean; keys: readonly string[]; active: readonly string[] },
): { keys: string[]; usd: number }[] {
  const sums = new Map<string, { keys: string[]; usd: number }>();
  for (const { tags, usd } of billed) {
    if (usd === 0 || !match(tags)) continue;
    const own = keys.map((key) => `${key}$${active.includes(key) ? (tags[key] ?? "") : ""}`);
    const sum = sums.get(own.join(" ")) ?? { keys: own, usd: 0 };
    sum.usd += usd;
    sums.set(own.join(" "), sum);
  }
  return [...sums.values()];
}

function metricsOf({ Metrics = [] }: Input): string[] {
  const wanted = Metrics as string[];
  const strange = wanted.find((each) => !metrics.includes(each));
  if (strange !== undefined) throw invalid(`${NOT_MODELLED} GetCostAndUsage's metric ${strange}`);
  if (wanted.length === 0) throw invalid("Metrics should not be empty.");
  return wanted;
}

const amounts = (wanted: readonly string[], usd: number) =>
  Object.fromEntries(wanted.map((metric) => [metric, { Amount: usd.toFixed(10), Unit: "USD" }]));

const dayText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);
const invalidToken = (): AwsError =>
  new AwsError("InvalidNextTokenException", "The pagination token is invalid.");
