/** The job that primes a warm pool, by its name; there is none once it holds no instances any more. */
import { endPool, jobExists, Primer, readPrimer, startPrimer } from "../sagemaker-training.ts";
import { defineResource, mustBe } from "./define.ts";

export const trainingJob = defineResource({
  state: Primer,
  read: readPrimer,
  put: (aws, name, { to }) =>
    to === null ? endPool(aws, name) : startPrimer(aws, name, mustBe(to.pool ?? null, name), to.tags),
  // Jobs stay, whatever has become of them.
  isTaken: jobExists,
});
