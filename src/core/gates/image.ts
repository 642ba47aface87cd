/** Gates of the container image: that it is the registered one, what its scan shows, and how long ago it was pushed. */
import { allKnown, type GateSide, type ImageFacts, type Looked, partOf } from "./facts.ts";
import { compared, type GateQuestion } from "./judging.ts";
import { type Severity, severities } from "./settings.ts";

const dayMs = 86_400_000;
const daysText = (days: number): string => `${Math.floor(days)} day${Math.floor(days) === 1 ? "" : "s"}`;

interface Bound {
  readonly reference: string;
  /** Chosen order: pinned to what is registered and stored; by a tag that leads there today; something else. */
  readonly how: "pinned" | "tagged" | "other";
  readonly text: string;
}

/** What a reference leads to, beside what the registry has recorded. */
function boundOf({ reference, pinned, registered }: ImageFacts, digest: string): Bound {
  if (registered === undefined)
    return { reference, how: "other", text: `${reference}: the registry has recorded no digest` };
  if (digest !== registered)
    return { reference, how: "other", text: `${reference} is ${digest}, and ${registered} is registered` };
  return pinned === undefined
    ? { reference, how: "tagged", text: `${reference}, a tag, leads to the digest that is registered` }
    : { reference, how: "pinned", text: reference };
}

const rank = (bounds: readonly Bound[]): number =>
  Math.max(...bounds.map(({ how }) => ["pinned", "tagged", "other"].indexOf(how)));

/** Every image of a side. */
const ofImages =
  <T>(part: (image: ImageFacts) => Looked<T>) =>
  ({ images }: GateSide) =>
    partOf(images, (all) => allKnown(all.map(part)));

/** SOC 2 CC8.1. Another image than the registered one is never excused by what serves. */
export const imageDigest = compared<readonly Bound[]>(["images"], {
  of: ofImages((image) => partOf(image.stored, ({ digest }) => ({ value: boundOf(image, digest) }))),
  meets: (bounds) => rank(bounds) === 0,
  isWorse: (candidate, serving) => rank(candidate) === 2 || rank(candidate) > rank(serving),
  text: (bounds) => bounds.map(({ text }) => text).join("; "),
  expected: () => "an image by its digest, which is in the registry as the version has it",
  todo: "register the version with an image by digest (…@sha256:…), and push nothing else under its tag",
});

export interface Scanned {
  readonly findings: Readonly<Partial<Record<Severity, number>>>;
  readonly finishedMs: number | undefined;
}

export const countOf = (scans: readonly Scanned[], severity: Severity): number =>
  scans.reduce((sum, { findings }) => sum + (findings[severity] ?? 0), 0);

const limited = ({ limits: { vulnerabilities } }: GateQuestion): [Severity, number][] =>
  severities.flatMap((severity): [Severity, number][] => {
    const most = vulnerabilities[severity];
    return most === undefined ? [] : [[severity, most]];
  });

/** Age of the oldest scan, days; 0 of such as are kept up to date. */
export const scanDays = (scans: readonly Scanned[], nowMs: number): number =>
  Math.max(0, ...scans.map(({ finishedMs = nowMs }) => (nowMs - finishedMs) / dayMs));

function scansText(scans: readonly Scanned[], question: GateQuestion): string {
  const days = scanDays(scans, question.nowMs);
  const counts = limited(question).map(([severity]) => `${countOf(scans, severity)} ${severity}`);
  return `${counts.join(", ")}, by a scan ${days === 0 ? "that is kept up to date" : `of ${daysText(days)} ago`}`;
}

/** SOC 2 CC7.1. What a stale scan shows is not compared: nobody knows what either has by now. */
export const vulnerabilities = compared<readonly Scanned[]>(["images", "scans"], {
  of: ofImages(({ scan }) => scan),
  meets: (scans, question) =>
    scanDays(scans, question.nowMs) <= question.limits.maxScanAgeDays &&
    limited(question).every(([severity, most]) => countOf(scans, severity) <= most),
  isWorse: (candidate, serving, question) =>
    scanDays(candidate, question.nowMs) > question.limits.maxScanAgeDays ||
    limited(question).some(
      ([severity, most]) => countOf(candidate, severity) > Math.max(most, countOf(serving, severity)),
    ),
  text: scansText,
  expected: (question) =>
    `at most ${limited(question)
      .map(([severity, most]) => `${most} ${severity}`)
      .join(", ")}, by a scan of at most ${daysText(question.limits.maxScanAgeDays)} ago`,
  todo: "register a version with a patched image, or have the image scanned anew (ecr start-image-scan)",
});

const imageDays = (pushed: readonly number[], nowMs: number): number => (nowMs - Math.min(...pushed)) / dayMs;

/** A younger image than what serves is a patch, however old it is. */
export const imageAge = compared<readonly number[]>(["images"], {
  of: ofImages(({ stored }) => partOf(stored, ({ pushedMs }) => ({ value: pushedMs }))),
  meets: (pushed, { limits, nowMs }) => imageDays(pushed, nowMs) <= limits.maxImageAgeDays,
  isWorse: (candidate, serving) => Math.min(...candidate) < Math.min(...serving),
  text: (pushed, { nowMs }) => `pushed ${daysText(imageDays(pushed, nowMs))} ago`,
  expected: ({ limits }) => `an image pushed at most ${daysText(limits.maxImageAgeDays)} ago`,
  todo: "build the image anew on a patched base, and register a version with it",
});
