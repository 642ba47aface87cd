/** What an image is called where a container names it: account, region, repository, and a tag or a digest. */

/** ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG or …@DIGEST (ECR user guide, "Private registry"). */
const reference =
  /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

export interface ReferredImage {
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The parts of a reference to an image in ECR; undefined for one that is elsewhere. */
export function referredBy(image: string): ReferredImage | undefined {
  const [, registryId, region, repositoryName, tag, digest] = reference.exec(image) ?? [];
  if (registryId === undefined || region === undefined || repositoryName === undefined) return undefined;
  return { registryId, region, repositoryName, tag, digest };
}
