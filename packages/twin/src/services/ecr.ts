/** Amazon ECR in the twin, as far as looking at images goes: DescribeImages and DescribeImageScanFindings. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { StoredImage } from "../world/image-state.ts";
import { findingsOf } from "../world/images.ts";
import type { World } from "../world/region.ts";
import { account } from "../world/state.ts";
import { members, seconds } from "./members.ts";
import { onTime } from "./on-time.ts";
import type { Service } from "./service.ts";

/** AWS JSON 1.1, target prefix `AmazonEC2ContainerRegistry_V20150921` (service model 2015-09-21). */
export function ecr(world: World): Service {
  return {
    name: "ecr",
    title: "ECR",
    protocol: { kind: "json", version: "1.1", targetPrefix: "AmazonEC2ContainerRegistry_V20150921" },
    operations: onTime(world, {
      DescribeImages: (input) =>
        describe(world, members({ operation: "DescribeImages", schema: images, errorName }, input)),
      DescribeImageScanFindings: (input) =>
        scan(world, members({ operation: "DescribeImageScanFindings", schema: scanned, errorName }, input)),
    }),
  };
}

const errorName = "InvalidParameterException";
const registryId = z
  .string()
  .regex(/^\d{12}$/)
  .default(account);
const repositoryName = z.string().min(2).max(256);
const imageId = z.strictObject({ imageDigest: z.string().optional(), imageTag: z.string().optional() });
const images = z.strictObject({ registryId, repositoryName, imageIds: z.array(imageId).min(1).max(100) });
const scanned = z.strictObject({
  registryId,
  repositoryName,
  imageId,
  maxResults: z.int().min(1).max(1000).optional(),
});

interface Named {
  readonly registryId: string;
  readonly repositoryName: string;
}

function imageOf(
  world: World,
  named: Named,
  { imageDigest, imageTag }: z.output<typeof imageId>,
): StoredImage {
  const where = `in the repository with name '${named.repositoryName}' in the registry with id '${named.registryId}'`;
  const all = world.state.images.filter(
    ({ registry, repository }) => registry === named.registryId && repository === named.repositoryName,
  );
  if (all.length === 0)
    throw new AwsError(
      "RepositoryNotFoundException",
      `The repository with name '${named.repositoryName}' does not exist in the registry with id '${named.registryId}'`,
    );
  const found = all.findLast(({ digest, tag }) =>
    imageDigest === undefined ? tag === imageTag : digest === imageDigest,
  );
  if (found === undefined)
    throw new AwsError(
      "ImageNotFoundException",
      `The image with imageId {imageDigest:'${imageDigest ?? "null"}', imageTag:'${imageTag ?? "null"}'} does not exist ${where}`,
    );
  return found;
}

function describe(world: World, { imageIds, ...named }: z.output<typeof images>): Json {
  return {
    imageDetails: imageIds.map((each): Json => {
      const { digest, tag, pushedMs, registry, repository } = imageOf(world, named, each);
      return {
        registryId: registry,
        repositoryName: repository,
        imageDigest: digest,
        imageTags: [tag],
        imageSizeInBytes: 4_000_000_000,
        imagePushedAt: seconds(pushedMs),
      };
    }),
  };
}

const statuses = {
  complete: { status: "COMPLETE", description: "The scan was completed successfully." },
  active: { status: "ACTIVE", description: "Continuous scan is selected for image." },
  "in-progress": { status: "IN_PROGRESS", description: "The scan is in progress." },
  failed: { status: "FAILED", description: "The operating system of the image is not supported." },
} as const;

function scan(world: World, { imageId: asked, maxResults: _, ...named }: z.output<typeof scanned>): Json {
  const image = imageOf(world, named, asked);
  if (image.scan === "none")
    throw new AwsError(
      "ScanNotFoundException",
      `Image scan does not exist for the image with '{imageDigest:'${image.digest}', imageTag:'${image.tag}'}' in the repository with name '${image.repository}' in the registry with id '${image.registry}'`,
    );
  const isDone = image.scan === "complete" || image.scan === "active";
  return {
    registryId: image.registry,
    repositoryName: image.repository,
    imageId: { imageDigest: image.digest, imageTag: image.tag },
    imageScanStatus: statuses[image.scan],
    ...(isDone && {
      imageScanFindings: {
        imageScanCompletedAt: seconds(image.scannedMs),
        vulnerabilitySourceUpdatedAt: seconds(image.scannedMs),
        findingSeverityCounts: { ...findingsOf(world, image) },
        findings: [],
      },
    }),
  };
}
