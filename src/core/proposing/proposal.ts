/**
 * What a plan would better say, by what its releases have taught: cheaper where that is as safe as may be, dearer where it is not safe
 * as it is. Up at once, and down with reserve.
 */

import { candidateNeeds } from "../capacity/sizing.ts";
import { posteriorOf } from "../learning/posterior.ts";
import { releaseOutlook } from "../outlook/release-outlook.ts";
import type { Plan } from "../plan/plan.ts";
import { priceUsdPerHour } from "../plan/prices.ts";
import { modelLoadOf } from "../release/quantity-lessons.ts";
import { leastSaving, type ProposedChange, promotedWith, type Steady, upTo, withChanges } from "./changes.ts";
import { growthKnown } from "./growth.ts";
import { type Evidence, fewestReleases, loadKnown, throughputKnown } from "./known.ts";
import { breachChance } from "./risk.ts";
import { type Sized, sizesOf } from "./sizes.ts";
import { utilisationNotes } from "./utilisation.ts";

export interface Proposal {
  readonly changes: readonly ProposedChange[];
  readonly before: Steady;
  readonly after: Steady;
  /** How much it rests on: releases that were tested under load, weeks of load that are known, and releases whose loading was seen. */
  readonly evidence: number;
  /** What is known beside, and why nothing follows from it; a sentence each. */
  readonly notes: readonly string[];
}

/** Nothing is proposed, and why. */
export interface NoProposal {
  readonly quiet: string;
}

const hoursOfMonth = 30.4 * 24;

export function proposalOf(plan: Plan, evidence: Evidence): Proposal | NoProposal {
  const known = knownOf(plan, evidence);
  const { throughput, load, growth, before, steady } = known;
  const loading = loadingChange(plan, evidence);
  const sizes = sizesOf(plan, known);
  const changes = [...sizes.changes, ...(loading?.changes ?? [])];
  const weight = weightOf(throughput.records + load.records + (loading?.records ?? 0));
  const unsaid = changes.length === 0 ? undefined : growth.refusal(promotedWith(withChanges(plan, changes)));
  const notes = [...utilisationNotes(plan, evidence), ...(unsaid === undefined ? [] : [unsaid])];
  if (changes.length === 0) return { quiet: [sizes.quiet, ...notes].join("; ") };
  const declined = declinedText(plan, weight);
  if (declined !== undefined) return { quiet: declined };
  return {
    changes: [...changes, ...budgetChange(plan, changes)].map((change) =>
      aloneOf(change, { plan, changes, steady }),
    ),
    before,
    after: steady(withChanges(plan, changes)),
    evidence: weight,
    notes,
  };
}

/** What is known of a plan's load and instances, and what a plan comes to by that. */
export function knownOf(
  plan: Plan,
  evidence: Evidence,
): Sized & { readonly chance: (instances: number) => number } {
  const [throughput, load] = [throughputKnown(plan, evidence), loadKnown(plan, evidence)];
  const growth = growthKnown(plan, evidence);
  const inProportion = breachChance({ load: load.belief, throughput: throughput.belief });
  const chance = (instances: number) => inProportion(instances * growth.part(instances));
  const steady = (of: Plan): Steady => {
    const instances = promotedWith(of);
    const usd = priceUsdPerHour(candidateNeeds(of, of.defaultReleaseType).instanceType, plan);
    const usdPerMonth = usd === undefined ? null : Math.round(usd * instances * hoursOfMonth);
    return { instances, usdPerMonth, risk: chance(instances) };
  };
  return { throughput, load, growth, before: steady(plan), steady, chance };
}

/** Tenths are as fine as evidence is told. */
export const weightOf = (records: number): number => Math.round(10 * records) / 10;

/** Why nothing is proposed by so much evidence, where its team has declined what there was. */
export function declinedText({ proposals }: Plan, weight: number): string | undefined {
  const declined = proposals?.declined;
  if (declined === undefined || weight >= 2 * declined.evidence) return undefined;
  return `what there is to propose was declined on ${declined.on} by an evidence of ${declined.evidence}, and it is ${weight} by now: nothing is proposed until it has doubled`;
}

/** One number that stands in several places is one change. */
function aloneOf(
  change: ProposedChange,
  { plan, changes, steady }: { plan: Plan; changes: readonly ProposedChange[]; steady: Sized["steady"] },
): ProposedChange {
  const { evidence } = change;
  if (evidence === undefined || change.path[0] === "warmth") return change;
  const same = changes.filter((other) => other.evidence?.of === evidence.of);
  return { ...change, alone: steady(withChanges(plan, same)) };
}

/** Where the releases of a larger fleet would be refused for want of it. */
function budgetChange(plan: Plan, changes: readonly ProposedChange[]): ProposedChange[] {
  const { usdPerRelease } = plan.budget;
  const dearest = (of: Plan) => releaseOutlook(of, of.defaultReleaseType).dearestKnownUsd;
  const wanted = dearest(withChanges(plan, changes));
  if (wanted <= usdPerRelease || dearest(plan) > usdPerRelease) return [];
  return [
    {
      path: ["budget", "usdPerRelease"],
      from: usdPerRelease,
      to: upTo(wanted),
      why: "what a release of this size comes to at most, promoted or rolled back at its very end",
    },
  ];
}

/** Where a model takes longer to load than nineteen of twenty are said to. */
function loadingChange(
  plan: Plan,
  { past, nowMs }: Evidence,
): { readonly changes: readonly ProposedChange[]; readonly records: number } | undefined {
  const { loadSecondsP95: planned } = plan.warmth;
  const { instanceType } = candidateNeeds(plan, plan.defaultReleaseType);
  const { belief, seen } = modelLoadOf({ model: plan.model, instanceType, planned, past, nowMs });
  if (seen.length < fewestReleases) return undefined;
  const posterior = posteriorOf(belief, seen);
  if (posterior.p95 <= planned * (1 + leastSaving)) return undefined;
  const to = Math.ceil(posterior.p95 / 10) * 10;
  return {
    records: posterior.records,
    changes: [
      {
        path: ["warmth", "loadSecondsP95"],
        from: planned,
        to,
        why: "nineteen of twenty models are loaded by then: dates are planned by it",
        evidence: { of: "how long a model loads", unit: "s", records: posterior.records, posterior },
      },
    ],
  };
}
