/** What a world says of the account's security: keys, isolation, images and their scans, where things are, and who approved. */
import * as z from "zod";
import { atMoment, minutes } from "./traffic-spec.ts";

const days = z.number().min(0).max(10_000);
const regionName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as "eu-west-1"');

const finding = {
  of: z.enum(["serving", "candidate", "both"]).describe("Whose image has it."),
  severity: z.enum(["critical", "high", "medium", "low"]).describe("How severe it is."),
  count: z.int().min(1).max(10_000).default(1).describe("How many of them."),
};
const Finding = z.union([
  z.strictObject(finding),
  atMoment(finding, "A finding that scans show from then on."),
]);

const Image = z.strictObject({
  serving: days.default(20).describe("How long ago the image was pushed that serves, days."),
  candidate: days.default(1).describe("The same of newer versions."),
});

const encryptedBy = z.enum(["none", "s3", "aws", "customer"]);

const ModelData = z.strictObject({
  serving: encryptedBy
    .default("s3")
    .describe(
      "How that of versions up to the one that serves is encrypted: not at all, by S3's own keys, or by a key of KMS that is AWS's or the customer's.",
    ),
  candidate: encryptedBy.default("s3").describe("The same of newer versions."),
  keyState: z
    .enum(["Enabled", "Disabled", "PendingDeletion"])
    .default("Enabled")
    .describe("The state of those keys of KMS."),
  objects: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe("How many objects each version is: one is an archive, several are under a prefix."),
});

export const Security = z.strictObject({
  volumeKey: z
    .enum(["none", "customer", "aws"])
    .default("none")
    .describe(
      "The key that the serving endpoint's volumes are encrypted by, where its instance type has no local storage.",
    ),
  keyState: z
    .enum(["Enabled", "Disabled", "PendingDeletion"])
    .default("Enabled")
    .describe("The state of that key."),
  keyRotation: z.boolean().default(true).describe("Whether KMS rotates it."),
  keyReplicas: z
    .array(regionName)
    .max(20)
    .default([])
    .describe("Other regions in which it is; none: it is no multi-Region key."),
  networkIsolation: z.boolean().default(false).describe("Whether the model that serves reaches no network."),
  vpc: z.boolean().default(false).describe("Whether it is in a VPC of the customer's."),
  imageBy: z.enum(["tag", "digest"]).default("tag").describe("How versions name their images."),
  movedTag: z
    .boolean()
    .default(false)
    .describe(
      "Whether something else has been pushed under the tags of newer versions since they were registered.",
    ),
  imageAgeDays: Image.prefault({}).describe("How old images are."),
  scan: z
    .enum(["complete", "active", "in-progress", "failed", "none"])
    .default("complete")
    .describe("How images of newer versions are scanned: once, kept up to date, not yet, in vain, or never."),
  scanAgeDays: days.default(1).describe("How long ago scans were completed, days."),
  findings: z.array(Finding).max(50).default([]).describe("What scans show."),
  dataRegion: regionName
    .default("eu-west-1")
    .describe("In which region the buckets are that newer versions are loaded from."),
  modelData: ModelData.prefault({}).describe("What versions are loaded from."),
  approver: z
    .enum(["other", "creator", "unknown"])
    .default("other")
    .describe(
      "Who has approved newer versions: somebody else than whoever made them, the same, or nobody says.",
    ),
  rejectedAfterMinutes: minutes
    .optional()
    .describe("How long after the event newer versions are rejected; never where this is absent."),
  widenedRoles: z
    .array(
      z.strictObject({
        role: z.string().min(1).max(64).describe("The role's name, or what it ends in."),
        by: z
          .enum(["managed-policy", "inline-policy", "wider-action", "wider-resource", "trust"])
          .describe(
            "AdministratorAccess is attached, an inline policy is added, its own policy is given more actions or all resources, or another account may assume it.",
          ),
        afterMinutes: minutes.describe("How long after the event."),
        untilMinutes: minutes.optional().describe("When that is taken back; never where this is absent."),
      }),
    )
    .max(20)
    .default([])
    .describe("Roles of the stack that somebody lets do more than the stack does."),
  hiddenRoles: z
    .boolean()
    .default(false)
    .describe("Whether IAM tells the stack nothing of its own roles: an organisation's policy denies it."),
});
