/**
 * People who would have to answer for several plans at one time: each alone owns a side that must say yes, so that nobody can for
 * them. A release may ask from its beginning to its end; a review is answered on the last day until when it is to be.
 */
import { planOfMilestone, releasesVersion } from "../plan/milestone-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { type AskedSide, sidesOf, TeamSide } from "../plan/team.ts";
import type { EpochMs } from "../units.ts";
import type { Occurrence, TimeSpan } from "./occurrences.ts";

export interface PeopleConflict extends TimeSpan {
  readonly what: "people";
  /** In lower case, by their names. */
  readonly people: readonly string[];
  readonly who: readonly Occurrence[];
}

/** A date for which a person has to answer, and when. */
interface Answer extends TimeSpan {
  readonly person: string;
  readonly of: Occurrence;
}

/** Each span once, with everybody who has to answer for the same in it. */
export function askedAtOnce(plans: readonly Plan[], occurrences: readonly Occurrence[]): PeopleConflict[] {
  const byModel = new Map(plans.map((plan) => [plan.model, plan]));
  const answers = occurrences.flatMap((of) => {
    const plan = byModel.get(of.model);
    return plan === undefined || of.isTentative ? [] : answersFor(plan, of);
  });
  const each = [...Map.groupBy(answers, ({ person }) => person).values()].flatMap(ofOnePerson);
  const alike = Map.groupBy(each, ({ fromMs, toMs, who }) =>
    JSON.stringify([fromMs, toMs, ...who.map(({ id }) => id).sort()]),
  );
  return [...alike.values()].flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [{ ...first, people: [first, ...more].flatMap(({ people }) => people).sort() }],
  );
}

function answersFor(plan: Plan, of: Occurrence): Answer[] {
  const asked = askedBy(plan, of).map((person) => ({ person, of, fromMs: of.fromMs, toMs: of.untilMs }));
  const review = plan.milestones[of.kind]?.review;
  if (review === undefined) return asked;
  const toMs = of.dueMs - review.daysBefore * dayMs;
  const confirming = soleOwners(sidesOf(plan.team, TeamSide.options));
  return [...asked, ...confirming.map((person) => ({ person, of, fromMs: toMs - dayMs, toMs }))];
}

/** Without whom a stage of the release would not go on. */
function askedBy(plan: Plan, { kind }: Occurrence): string[] {
  if (!releasesVersion(plan, kind)) return [];
  const { rollout, team } = planOfMilestone(plan, kind);
  const { onInconclusive: policy } = rollout;
  if (policy.action !== "ask" || policy.sides === undefined) return [];
  const sides = sidesOf(team, policy.sides);
  const all = sides.flatMap(({ owners }) => owners);
  return (policy.people ?? 1) >= all.length ? all : soleOwners(sides);
}

const soleOwners = (sides: readonly AskedSide[]): string[] =>
  sides.flatMap(({ owners }) => (owners.length === 1 ? owners : []));

/** The spans in which a person has to answer for more than one plan. */
function ofOnePerson(answers: readonly Answer[]): PeopleConflict[] {
  const moments = answers.flatMap((answer) => [
    { atMs: answer.fromMs, answer, begins: true },
    { atMs: answer.toMs, answer, begins: false },
  ]);
  // What ends as another begins is out of its way.
  moments.sort((one, other) => one.atMs - other.atMs || Number(one.begins) - Number(other.begins));
  const active = new Set<Answer>();
  const found: PeopleConflict[] = [];
  let open: { readonly fromMs: EpochMs; readonly who: Set<Occurrence> } | undefined;
  for (const { atMs, answer, begins } of moments) {
    if (begins) active.add(answer);
    else active.delete(answer);
    if (new Set([...active].map(({ of }) => of.model)).size > 1) {
      open ??= { fromMs: atMs, who: new Set() };
      for (const { of } of active) open.who.add(of);
    } else if (open !== undefined) {
      const { fromMs, who } = open;
      found.push({ what: "people", people: [answer.person], fromMs, toMs: atMs, who: [...who] });
      open = undefined;
    }
  }
  return found;
}

const dayMs = 86_400_000;
