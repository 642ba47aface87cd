/** Members that several SageMaker operations share, with the constraints of the API's own model. */
import * as z from "zod";

/** EndpointName, EndpointConfigName, VariantName, TrainingJobName. */
export const entityName = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
export const modelName = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/);
export const instanceType = z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/);
export const roleArn = z
  .string()
  .min(20)
  .max(2048)
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/);
/** A 32-bit float (API model, VariantWeight): what is described is not quite what was sent. */
export const weight = z.number().min(0).transform(Math.fround);
const epochSeconds = z.number();

/** What the List operations of SageMaker have in common. */
export const listing = {
  SortBy: z.string().optional(),
  SortOrder: z.enum(["Ascending", "Descending"]).optional(),
  NextToken: z.string().max(8192).optional(),
  MaxResults: z.int().min(1).max(100).default(10),
  NameContains: z.string().max(63).optional(),
  CreationTimeBefore: epochSeconds.optional(),
  CreationTimeAfter: epochSeconds.optional(),
};
export type Listing = z.output<z.ZodObject<typeof listing>>;

interface Listed {
  readonly name: string;
  readonly creationMs: number;
}

/** Filters and sorts; by creation time, newest first, unless told otherwise. */
export function listed<T extends Listed>(items: Iterable<T>, input: Listing): T[] {
  const after = input.CreationTimeAfter ?? Number.NEGATIVE_INFINITY;
  const before = input.CreationTimeBefore ?? Number.POSITIVE_INFINITY;
  const found = [...items].filter(
    (item) =>
      item.creationMs > after * 1000 &&
      item.creationMs < before * 1000 &&
      item.name.includes(input.NameContains ?? ""),
  );
  const direction = input.SortOrder === "Ascending" ? 1 : -1;
  const byName = (a: T, b: T) => (a.name < b.name ? -1 : 1);
  const byTime = (a: T, b: T) => a.creationMs - b.creationMs || byName(a, b);
  return found.sort((a, b) => direction * (input.SortBy === "Name" ? byName(a, b) : byTime(a, b)));
}
