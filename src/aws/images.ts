/** ECR: which image a reference leads to, when it was pushed, and what its last scan has found. */
import {
  DescribeImageScanFindingsCommand,
  type DescribeImageScanFindingsCommandOutput,
  DescribeImagesCommand,
} from "@aws-sdk/client-ecr";
import {
  type ContainerFacts,
  type GateLook,
  type ImageFacts,
  type Looked,
  notLooked,
  partOf,
  type ScanFacts,
} from "../core/gates/facts.ts";
import { type Severity, severities } from "../core/gates/settings.ts";
import { type ReferredImage, referredBy } from "../core/request/image-reference.ts";
import type { Aws } from "./clients.ts";

/** What is known of a container's image; `scans`: also what its scan has found. */
async function viewImage(
  aws: Aws,
  { image, registered }: ContainerFacts,
  { look, scans }: { readonly look: GateLook; readonly scans: boolean },
): Promise<ImageFacts> {
  const referred = referredBy(image);
  const told = { reference: image, pinned: referred?.digest, registered };
  const elsewhere = notHere(aws, image, referred);
  if (referred === undefined || elsewhere !== undefined) {
    const unknown = { unknown: elsewhere ?? "" };
    return { ...told, stored: unknown, scan: unknown };
  }
  const stored = await storedImage(aws, referred, look);
  if ("unknown" in stored) return { ...told, stored, scan: stored };
  const { digest } = stored.value;
  const scan = scans ? await scanOf(aws, { ...referred, digest }, look) : notLooked;
  return { ...told, stored, scan };
}

/** Asks once for what several have in common. */
export type Once = <T>(key: string, ask: () => Promise<T>) => Promise<T>;

/** Of all containers; `once`: where others may have asked for the same. */
export async function viewImages(
  aws: Aws,
  containers: Looked<readonly ContainerFacts[]>,
  { once = (_, ask) => ask(), ...looking }: Parameters<typeof viewImage>[2] & { readonly once?: Once },
): Promise<Looked<readonly ImageFacts[]>> {
  if ("unknown" in containers) return containers;
  const images = containers.value.map((container) =>
    once(`image ${container.image} ${container.registered}`, () => viewImage(aws, container, looking)),
  );
  return { value: await Promise.all(images) };
}

/** Endpoints take images of their own Region's registry alone (developer guide, "Use your own inference code"). */
function notHere(
  { environment }: Aws,
  image: string,
  referred: ReferredImage | undefined,
): string | undefined {
  if (referred === undefined) return `image ${image || "of no name"} is in no registry of ECR`;
  const { region } = referred;
  return region === environment.region
    ? undefined
    : `image ${image} is in a registry of ${region}, which is not asked`;
}

async function storedImage(
  { ecr }: Aws,
  referred: ReferredImage,
  look: GateLook,
): Promise<ImageFacts["stored"]> {
  const { registryId, repositoryName, tag: imageTag = "latest", digest: imageDigest } = referred;
  const imageIds = [imageDigest === undefined ? { imageTag } : { imageDigest }];
  const found = await look(`image ${repositoryName}`, (abortSignal) =>
    ecr.send(new DescribeImagesCommand({ registryId, repositoryName, imageIds }), { abortSignal }),
  );
  return partOf(found, ({ imageDetails = [] }) => {
    const { imageDigest: digest, imagePushedAt } = imageDetails[0] ?? {};
    if (digest === undefined || imagePushedAt === undefined)
      return { unknown: `image ${repositoryName}: ECR does not say what it is, and when it was pushed` };
    return { value: { digest, pushedMs: imagePushedAt.getTime() } };
  });
}

async function scanOf(
  { ecr }: Aws,
  { registryId, repositoryName, digest: imageDigest }: ReferredImage,
  look: GateLook,
): Promise<Looked<ScanFacts>> {
  const asked = { registryId, repositoryName, imageId: { imageDigest }, maxResults: 1 };
  const found = await look(`scan of image ${repositoryName}`, (abortSignal) =>
    ecr.send(new DescribeImageScanFindingsCommand(asked), { abortSignal }),
  );
  return partOf(found, (scan) => scanFacts(repositoryName, scan));
}

/**
 * A basic scan is COMPLETE at a moment; an enhanced one is ACTIVE for as long as Inspector keeps it up to date (ScanStatus, API
 * reference). Counts are of the whole image, whatever the page (findingSeverityCounts). Findings that are neither critical nor
 * high, medium or low (INFORMATIONAL, UNDEFINED, UNTRIAGED) are not counted.
 */
function scanFacts(
  repository: string,
  { imageScanStatus, imageScanFindings }: DescribeImageScanFindingsCommandOutput,
): Looked<ScanFacts> {
  const { status = "of no status", description = "" } = imageScanStatus ?? {};
  const { findingSeverityCounts: counts = {}, imageScanCompletedAt } = imageScanFindings ?? {};
  const why = description === "" ? "" : ` (${description})`;
  if (status !== "COMPLETE" && status !== "ACTIVE")
    return { unknown: `scan of image ${repository} is ${status}${why}` };
  if (status === "COMPLETE" && imageScanCompletedAt === undefined)
    return { unknown: `scan of image ${repository}: ECR does not say when it was completed` };
  const findings: Partial<Record<Severity, number>> = {};
  for (const severity of severities) findings[severity] = counts[severity.toUpperCase() as never] ?? 0;
  return {
    value: { finishedMs: status === "ACTIVE" ? undefined : imageScanCompletedAt?.getTime(), findings },
  };
}
