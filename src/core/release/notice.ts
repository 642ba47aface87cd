/**
 * What people are told of a release: what happened, why, and what to do next, in one thread for each release. A healthy one tells
 * twice, as it begins and as it ends; stages that pass tell nothing.
 */
import { outcomes } from "./closing.ts";
import { at, type ReleaseNews, whatOf } from "./news.ts";
import {
  again,
  approval,
  command,
  glass,
  type NextStep,
  ofModel,
  purchasing,
  reporting,
  reverting,
  reviewing,
  stopping,
  watching,
} from "./next-steps.ts";

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
  "purchase-asked",
  "purchased",
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
  "purchase-asked": (news) => [
    `Somebody asks to buy a training plan for ${whatOf(news)}`,
    ...purchasing(news, [
      ["See what is asked for, and agree to it as an owner of capacity", "--agree"],
      ["Or end it", "--reject"],
    ]),
  ],
  purchased: (news) => [
    `A training plan is bought for ${whatOf(news)}`,
    ...purchasing(news, [["See how it stands, and how a plan names it", ""]]),
  ],
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

const startedBy = ({ trigger }: ReleaseNews): string =>
  trigger === undefined ? "" : `It was started by ${trigger}.`;

/** Ends as a sentence does, whatever it was made of. */
const sentence = (text: string): string => (text === "" || /[.!?…]$/.test(text) ? text : `${text}.`);
