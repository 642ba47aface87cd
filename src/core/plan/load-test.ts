/** Whether and how a candidate is tested under load before it gets traffic: the part of a plan that consents to that. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import type { Percent } from "../units.ts";
import { AfterPromotion, checkAfterPromotion } from "./low-hours.ts";
import { WrittenPayloadSchema } from "./payload-schema.ts";

/** What one invocation is trusted to send on time, requests per second: chosen, and not measured. */
export const mostPerSender = 500;
/** So many invocations send side by side at most: each is one of the account's concurrent executions, of 1,000 where nobody asked for more. */
export const mostSenders = 10;
/** Requests per second. */
export const mostPerSecond = mostSenders * mostPerSender;
/** How long an answer is waited for, milliseconds: an invocation has 80 s for all that it does (serverless.yml). */
export const longestPatienceMs = 40_000;

const address = z
  .string()
  .max(1200)
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/, "an object's address, s3://BUCKET/KEY");

const Payloads = z
  .union([
    z.strictObject({
      s3: address.describe("An object with one request's body a line (JSON Lines), at most 5 MB."),
    }),
    z.strictObject({
      manifest: address.describe(
        "A manifest as SageMaker reads its input by (ManifestFile), which names objects that are a request's body each, as they are: pictures, audio. At most 100, and 5 MB.",
      ),
    }),
    z.strictObject({
      schema: WrittenPayloadSchema,
    }),
  ])
  .describe("What the requests have in them: a set that was kept, or made up by a schema.");

export const LoadTest = z
  .strictObject({
    sideEffectFree: z
      .literal(true)
      .describe(
        "The consent that these requests do no more than be answered: nothing is written, sent or paid for by what answers them.",
      ),
    payloads: Payloads,
    arrivals: z
      .strictObject({
        trace: address.describe(
          "An object with a request a line, whose first column is when it came, in seconds or as a date and time: at least 100, at most 5 MB.",
        ),
      })
      .optional()
      .describe(
        "How requests come: as a trace of your own has them, of which each round takes a stretch, made as long or short as its rate asks for. Absent: by chance (Poisson).",
      ),
    contentType: z.string().min(1).default("application/json").describe("The bodies' media type."),
    maxMinutes: z
      .number()
      .min(2)
      .max(60)
      .default(12)
      .describe(
        "How long it may take, minutes; what is not answered by then is open, and onOpen says what becomes of it.",
      ),
    holdMinutes: z
      .number()
      .min(0)
      .max(30)
      .optional()
      .describe(
        "How long it is held at full load, minutes, for what fills up slowly; part of maxMinutes, and a quarter of them but at most 3 where this is absent.",
      ),
    spike: z
      .strictObject({
        times: z
          .number()
          .gt(1)
          .max(5)
          .describe(
            "How many times the load that the fleet is sized for comes in it; at most maxLoadFactor, where that is given.",
          ),
        minutes: z.number().min(1).max(15).describe("For how long, minutes; part of maxMinutes."),
        afterPromotion: AfterPromotion.optional(),
      })
      .optional()
      .describe(
        "A spike that is rehearsed: the candidate has to keep to the requirements while so much more comes. Absent: none.",
      ),
    maxLoadFactor: z
      .number()
      .min(1)
      .max(5)
      .optional()
      .describe(
        "How much may be sent at most, times the load that the fleet is sized for; 1.1 over the utilisation where this is absent.",
      ),
    onNotEnough: z
      .enum(["refuse", "raise"])
      .default("refuse")
      .describe(
        "What becomes of a candidate that is not enough. `refuse`: the release goes back. `raise`: where quota and budget allow, it is raised to as many instances as that takes, and tested again; twice at most.",
      ),
    onOpen: z
      .enum(["proceed", "refuse"])
      .default("proceed")
      .describe(
        "What becomes of a candidate of which neither is shown, enough or not enough, by the time that the test ends. `proceed`: the release goes on to its stages. `refuse`: it goes back.",
      ),
    maxRequests: z.int().min(100).max(10_000_000).default(500_000).describe("How many requests it may send."),
    maxUsd: z
      .number()
      .positive()
      .max(1_000_000)
      .optional()
      .describe(
        "What the candidate's instances may cost while it lasts, US dollars; a twentieth of budget.usdPerRelease where this is absent.",
      ),
  })
  .describe(
    "A test under load, before the candidate gets traffic: it alone is sent requests, to see that it keeps to the requirements at the peak and that its instances serve what the plan says. Absent: none.",
  );
export type LoadTest = z.infer<typeof LoadTest>;

