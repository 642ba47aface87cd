/** How large a plan's fleet would better be: the load to be ready for, what an instance serves, and what follows from both. */
import { candidateNeeds } from "../capacity/sizing.ts";
import { oneAlone, shareBy } from "../learning/log-normal.ts";
import { nextWhere } from "../learning/posterior.ts";
import type { Plan } from "../plan/plan.ts";
import {
  downTo,
  exact,
  leastSaving,
  type ProposedChange,
  promotedWith,
  type Steady,
  upTo,
  withChanges,
} from "./changes.ts";
import type { Growth } from "./growth.ts";
import type { KnownQuantity, KnownThroughput } from "./known.ts";
import { peakWithin } from "./risk.ts";

export interface Sized {
  readonly throughput: KnownThroughput;
  readonly load: KnownQuantity;
  readonly growth: Growth;
  readonly before: Steady;
  readonly steady: (plan: Plan) => Steady;
}

interface Sizes {
  readonly changes: readonly ProposedChange[];
  readonly quiet: string;
}

/** Less is proposed where it leaves less risk than this, and more where the risk is larger than that. */
const mostRisk = 0.01;
const riskNow = 0.05;

/** From the most that may be hoped for to the most that may be feared: parts of what an instance serves, and shares of months. */
const hopes = { throughput: [1, 0.95, 0.9, 0.85, 0.8], load: [0.95, 0.98, 0.99, 0.995] } as const;
/** An instance that serves nine tenths of what the plan says passes its test under load. */
const passing = 0.9;
/** Chosen: so many of the next releases may fail it, and beyond what was shown nothing is hoped for but by so much: the next test tells. */
const mayFail = 0.2;
const beyondShown = 1.25;

export function sizesOf(plan: Plan, sized: Sized): Sizes {
  const { throughput, before } = sized;
  const nothing = (quiet: string): Sizes => ({ changes: [], quiet });
  const safe = safeSizes(plan, sized);
  if ("quiet" in safe) return nothing(safe.quiet);
  const [now, then] = [plan, withChanges(plan, safe.changes)].map((of) => refusedShare(of, throughput));
  if (now !== undefined && then !== undefined && now > Math.max(riskNow, 2 * then))
    return { ...safe, quiet: "" };
  const worth = worthOf({ before, after: safe.after });
  return worth.is ? { ...safe, quiet: "" } : nothing(`the plan stands: a change would ${worth.why}`);
}

/** The smallest fleet that is safe, and by which numbers of the plan it follows. */
export function safeSizes(
  plan: Plan,
  sized: Sized,
): { readonly changes: readonly ProposedChange[]; readonly after: Steady } | { readonly quiet: string } {
  const { throughput, load, steady } = sized;
  if (throughput.records === 0 && load.records === 0)
    return {
      quiet:
        "nothing is known yet that the plan could go by: three releases with a test under load, or a week of the endpoint's load",
    };
  const candidates = hopes.load.flatMap((most) =>
    hopes.throughput.map((least) => {
      const changes = changesFor(plan, sized, { most, least });
      return { changes, after: steady(withChanges(plan, changes)) };
    }),
  );
  const safe = candidates
    .filter(({ after }) => after.risk < mostRisk)
    .toSorted((one, other) => one.after.instances - other.after.instances)[0];
  return safe ?? { quiet: `no size is known by which the risk of too little is below ${percent(mostRisk)}` };
}

/** Whether one size is worth going over to from another: dearer where the risk is too large as it is, cheaper where that saves enough. */
export function worthOf({ before, after }: { readonly before: Fleet; readonly after: Fleet }): {
  readonly is: boolean;
  readonly why: string;
} {
  const saving = 1 - after.instances / before.instances;
  const isWanting = before.risk > riskNow && after.instances > before.instances;
  return {
    is: isWanting || saving > leastSaving,
    why: `save ${percent(Math.max(0, saving))}, and the risk of too little in 28 days is ${percent(before.risk)}`,
  };
}

type Fleet = Pick<Steady, "instances" | "risk">;

export const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

