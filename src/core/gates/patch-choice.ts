/**
 * Whether a version patches what serves: its images keep to the limits by themselves, are others than those that serve, and have
 * no more of the worst findings. What is not known of it is no patch.
 */
import { allKnown, type ImageFacts, type Looked, partOf } from "./facts.ts";
import { countOf, type Scanned, scanDays } from "./image.ts";
import { type PatchAsked, patchAnswers, shortTexts } from "./patching.ts";
import { limitsOf, severities } from "./settings.ts";

type Images = Looked<readonly ImageFacts[]>;

/** A version that may be released, and the images of each fleet that serves. */
export interface PatchQuestion extends PatchAsked {
  readonly serving: readonly Images[];
}

/** Why a version is no patch of what serves; undefined where it is. */
export function lackOfPatch(question: PatchQuestion): string | undefined {
  const { images, serving } = question;
  const short = shortTexts(patchAnswers(question));
  if (short.length > 0) return short.join("; ");
  if (serving.some((theirs) => isSame(images, theirs))) return "it has the images that serve";
  return serving.map((theirs) => worseText(question, theirs)).find((text) => text !== undefined);
}

function isSame(own: Images, theirs: Images): boolean {
  const [mine, others] = [digestsOf(own), digestsOf(theirs)];
  if ("unknown" in mine || "unknown" in others) return false;
  return mine.value.length === others.value.length && mine.value.every((each) => others.value.includes(each));
}

const digestsOf = (images: Images): Looked<readonly string[]> =>
  partOf(images, (all) =>
    allKnown(all.map(({ stored }) => partOf(stored, ({ digest }) => ({ value: digest })))),
  );

const scansOf = (images: Images): Looked<readonly Scanned[]> =>
  partOf(images, (all) => allKnown(all.map(({ scan }) => scan)));

/** Of a stale scan, or none, nobody knows what it would find by now. */
function worseText({ images, gates = {}, region, nowMs }: PatchQuestion, theirs: Images): string | undefined {
  const [mine, others] = [scansOf(images), scansOf(theirs)];
  if ("unknown" in mine || "unknown" in others) return undefined;
  if (scanDays(others.value, nowMs) > limitsOf(gates, region).maxScanAgeDays) return undefined;
  for (const severity of severities) {
    const [own, served] = [countOf(mine.value, severity), countOf(others.value, severity)];
    if (own > served) return `its scan shows ${own} ${severity}, where what serves has ${served}`;
    if (own < served) return undefined;
  }
  return undefined;
}
