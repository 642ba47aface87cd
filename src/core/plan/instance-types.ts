/**
 * The instance types that SageMaker's API names, for endpoints and for training: what is none of them is probably a
 * slip, or newer than this list. Source: API model of SageMaker, ProductionVariantInstanceType and TrainingInstanceType,
 * as in botocore 1.43.11.
 */
import { nearest } from "../input/bad-input.ts";

type Families = readonly (readonly [families: string, sizes: string])[];

const hosting: Families = [
  ["t2", "medium large xlarge 2xlarge"],
  ["m4", "xlarge 2xlarge 4xlarge 10xlarge 16xlarge"],
  ["m5 m5d r5 r5d", "large xlarge 2xlarge 4xlarge 12xlarge 24xlarge"],
  ["c4", "large xlarge 2xlarge 4xlarge 8xlarge"],
  ["p2", "xlarge 8xlarge 16xlarge"],
  ["p3", "2xlarge 8xlarge 16xlarge"],
  ["c5 c5d", "large xlarge 2xlarge 4xlarge 9xlarge 18xlarge"],
  ["g4dn", "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"],
  ["inf1", "xlarge 2xlarge 6xlarge 24xlarge"],
  ["dl1 p4d p4de", "24xlarge"],
  ["c6i m6i r6i c6in", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge"],
  ["g5 g6 g6e", "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"],
  ["r8g c8g m8g", "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"],
  ["g7e", "2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge"],
  ["c7g m6g m6gd c6g c6gd c6gn r6g r6gd", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"],
  ["trn1", "2xlarge 32xlarge"],
  ["trn1n", "32xlarge"],
  ["trn2 p5e p5en p6-b200 p6-b300", "48xlarge"],
  ["inf2", "xlarge 8xlarge 24xlarge 48xlarge"],
  ["p5", "4xlarge 48xlarge"],
  ["m7i c7i r7i", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"],
  ["r7gd", "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"],
  ["p6e-gb200", "36xlarge"],
];

const training: Families = [
  ["m4", "xlarge 2xlarge 4xlarge 10xlarge 16xlarge"],
  ["g4dn", "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"],
  ["m5", "large xlarge 2xlarge 4xlarge 12xlarge 24xlarge"],
  ["c4", "xlarge 2xlarge 4xlarge 8xlarge"],
  ["p2", "xlarge 8xlarge 16xlarge"],
  ["p3", "2xlarge 8xlarge 16xlarge"],
  ["p3dn p4d p4de", "24xlarge"],
  ["p5", "4xlarge 48xlarge"],
  ["p5e p5en trn2 p6-b200 p6-b300", "48xlarge"],
  ["c5 c5n", "xlarge 2xlarge 4xlarge 9xlarge 18xlarge"],
  ["g5 g6 g6e", "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"],
  ["trn1", "2xlarge 32xlarge"],
  ["trn1n", "32xlarge"],
  ["m6i", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge"],
  ["c6i", "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge"],
  ["r5d r5", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"],
  ["t3", "medium large xlarge 2xlarge"],
  ["m7i c7i r7i", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"],
  ["p6e-gb200", "36xlarge"],
  ["g7e", "2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge"],
];

const typesOf = (families: Families): string[] =>
  families.flatMap(([names, sizes]) =>
    names.split(" ").flatMap((name) => sizes.split(" ").map((size) => `ml.${name}.${size}`)),
  );

const known = { endpoints: typesOf(hosting), training: typesOf(training) } as const;

/** Whether the list has a type, and which of it was probably meant where it has not. */
export function lookUp(
  instanceType: string,
  use: keyof typeof known,
): { readonly known: boolean; readonly hint?: string } {
  if (known[use].includes(instanceType)) return { known: true };
  const hint = nearest(instanceType, known[use]);
  return hint === undefined ? { known: false } : { known: false, hint };
}

/** What a reader would ask of a type that the list does not have; undefined where it has it. */
export function typeDoubt(instanceType: string, use: keyof typeof known): string | undefined {
  const { known: has, hint } = lookUp(instanceType, use);
  if (has) return undefined;
  const tail = hint === undefined ? "" : `; did you mean ${hint}?`;
  return `SageMaker's API had no ${instanceType} for ${use} when this version was made${tail}`;
}
