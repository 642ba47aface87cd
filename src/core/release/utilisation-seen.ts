/**
 * How full an instance was, in a release's test under load, where latency broke: the knee over what an instance serves at full load,
 * which is what the plan says, or what it was seen to serve where that is less.
 */
import * as z from "zod";

const amount = z.number().min(0);

export const UtilisationSeen = z.object({
  instanceType: z.string(),
  /** As the plan has it, a part of full load as the next. */
  planned: amount,
  /** Latency was kept up to the first, and was not from the second on; that is absent where no rate was too much. */
  moreThan: amount,
  atMost: amount.optional(),
});
export type UtilisationSeen = z.infer<typeof UtilisationSeen>;

/** Of a test under load what is read here; of one of another version, as much as it has. */
const Tested = z
  .looseObject({
    instances: z.int().min(1),
    knee: z.object({ from: amount, to: amount.optional() }),
    steps: z.array(
      z.looseObject({
        name: z.string(),
        tally: z.looseObject({ seconds: amount, requests: amount, answered: amount }),
      }),
    ),
  })
  .optional()
  .catch(undefined);

type Step = NonNullable<z.infer<typeof Tested>>["steps"][number];

interface AsPlanned {
  readonly instanceType: string;
  readonly requestsPerSecondPerInstance: number;
  /** How full the plan has an instance run at its peak. */
  readonly utilisation: number;
  /** For so long after a step its answers are waited for, seconds. */
  readonly patienceSeconds: number;
}

/** `loadTest`: that section of a document, whoever wrote it. Undefined where nothing is known of its knee. */
export function utilisationSeen(loadTest: unknown, planned: AsPlanned): UtilisationSeen | undefined {
  const tested = Tested.parse(loadTest);
  if (tested === undefined) return undefined;
  const { instances, knee, steps } = tested;
  const { least, most } = fullLoadOf(steps, instances, planned);
  if (least <= 0 || most <= 0 || (knee.from === 0 && knee.to === undefined)) return undefined;
  const part = (rate: number, full: number) => Number((rate / instances / full).toPrecision(4));
  return {
    instanceType: planned.instanceType,
    planned: planned.utilisation,
    moreThan: part(knee.from, most),
    ...(knee.to !== undefined && { atMost: part(knee.to, least) }),
  };
}

/** A fleet that leaves more than this unanswered is full. */
const unanswered = 0.05;
/** An invocation sends for so long at most, and waits for its answers then. */
const sliceSeconds = 60;
/** Of a spike, and of what comes after it, nothing is known of full load. */
const steady = ({ name }: Step) => name !== "spike" && name !== "recovery" && name !== "settle";

/**
 * Between which figures full load of one instance lies, requests per second. What a full fleet answered in a step it may have
 * answered until the end of its patience.
 */
function fullLoadOf(
  steps: readonly Step[],
  instances: number,
  { requestsPerSecondPerInstance: planned, patienceSeconds }: AsPlanned,
): { readonly least: number; readonly most: number } {
  const full = steps.filter(
    (step) =>
      steady(step) && step.tally.seconds > 0 && step.tally.answered < (1 - unanswered) * step.tally.requests,
  );
  if (full.length === 0) return { least: planned, most: planned };
  const served = full.map(({ tally: { seconds, answered } }) => ({
    least: answered / (seconds + patienceSeconds * Math.ceil(seconds / sliceSeconds)) / instances,
    most: answered / seconds / instances,
  }));
  return {
    least: Math.min(planned, Math.max(...served.map(({ least }) => least))),
    most: Math.min(planned, Math.max(...served.map(({ most }) => most))),
  };
}
