/** Which registry beside SageMaker's says that an approved version is to be released, and by what. */
import * as z from "zod";

/** Source: CreateRepository, ECR's API reference: 2 to 256 characters, lower case, with / between namespaces. */
const repository = z
  .string()
  .min(2)
  .max(256)
  .regex(
    /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
    "the name of a repository in ECR, without its registry",
  );

/** Source: PutImage, ECR's API reference, and Docker's own rule for tags. */
const tag = z
  .string()
  .regex(/^(?!latest$)\w[\w.-]{0,127}$/, "a tag of an image other than latest, which is put by any push");

export const ReleaseRegistry = z
  .strictObject({
    kind: z
      .literal("ecr")
      .describe("A tag that is put on an image in ECR, of the deployment's account and region."),
    repository: repository.describe("The repository that the model's image is in."),
    tag: tag.describe("The tag: it is put on the image whose version is to be released."),
  })
  .describe(
    "What says that an approved version is to be released, in place of its approval: the newest approved version that has the image which the tag was put on.",
  );
export type ReleaseRegistry = z.infer<typeof ReleaseRegistry>;
