/** What `slipway init` has to know, in the order in which it asks: each by an option, or of a person at a terminal. */
import { instanceType } from "../../core/plan/instances.ts";
import { AwsName } from "../../core/plan/plan.ts";
import { priceUsdPerHour } from "../../core/plan/prices.ts";
import { aboutKind, kindsInstanceType, modelKinds } from "./model-kinds.ts";

export type QuestionName =
  | "kind"
  | "model"
  | "endpoint"
  | "instance-type"
  | "price"
  | "requests-per-second-per-instance"
  | "load"
  | "instances"
  | "owner"
  | "output";

/** Answers so far, as they were given; each has been found right. */
export type AlreadyKnown = Readonly<Partial<Record<QuestionName, string>>>;

export interface PlanQuestion {
  readonly name: QuestionName;
  readonly asks: string;
  /** Completes "expected …". */
  readonly expected: (known: AlreadyKnown) => string;
  readonly allows: (text: string) => boolean;
  /** Whether it is to be asked at all, by what is known. */
  readonly applies?: (known: AlreadyKnown) => boolean;
  /** What stands where nobody says otherwise, at a terminal or not. */
  readonly otherwise?: (known: AlreadyKnown) => string;
  /** What a person only has to confirm. Nobody is there to do so without a terminal, and it has to be given. */
  readonly suggests?: (known: AlreadyKnown) => string;
}

const number = (most: number) => (text: string) =>
  /^\d{1,9}(\.\d{1,9})?$/.test(text) && Number(text) > 0 && Number(text) <= most;
const isCount = (text: string) => /^[1-9]\d*$/.test(text) && Number(text) <= 1000;
const isName = (text: string) => AwsName.safeParse(text).success;

/** A price that is not known is spent without limit: whoever wants that says so. */
export const unknownPrice = "unknown";

export const questions: readonly PlanQuestion[] = [
  {
    name: "kind",
    asks: "What kind of model is it?",
    expected: () => `one of ${modelKinds().join(", ")}`,
    allows: (text) => modelKinds().includes(text),
  },
  {
    name: "model",
    asks: "Its model package group in the registry?",
    expected: () => "the name of a model package group, letters, digits and inner hyphens",
    allows: isName,
  },
  {
    name: "endpoint",
    asks: "The endpoint that it serves on?",
    expected: () => "the name of an endpoint, letters, digits and inner hyphens",
    allows: isName,
    otherwise: ({ model = "" }) => model,
  },
  {
    name: "instance-type",
    asks: "The endpoint's instance type?",
    expected: () => "a SageMaker instance type such as ml.g5.xlarge",
    allows: (text) => instanceType.safeParse(text).success,
    suggests: ({ kind = "" }) => kindsInstanceType(kind),
  },
  {
    name: "price",
    asks: `What does an hour of one cost, US dollars (or ${unknownPrice})?`,
    expected: ({ "instance-type": type = "the instance type" }) =>
      `what an hour of ${type} costs, US dollars, since Slipway does not know; or ${unknownPrice}, for a plan that spends on it all the same`,
    allows: (text) => text === unknownPrice || number(10_000)(text),
    applies: ({ "instance-type": type }) =>
      type !== undefined && priceUsdPerHour(type, { prices: {}, budget: {} }) === undefined,
  },
  {
    name: "requests-per-second-per-instance",
    asks: "How many requests per second does one instance serve at full load, by a load test?",
    expected: () => "a number of requests per second above 0",
    allows: number(1_000_000),
  },
  {
    name: "load",
    asks: "The load to be ready for, requests per second?",
    expected: () => "a number of requests per second above 0",
    allows: number(1_000_000),
  },
  {
    name: "instances",
    asks: "How many instances has the endpoint between releases?",
    expected: () => "a whole number from 1 to 1000",
    allows: isCount,
    suggests: ({ load, "requests-per-second-per-instance": each }) =>
      String(Math.min(1000, Math.max(1, Math.ceil(Number(load) / (Number(each) * usualFill))))),
  },
  {
    name: "owner",
    asks: "Who is asked about it?",
    expected: () => "a name or an address, at most 200 characters",
    allows: (text) => text.length <= 200,
    otherwise: () => "",
  },
  {
    name: "output",
    asks: "The file to write?",
    expected: () => "the path of a file that is not there yet",
    allows: (text) => text !== "",
    otherwise: ({ model = "plan" }) => `${model}.yml`,
  },
];

/** As full as most plans let an instance be. */
const usualFill = 0.7;

/** What a person reads before a question, where its answer is one of a list. */
export const choicesOf = ({ name }: PlanQuestion): readonly (readonly [string, string])[] =>
  name === "kind" ? modelKinds().map((kind) => [kind, aboutKind(kind)] as const) : [];
