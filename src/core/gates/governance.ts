/** Gates of where things are, who has approved them, and whether the way back can be paid for and had. */

import { keyPlaces } from "./encryption.ts";
import { type DataPlace, type GateSide, type Identity, partOf, type VersionFacts } from "./facts.ts";
import { compared, type Gate, type GateQuestion, type GateVerdict } from "./judging.ts";

const placesOf = (side: GateSide) =>
  partOf(side.places, (places) => partOf(keyPlaces(side), (keys) => ({ value: [...places, ...keys] })));

const outside = (places: readonly DataPlace[], { limits }: GateQuestion): readonly DataPlace[] =>
  places.filter(({ region }) => !limits.regions.includes(region));

/** GDPR, chapter V. Each place is compared, and not their number: another country is another exposure. */
export const dataLocation = compared(["volume", "key", "images", "places"], {
  of: placesOf,
  meets: (places, question) => outside(places, question).length === 0,
  isWorse: (candidate, serving, question) => {
    const theirs = new Set(outside(serving, question).map(({ region }) => region));
    return outside(candidate, question).some(({ region }) => !theirs.has(region));
  },
  text: (places, question) => {
    const apart = outside(places, question);
    return apart.length === 0
      ? `all in ${[...new Set(places.map(({ region }) => region))].join(", ")}`
      : apart.map(({ what, region }) => `${what} is in ${region}`).join("; ");
  },
  expected: ({ limits }) => `model data, image and key in ${limits.regions.join(", ")}`,
  todo: "copy it to a bucket, a repository or a key in an allowed region, and register the version with that",
});

/** SOC 2 CC8.1. The registry may say otherwise since the release was started. */
export const approval = compared(["version"], {
  of: ({ version }) => version,
  meets: ({ approval: status }) => status === "Approved",
  text: ({ approval: status }) => `ModelApprovalStatus is ${status}`,
  expected: () => "a version that is approved in the registry",
  todo: "have the version approved, or release another",
});

/**
 * Who approved: the registry records who modified a version last, and an approval is a modification (DescribeModelPackage, API
 * reference). That nothing else was modified after it cannot be told by it.
 */
function partiesOf({ version }: GateSide) {
  return partOf(version, ({ createdBy, modifiedBy }: VersionFacts) => {
    if (createdBy === undefined) return { unknown: "the registry does not say who created the version" };
    if (modifiedBy === undefined) return { unknown: "the registry does not say who approved the version" };
    return { value: { createdBy, modifiedBy } };
  });
}

/** A role that several assume tells nobody apart, unless their sessions carry a source identity. */
const personOf = ({ arn, source }: Identity): string =>
  source ?? arn.replace(/^(arn:[^:]*:sts::\d+:assumed-role\/[^/]+)\/.*$/, "$1");

export const separationOfDuties = compared(["version"], {
  of: partiesOf,
  meets: ({ createdBy, modifiedBy }) => personOf(createdBy) !== personOf(modifiedBy),
  text: ({ createdBy, modifiedBy }) =>
    `created by ${personOf(createdBy)}, approved by ${personOf(modifiedBy)}`,
  expected: () => "a version that somebody else has approved than whoever created it",
  todo: "have somebody else approve it; of a shared role, with a source identity in the session",
});

const dollars = (usd: number): string => `$${usd.toFixed(2)}`;

/** SOC 2 A1.2. By what was planned: what it may take at most, and how many instances stable may come back to. */
export const wayBack: Gate = {
  by: ["means"],
  judge({ means: { costUsd, budgetUsd, stableInstances, roomInstances } }): GateVerdict {
    const expected = `at most ${dollars(budgetUsd)}, and room for stable's ${stableInstances} instances`;
    const todo = "raise the quota or the budget, or give the instance types a price under prices";
    const cost = costUsd === null ? "a cost that is not known" : dollars(costUsd);
    const room = roomInstances === undefined ? "a room that is not known" : `room for ${roomInstances}`;
    const found = `${cost}, and ${room}`;
    if (costUsd === null || roomInstances === undefined) return { status: "unknown", found, expected, todo };
    const isEnough = costUsd <= budgetUsd && roomInstances >= stableInstances;
    return { status: isEnough ? "pass" : "fail", found, expected, todo };
  },
};
