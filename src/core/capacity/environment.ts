/**
 * The environment of a candidate's container: its package's own, what the serving model was given when it was created,
 * and what the plan says. SageMaker takes one beside a package's own (aws/sagemaker-python-sdk#3581); whether it adds
 * or replaces is unconfirmed, so the whole is sent.
 */
import type { ContainerDescription } from "./serving.ts";

type Variables = Readonly<Record<string, string>>;

export interface CarriedEnvironment {
  /** To be given at CreateModel; undefined where the package's own is all. */
  readonly environment?: Variables;
  /** One sentence for each variable of the serving model of which it is not known what it should be. */
  readonly unclear: readonly string[];
}

/** Variables by which containers of AWS and of others are told what to serve (their documentations). */
const modelNames =
  /^(HF_MODEL_ID|MODEL_ID|OPTION_MODEL_ID|SM_VLLM_MODEL|VLLM_MODEL|SAGEMAKER_SUBMIT_DIRECTORY)$/;

/** Whether a variable says which model or code is served: carried over, the candidate would be stable once more. */
const namesModel = (key: string, value: string) =>
  value.startsWith("s3://") || (modelNames.test(key) && !value.startsWith("/"));

/**
 * A variable that the package has as well is the package's, unless the serving model was made from a package too: then
 * somebody set another value on purpose, and which is meant cannot be known. Values are not told: they may be secret.
 */
export function carriedEnvironment(sides: {
  readonly serving: ContainerDescription;
  readonly next: ContainerDescription;
  readonly planned: Variables;
}): CarriedEnvironment {
  const { serving, next, planned } = sides;
  const own = next.Environment ?? {};
  const carried: Record<string, string> = {};
  const unclear: string[] = [];
  for (const [key, value] of Object.entries(serving.Environment ?? {})) {
    if (key in planned || own[key] === value) continue;
    if (own[key] !== undefined) {
      if (serving.ModelPackageName !== undefined)
        unclear.push(`${key} is set otherwise in the serving model than in the package`);
    } else if (namesModel(key, value)) unclear.push(`${key} of the serving model says what it serves`);
    else carried[key] = value;
  }
  const added = { ...carried, ...planned };
  return Object.keys(added).length === 0 ? { unclear } : { environment: { ...own, ...added }, unclear };
}
