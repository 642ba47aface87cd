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

const Ecr = z.strictObject({
  kind: z
    .literal("ecr")
    .describe("A tag that is put on an image in ECR, of the deployment's account and region."),
  repository: repository.describe("The repository that the model's image is in."),
  tag: tag.describe("The tag: it is put on the image whose version is to be released."),
});

/** Source: MLflow's rules for names of models and of aliases (mlflow/utils/validation.py); no URI has `/` or `:` in a name. */
const Mlflow = z.strictObject({
  kind: z.literal("mlflow").describe("An alias that is set on a version of a model in MLflow's registry."),
  model: z
    .string()
    .max(250)
    .regex(/^[^/:%\r\n]+$/, "the name of a registered model in MLflow, without / and :")
    .describe("The model's name there."),
  alias: z
    .string()
    .max(255)
    .regex(
      /^(?![lL][aA][tT][eE][sS][tT]$)(?![vV]\d+$)[\w-]+$/,
      "an alias in MLflow: letters, digits, _ and -; not latest, and no version such as v3",
    )
    .describe("The alias: it is set on the version that is to be released."),
});

export const ReleaseRegistry = z
  .discriminatedUnion("kind", [Ecr, Mlflow])
  .describe(
    "What says that an approved version is to be released, in place of its approval: the newest approved version that has the image which a tag was put on, or that names the version which an alias was set on.",
  );
export type ReleaseRegistry = z.infer<typeof ReleaseRegistry>;

export const registryKinds = ["ecr", "mlflow"] as const satisfies readonly ReleaseRegistry["kind"][];

/** What a version that is approved waits for, as a sentence goes on after its name. */
export const awaitedOf = (registry: ReleaseRegistry): string =>
  registry.kind === "ecr"
    ? `its image in ${registry.repository} gets the tag ${registry.tag}`
    : `its version of ${registry.model} in MLflow gets the alias ${registry.alias}`;
