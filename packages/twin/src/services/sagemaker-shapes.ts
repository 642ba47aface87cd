/** Members that several SageMaker operations share, with the constraints of the API's own model. */
import * as z from "zod";
import {
  clusterInstanceTypes,
  hostingInstanceTypes,
  trainingInstanceTypes,
} from "./sagemaker-instance-types.ts";

/** EndpointName, EndpointConfigName, VariantName, TrainingJobName. */
export const entityName = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
export const modelName = z
  .string()
  .max(63)
  .regex(/^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/);
export const hostingInstanceType = z.enum(hostingInstanceTypes as [string, ...string[]]);
export const clusterInstanceType = z.enum(clusterInstanceTypes as [string, ...string[]]);
export const trainingInstanceType = z.enum(trainingInstanceTypes as [string, ...string[]]);
export const roleArn = z
  .string()
  .min(20)
  .max(2048)
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/);
/** A 32-bit float (API model, VariantWeight): what is described is not quite what was sent. */
export const weight = z.number().min(0).transform(Math.fround);
const epochSeconds = z.number();

const order = z.enum(["Ascending", "Descending"]);
/** How lists of configurations and models are sorted: by creation time, newest first, unless told otherwise. */
export const byNameOrTime = {
  SortBy: z.enum(["Name", "CreationTime"]).default("CreationTime"),
  SortOrder: order.default("Descending"),
};
/** Lists of endpoints. */
export const byStatusToo = {
  ...byNameOrTime,
  SortBy: z.enum(["Name", "CreationTime", "Status"]).default("CreationTime"),
};
/** "The default is Ascending" (API reference of ListModelPackages and ListTrainingJobs, unlike the other lists). */
export const oldestFirst = { SortOrder: order.default("Ascending") };

/** What the List operations of SageMaker have in common, besides their order. */
export const listing = {
  NextToken: z.string().max(8192).optional(),
  MaxResults: z.int().min(1).max(100).default(10),
  NameContains: z.string().max(63).optional(),
  CreationTimeBefore: epochSeconds.optional(),
  CreationTimeAfter: epochSeconds.optional(),
};
export type Listing = z.output<z.ZodObject<typeof listing & typeof byStatusToo>>;

interface Listed {
  readonly name: string;
  readonly creationMs: number;
  readonly status?: string;
}

/** Filters and sorts. "Greater than or equal to" the time of CreationTimeAfter, before that of CreationTimeBefore (API reference). */
export function listed<T extends Listed>(items: Iterable<T>, input: Listing): T[] {
  const after = input.CreationTimeAfter ?? Number.NEGATIVE_INFINITY;
  const before = input.CreationTimeBefore ?? Number.POSITIVE_INFINITY;
  const found = [...items].filter(
    (item) =>
      item.creationMs >= after * 1000 &&
      item.creationMs < before * 1000 &&
      item.name.includes(input.NameContains ?? ""),
  );
  const direction = input.SortOrder === "Ascending" ? 1 : -1;
  const byName = (a: T, b: T) => (a.name < b.name ? -1 : 1);
  const byTime = (a: T, b: T) => a.creationMs - b.creationMs || byName(a, b);
  const byStatus = (a: T, b: T) =>
    a.status === b.status ? byTime(a, b) : (a.status ?? "") < (b.status ?? "") ? -1 : 1;
  const compare = { Name: byName, CreationTime: byTime, Status: byStatus }[input.SortBy];
  return found.sort((a, b) => direction * compare(a, b));
}
