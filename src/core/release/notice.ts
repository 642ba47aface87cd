/**
 * What people are told of a release: what happened, why, and what to do next, in one thread for each release. A healthy one tells
 * twice, as it begins and as it ends; stages that pass tell nothing.
 */
import * as z from "zod";
import { outcomes } from "./closing.ts";

/** What of an event of the bus is told by; what else it says is not read. */
export const ReleaseNews = z.looseObject({
  stack: z.string(),
  releaseId: z.string().min(1),
  subject: z.string(),
  model: z.string().optional(),
  version: z.int().optional(),
  milestone: z.string().optional(),
  state: z.string(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  /** KPIs by whose evidence it was rolled back. */
  harm: z.array(z.string()).optional(),
  trigger: z.string().optional(),
  /** Until when it waits or holds, ISO 8601. */
  until: z.string().nullish(),
  /** Of the rollout, from 0. */
  stage: z.int().optional(),
  /** Sides of the plan's team that have to answer still. */
  sides: z.array(z.string()).optional(),
});
export type ReleaseNews = z.infer<typeof ReleaseNews>;

export interface Notice {
  /** The release's: all of its notices are in one thread. */
  readonly threadId: string;
  /** Such as `release-promoted`. */
  readonly eventType: string;
  readonly title: string;
  /** Why, in sentences. */
  readonly why: string;
  /** What to do next, each a sentence that ends in a command, if it has one. */
  readonly next: readonly NextStep[];
  readonly news: ReleaseNews;
}

export interface NextStep {
  readonly to: string;
  readonly command: string;
}

/** States of which people are told; those of a stage that goes on are not among them. */
export const toldStates = [
  "opened",
  "waiting-for-quota",
  "another-instance-type",
  "held-by-gates",
  "asked",
  "glass-asked",
  "glass-broken",
  "rolling-back",
  "closed",
  "remainder",
  "capacity-lost",
  "late",
  "quality",
  "spike",
  "reservation",
  "review-awaited",
  "unreviewed",
] as const;
type ToldState = (typeof toldStates)[number];

/** Undefined where nobody has to be told. */
export function noticeOf(news: ReleaseNews): Notice | undefined {
  const { state } = news;
  // A date of patches on which nothing was behind: the history has it.
  const isUneventful = news.milestone === "patch" && news.outcome === "done";
  const told = isTold(state) && !isUneventful ? tellings[state](news) : undefined;
  if (told === undefined) return undefined;
  const [title, ...next] = told;
  const { releaseId: threadId, outcome } = news;
  const why = [news.reason, news.until ? `Until ${news.until}.` : undefined];
  return {
    threadId,
    eventType: `release-${state === "closed" ? (outcome ?? state) : state}`,
    title,
    why: sentence(why.filter((each) => each !== undefined).join(". ")) || startedBy(news),
    next,
    news,
  };
}

const isTold = (state: string): state is ToldState => (toldStates as readonly string[]).includes(state);

/** The title, then what to do. */
type Telling = (news: ReleaseNews) => readonly [string, ...NextStep[]] | undefined;

const tellings: Readonly<Record<ToldState, Telling>> = {
  opened: (news) => [`${whatOf(news)} has begun`, watching(news)],
  "waiting-for-quota": (news) => [
    `${whatOf(news)} waits for capacity`,
    command("See what is short, and how to ask AWS for more", `slipway calendar ${at(news)}`),
    stopping(news),
  ],
  "another-instance-type": (news) => [`${whatOf(news)} goes on with another instance type`, watching(news)],
  "held-by-gates": (news) => [
    `${whatOf(news)} is held by its gates`,
    command("See what each gate found, and what to do", `slipway report ${news.releaseId} ${at(news)}`),
    command("Have it go back instead", `slipway rollback ${news.releaseId} ${at(news)}`),
  ],
  asked: (news) => [
    `${whatOf(news)} asks ${news.sides === undefined ? "a person" : sidesIn(news.sides)}`,
    command("See what is asked, and go on", approval(news)),
    command("Or go back", `${approval(news)} --reject`),
  ],
  "glass-asked": (news) => [
    `Somebody asks to let ${whatOf(news)} past gates or freezes`,
    command("See what is asked, and agree as a second person", glass(news)),
    command("Or end it", glass(news, " --reject")),
  ],
  "glass-broken": (news) => [
    `${whatOf(news)} is let past gates or freezes by two people`,
    command("See what is let past", `slipway status ${at(news)}`),
    command("End it before its time", glass(news, " --reject")),
  ],
  "rolling-back": (news) => [`${whatOf(news)} goes back`, watching(news)],
  closed: (news) => {
    const { outcome } = news;
    return isOutcome(outcome) ? endings[outcome](news) : undefined;
  },
  remainder: (news) => [
    `${whatOf(news)} failed, and not everything could be put back`,
    command("See what is left, and who refuses it", `slipway status ${at(news)}`),
    command("Let it stay as it is", `slipway free ${news.subject} --reason WHY ${at(news)}`),
  ],
  "capacity-lost": (news) => [
    `${whatOf(news)} has lost its capacity`,
    command("See what is held", `slipway status ${at(news)}`),
  ],
  late: (news) => [
    `${whatOf(news)} is late, and holds its capacity for longer`,
    command("See which dates were moved", `slipway calendar ${at(news)}`),
  ],
  quality: (news) =>
    news.outcome === "harm"
      ? [`${whatOf(news)} has turned out worse than what served before`, ...reverting(news)]
      : undefined,
  spike: (news) =>
    news.outcome === "not-taken"
      ? [
          `${whatOf(news)} did not take the spike that was rehearsed`,
          ...ofModel("See what it was sent", "history", news),
        ]
      : undefined,
  reservation: (news) => [
    news.outcome === "ended"
      ? `The reserved capacity of ${whatOf(news)} has ended, and it answers nobody`
      : `The reserved capacity of ${whatOf(news)} ends soon`,
    command("See what serves on it, and until when", `slipway status ${at(news)}`),
    command(
      "See what could be bought in its place",
      `slipway offerings PLAN --milestone production ${at(news)}`,
    ),
    ...reverting(news),
  ],
  "review-awaited": (news) => [`${whatOf(news)} waits for its review`, ...reviewing(news)],
  unreviewed: (news) => [`${whatOf(news)} has begun without its whole review`, ...reviewing(news)],
};

/** `the side of capacity`; who may answer for it is in the reason. */
const sidesIn = (sides: readonly string[]): string =>
  `the ${sides.length === 1 ? "side" : "sides"} of ${sides.join(" and ")}`;

const isOutcome = (word: string | undefined): word is (typeof outcomes)[number] =>
  (outcomes as readonly (string | undefined)[]).includes(word);

const endings: Readonly<Record<(typeof outcomes)[number], Telling>> = {
  promoted: (news) => [`${whatOf(news)} is promoted`, reporting(news), ...reverting(news)],
  done: (news) => [
    `${whatOf(news)} has its capacity`,
    command("Give it back before its time", `slipway rollback ${news.releaseId} ${at(news)}`),
  ],
  ignored: () => undefined,
  "rolled-back": (news) => [`${whatOf(news)} was rolled back`, reporting(news), ...again(news)],
  superseded: (news) => [
    `${whatOf(news)} has given way to another release`,
    command("See which one", `slipway status ${at(news)}`),
  ],
  stopped: (news) => [`${whatOf(news)} was stopped, and all is as before`, reporting(news), ...again(news)],
  refused: (news) => [
    `${whatOf(news)} was refused, and nothing was changed`,
    command(
      "Put right what the reason names, and see that nothing else is amiss",
      `slipway ${news.milestone === "patch" && news.version === undefined ? "patch-status" : "doctor"} ${at(news)}`,
    ),
    ...again(news),
  ],
  failed: (news) => [
    `${whatOf(news)} failed`,
    reporting(news),
    command("See whether anything is left to put back", `slipway status ${at(news)}`),
  ],
};

/** `chat-assistant v7 to production`; `chat-assistant, training` of capacity alone. */
function whatOf({ releaseId, model, version, milestone }: ReleaseNews): string {
  if (model === undefined) return releaseId;
  if (version !== undefined)
    return `${model} v${version}${milestone === undefined ? "" : ` to ${milestone}`}`;
  return milestone === undefined ? model : `${model}, ${milestone}`;
}

/** Which deployment a command is for: stacks are named after their stages. */
export const atStage = (stack: string): string => `--stage ${stack.replace(/^slipway-/, "")}`;
const at = ({ stack }: ReleaseNews): string => atStage(stack);

const command = (to: string, line: string): NextStep => ({ to, command: line });
const watching = (news: ReleaseNews): NextStep =>
  command("Follow it", `slipway watch ${news.releaseId} ${at(news)}`);
const stopping = (news: ReleaseNews): NextStep =>
  command("Or give it up", `slipway stop ${news.releaseId} ${at(news)}`);
const reporting = (news: ReleaseNews): NextStep =>
  command("See what was judged, and what it cost", `slipway report ${news.releaseId} ${at(news)}`);
const approval = (news: ReleaseNews): string =>
  `slipway approve ${news.releaseId}${news.stage === undefined ? "" : ` --rollout-stage ${news.stage}`} ${at(news)}`;

const glass = (news: ReleaseNews, ends = ""): string =>
  `slipway approve ${news.releaseId} --break-glass WHY${ends} ${at(news)}`;

const ofModel = (to: string, what: string, news: ReleaseNews): NextStep[] =>
  news.model === undefined ? [] : [command(to, `slipway ${what} ${news.model} ${at(news)}`)];
const reviewing = (news: ReleaseNews): NextStep[] => {
  const which = news.milestone === undefined ? "" : ` --milestone ${news.milestone}`;
  return [
    ...ofModel("See what each side confirms, and who has", "plan review", news),
    ...(news.model === undefined
      ? []
      : [command("Confirm it for yours", `slipway plan confirm ${news.model}${which} ${at(news)}`)]),
  ];
};
const reverting = (news: ReleaseNews): NextStep[] =>
  news.version === undefined || news.model === undefined
    ? []
    : [command("See what going back would take", `slipway revert ${news.model} --dry-run ${at(news)}`)];
const again = (news: ReleaseNews): NextStep[] =>
  news.version === undefined
    ? []
    : [
        command(
          news.harm === undefined
            ? "Try it again"
            : "Once the version is approved anew in the registry, try it again",
          `slipway emit PLAN --version ${news.version} --again ${at(news)}`,
        ),
      ];

const startedBy = ({ trigger }: ReleaseNews): string =>
  trigger === undefined ? "" : `It was started by ${trigger}.`;

/** Ends as a sentence does, whatever it was made of. */
const sentence = (text: string): string => (text === "" || /[.!?…]$/.test(text) ? text : `${text}.`);