/** How long it is held at full load, minutes. */
export const holdMinutesOf = ({ holdMinutes, maxMinutes }: LoadTest): number =>
  holdMinutes ?? Math.min(3, maxMinutes / 4);

/** Until its load is out of what auto scaling looks at, and the next step is asked, minutes. */
const restMinutes = 5;
/** Until its knee is narrow, as rehearsals took. */
const usualMinutes = 12;

/** With the first windows after it. */
const spikeMinutes = ({ spike }: LoadTest): number => (spike === undefined ? 0 : spike.minutes + 1);

/** How long a plan's test under load takes, minutes: as a rule, and at most; nothing of a plan without one. */
export const loadTestMinutes = ({
  loadTest,
}: Pick<Tested, "loadTest">): { readonly usual: number; readonly most: number } =>
  loadTest === undefined
    ? { usual: 0, most: 0 }
    : {
        usual: Math.min(usualMinutes + spikeMinutes(loadTest), loadTest.maxMinutes) + restMinutes,
        most: loadTest.maxMinutes + restMinutes,
      };

interface Tested {
  readonly loadTest?: LoadTest | undefined;
  readonly requirements: {
    readonly latencyMsP99: number;
    readonly peakRequestsPerSecond: number;
    readonly utilisationPercent: Percent;
  };
}

/** What of a plan cannot be tested under load. */
export function checkLoadTest({ loadTest, requirements }: Tested, ctx: z.RefinementCtx): void {
  if (loadTest === undefined) return;
  const { latencyMsP99, peakRequestsPerSecond, utilisationPercent } = requirements;
  if (latencyMsP99 > longestPatienceMs)
    tell(ctx, ["loadTest"], {
      expected: `none where requirements.latencyMsP99 is above ${longestPatienceMs}: an invocation waits no longer for an answer`,
      found: `${latencyMsP99} ms`,
    });
  checkSpike(loadTest, requirements, ctx);
  const { holdMinutes, maxMinutes, maxLoadFactor = Number.POSITIVE_INFINITY } = loadTest;
  if (holdMinutes !== undefined && holdMinutes >= maxMinutes)
    tell(ctx, ["loadTest", "holdMinutes"], {
      expected: `less than maxMinutes, ${maxMinutes}: it is a part of them`,
      found: `${holdMinutes}`,
    });
  const leastFactor = 100 / utilisationPercent;
  if (maxLoadFactor < leastFactor)
    tell(ctx, ["loadTest", "maxLoadFactor"], {
      expected: `at least ${leastFactor.toFixed(2)}, 100 over requirements.utilisationPercent: full load is asked for`,
      found: `${maxLoadFactor}`,
    });
  const full = (100 * peakRequestsPerSecond) / utilisationPercent;
  if (full > mostPerSecond)
    tell(ctx, ["loadTest"], {
      expected: `none where requirements.peakRequestsPerSecond over utilisationPercent is above ${mostPerSecond} requests per second, which is the most that ${mostSenders} invocations are trusted to send on time`,
      found: `${Math.round(full)} requests per second`,
    });
}

/** A spike that could not be sent whole. */
function checkSpike(
  loadTest: LoadTest,
  { peakRequestsPerSecond }: Tested["requirements"],
  ctx: z.RefinementCtx,
): void {
  const { spike, maxMinutes, maxLoadFactor = Number.POSITIVE_INFINITY } = loadTest;
  if (spike === undefined) return;
  if (spike.times > maxLoadFactor)
    tell(ctx, ["loadTest", "spike", "times"], {
      expected: `at most maxLoadFactor, ${maxLoadFactor}: no more is sent`,
      found: `${spike.times}`,
    });
  const left = maxMinutes - holdMinutesOf(loadTest);
  if (spike.minutes >= left)
    tell(ctx, ["loadTest", "spike", "minutes"], {
      expected: `less than ${left}, what maxMinutes (${maxMinutes}) leaves beside the hold at full load`,
      found: `${spike.minutes}`,
    });
  const most = spike.times * peakRequestsPerSecond;
  checkAfterPromotion(spike, peakRequestsPerSecond, { ctx, mostPerSecond: mostPerSender });
  if (most > mostPerSecond && spike.afterPromotion === undefined)
    tell(ctx, ["loadTest", "spike", "times"], {
      expected: `at most ${Math.floor((100 * mostPerSecond) / peakRequestsPerSecond) / 100}: times requirements.peakRequestsPerSecond no more than ${mostPerSecond} requests per second, which is the most that ${mostSenders} invocations are trusted to send on time`,
      found: `${spike.times}, ${Math.round(most)} requests per second`,
    });
}
