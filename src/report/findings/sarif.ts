/** Findings as SARIF 2.1.0 (OASIS), which code scanning and editors read. */
import type { Finding, Findings } from "./findings.ts";

const planRules = {
  error: {
    id: "plan-mistake",
    shortDescription: { text: "A plan has to be as docs/PLANS.md says: with a mistake it is not taken." },
    defaultConfiguration: { level: "error" },
  },
  warning: {
    id: "plan-warning",
    shortDescription: { text: "A plan is taken, and a careful reader would warn of something in it." },
    defaultConfiguration: { level: "warning" },
  },
} as const;
const gateRules = {
  error: {
    id: "gate-failed",
    shortDescription: { text: "A security or compliance gate of the plan bars the release's way forward." },
    defaultConfiguration: { level: "error" },
  },
  warning: {
    id: "gate-open",
    shortDescription: {
      text: "A gate of the plan was waived by a person, or the release ended before it was asked.",
    },
    defaultConfiguration: { level: "warning" },
  },
} as const;

/** The document; `version` is of the command that has looked. */
export const sarifOf = ({ findings }: Findings, version: string) => ({
  $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
  version: "2.1.0",
  runs: [
    {
      tool: {
        driver: {
          name: "slipway",
          version,
          rules: [...Object.values(planRules), ...Object.values(gateRules)],
        },
      },
      // Lines are counted by characters of UTF-16, as where nothing is said; no columns are told.
      columnKind: "utf16CodeUnits",
      results: findings.map(resultOf),
    },
  ],
});

function resultOf({ level, message, where, file, line, isGates }: Finding) {
  const { id } = (isGates ? gateRules : planRules)[level];
  return {
    ruleId: id,
    level,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          ...(line !== undefined && { region: { startLine: line } }),
        },
        ...(where !== undefined && { logicalLocations: [{ fullyQualifiedName: where }] }),
      },
    ],
    // The same mistake on another line is the same mistake.
    partialFingerprints: { "slipwayFinding/v1": `${id} ${file} ${where ?? message}` },
  };
}

/** A URI reference (RFC 3986): a path as it is, where its characters may be there. */
const uriOf = (file: string): string => {
  const path = file.toWellFormed().replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${path}` : path;
};
