/** Which version patches what serves: one that keeps to the limits by itself, is another image, and is not worse where it is worst. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImageFacts, Looked, ScanFacts } from "../../../src/core/gates/facts.ts";
import { lackOfPatch } from "../../../src/core/gates/patch-choice.ts";
import { severities } from "../../../src/core/gates/settings.ts";
import { holds } from "../../property.ts";
import { daysAgo, image, nowMs } from "./facts.ts";

type Findings = ScanFacts["findings"];
interface Made {
  readonly digest: string;
  readonly pushedDays: number;
  /** Undefined: it was never scanned. */
  readonly scannedDays: number | undefined;
  readonly findings: Findings;
}
type Images = Looked<readonly ImageFacts[]>;

const imageOf = ({ digest, pushedDays, scannedDays, findings }: Made): ImageFacts => ({
  ...image,
  stored: { value: { digest, pushedMs: daysAgo(pushedDays) } },
  scan:
    scannedDays === undefined
      ? { unknown: "never scanned" }
      : { value: { finishedMs: daysAgo(scannedDays), findings } },
});
const imagesOf = (...made: readonly Made[]): Images => ({ value: made.map(imageOf) });
const limits = { vulnerabilities: { critical: 1, high: 2 }, maxImageAgeDays: 90, maxScanAgeDays: 30 };
const lackOf = (images: Images, ...serving: readonly Images[]) =>
  lackOfPatch({ gates: { limits }, images, serving, region: "eu-west-1", nowMs });

const anyFindings = fc.record({
  critical: fc.nat({ max: 2 }),
  high: fc.nat({ max: 3 }),
  medium: fc.nat({ max: 2 }),
  low: fc.nat({ max: 2 }),
});
const anyMade = (digests: readonly string[]): fc.Arbitrary<Made> =>
  fc.record({
    digest: fc.constantFrom(...digests),
    pushedDays: fc.integer({ min: 0, max: 180 }),
    scannedDays: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    findings: anyFindings,
  });
const anyOwn = anyMade(["sha256:a", "sha256:b"]);
const anyServing = anyMade(["sha256:b", "sha256:c"]);

/** By the rule as a person would say it, worked out anew. */
function isPatch(own: Made, serving: Made): boolean {
  const { critical = 0, high = 0 } = own.findings;
  const isFresh = own.scannedDays !== undefined && own.scannedDays <= 30;
  if (!isFresh || own.pushedDays > 90 || critical > 1 || high > 2) return false;
  if (own.digest === serving.digest) return false;
  if (serving.scannedDays === undefined || serving.scannedDays > 30) return true;
  const differing = severities.find((severity) => own.findings[severity] !== serving.findings[severity]);
  return differing === undefined || (own.findings[differing] ?? 0) < (serving.findings[differing] ?? 0);
}

describe("of any two images", () => {
  test("one patches the other by the rule, and by nothing else", () => {
    let patches = 0;
    holds(
      fc.property(anyOwn, anyServing, (own, serving) => {
        const lack = lackOf(imagesOf(own), imagesOf(serving));
        if (lack === undefined) patches += 1;
        expect(lack === undefined).toBe(isPatch(own, serving));
      }),
      { numRuns: 2000 },
    );
    expect(patches).toBeGreaterThan(100);
  });

  test("no two patch each other where both scans are fresh and differ", () => {
    const fresh = (made: Made): Made => ({ ...made, scannedDays: 1 });
    const totals = ({ findings }: Made) => JSON.stringify(severities.map((each) => findings[each]));
    holds(
      fc.property(anyOwn.map(fresh), anyServing.map(fresh), (one, other) => {
        fc.pre(totals(one) !== totals(other));
        const [there, back] = [
          lackOf(imagesOf(one), imagesOf(other)),
          lackOf(imagesOf(other), imagesOf(one)),
        ];
        expect(there === undefined && back === undefined).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("a patch with fewer findings, or that is younger, is a patch still", () => {
    holds(
      fc.property(anyOwn, anyServing, fc.constantFrom(...severities), (own, serving, severity) => {
        fc.pre(lackOf(imagesOf(own), imagesOf(serving)) === undefined);
        const fewer = { ...own, findings: { ...own.findings, [severity]: 0 } };
        const younger = { ...own, pushedDays: own.pushedDays / 2 };
        for (const better of [fewer, younger])
          expect(lackOf(imagesOf(better), imagesOf(serving))).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});

test("of several fleets it has to be no worse than each, and all of its containers count", () => {
  const made = (digest: string, high: number): Made => ({
    ...{ digest, pushedDays: 5, scannedDays: 1 },
    findings: { high },
  });
  const serving = [imagesOf(made("sha256:c", 2)), imagesOf(made("sha256:d", 0))];

  expect(lackOf(imagesOf(made("sha256:a", 1)), ...serving)).toBe(
    "its scan shows 1 high, where what serves has 0",
  );
  expect(lackOf(imagesOf(made("sha256:a", 0)), ...serving)).toBeUndefined();
  expect(lackOf(imagesOf(made("sha256:a", 0), made("sha256:e", 3)), ...serving)).toMatch(
    /^vulnerabilities, expected at most 1 critical, 2 high, .* found 0 critical, 3 high/,
  );
});

test("what is not known of it is no patch, and what is not known of what serves keeps none from being one", () => {
  const good = imagesOf({ digest: "sha256:a", pushedDays: 5, scannedDays: 1, findings: { low: 9 } });

  expect(lackOf({ unknown: "no answer within 2 s" }, good)).toBe(
    "vulnerabilities, expected at most 1 critical, 2 high, by a scan of at most 30 days ago, not known: no answer within 2 s; " +
      "image-age, expected an image pushed at most 90 days ago, not known: no answer within 2 s",
  );
  expect(lackOf(good, { unknown: "no answer within 2 s" })).toBeUndefined();
  expect(lackOf(good)).toBeUndefined();
  expect(lackOf(good, good)).toBe("it has the images that serve");
});