function changesFor(
  plan: Plan,
  { throughput, load, growth }: Sized,
  { most, least }: { readonly most: number; readonly least: number },
): ProposedChange[] {
  const sized = (part: number) => sizedBy(plan, { throughput, load }, { most, least: least * part, part });
  // The more there are the less each serves, and the more it takes: until both agree.
  let [changes, part] = [sized(1), 1];
  for (let round = 0; round < rounds && growth.sizes > 0; round++) {
    part = Math.min(part, growth.part(promotedWith(withChanges(plan, changes))));
    changes = sized(part);
  }
  const instances = promotedWith(withChanges(plan, changes));
  const { instances: planned } = plan.endpoint;
  return planned === instances
    ? changes
    : [
        ...changes,
        {
          path: ["endpoint", "instances"],
          from: planned,
          to: instances,
          why: `what the load takes by these numbers, at the plan's utilisation${heldUp(part, growth)}`,
        },
      ];
}

const rounds = 8;

const heldUp = (part: number, { sizes }: Growth): string =>
  part >= 1
    ? ""
    : `; each serves ${Math.round(100 * part)} % of what it did in fleets that were tested, as ${sizes} sizes of them show that instances hold up each other`;

function sizedBy(
  plan: Plan,
  { throughput, load }: Pick<Sized, "throughput" | "load">,
  { most, least, part }: { readonly most: number; readonly least: number; readonly part: number },
): ProposedChange[] {
  const { peakRequestsPerSecond: peak } = plan.requirements;
  const changes: ProposedChange[] = [
    ...(load.records === 0
      ? []
      : [
          {
            path: ["requirements", "peakRequestsPerSecond"],
            from: peak,
            to: upTo(peakWithin(load.belief, most)),
            why: `the highest load of 28 days stays below it with a chance of ${100 * most} %`,
            evidence: { of: "the highest load of a week", unit: "requests/s", ...toldOf(load) },
          },
        ]),
    ...throughputChanges(plan, throughput, { least, part }),
  ].filter(({ from, to }) => Math.abs(to / from - 1) >= leastChange);
  return changes;
}

const toldOf = ({ records, posterior }: KnownQuantity) => ({ records, posterior });

/** Chosen: what is nearer to the plan's own number is left as it is. */
const leastChange = 0.03;
const throughputKey = "requestsPerSecondPerInstance";

/** The chance that the next release is refused by its test under load, of a plan that has one. */
function refusedShare(plan: Plan, { belief, records }: KnownThroughput): number {
  if (records === 0) return 0;
  const { requestsPerSecondPerInstance: planned } = candidateNeeds(plan, plan.defaultReleaseType);
  return shareBy(belief, Math.log(passing * planned), oneAlone);
}

/** Wherever the plan names the type on which it is promoted. */
function throughputChanges(
  plan: Plan,
  known: KnownThroughput,
  { least, part }: { readonly least: number; readonly part: number },
): ProposedChange[] {
  if (known.records === 0) return [];
  const { instanceType, requestsPerSecondPerInstance: planned } = candidateNeeds(
    plan,
    plan.defaultReleaseType,
  );
  const hoped = Math.min(
    known.posterior.p50,
    Math.exp(nextWhere(known.belief, mayFail)) / passing,
    beyondShown * known.shown,
  );
  // What no test has refuted is not taken back for doubt alone.
  const to = downTo(least * (known.isRefuted ? hoped : Math.max(hoped, planned)));
  const places = [
    { path: ["endpoint"], needs: plan.endpoint },
    ...Object.entries(plan.releaseTypes).flatMap(([type, named]) =>
      named === undefined ? [] : [{ path: ["releaseTypes", type, "inference"], needs: named.inference }],
    ),
  ];
  return places
    .filter(({ needs }) => needs.instanceType === instanceType)
    .map(({ path, needs }) => ({
      path: [...path, throughputKey],
      from: needs.requestsPerSecondPerInstance,
      to,
      why: `what an ${instanceType} was shown to serve is ${exact(Number(known.shown.toPrecision(3)))}, by two releases at least${to > known.shown ? "; the next test under load tells whether it is this much, before there is any traffic" : ""}${least < part ? "; less, to be sure" : ""}`,
      evidence: { of: `what an ${instanceType} serves`, unit: "requests/s", ...toldOf(known) },
    }));
}
