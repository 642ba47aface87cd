/** Capacity in a world: how long instances take, how their models load, and of which there are few or none. */
import * as z from "zod";

const count = z.int().min(0).max(100_000);
const seconds = z.number().positive().max(1_000_000);

export const Provisioning = z.strictObject({
  secondsP50: seconds.default(346).describe("Seconds until a new instance is InService: the median."),
  secondsP95: seconds.default(525).describe("The 95th percentile of the same; log-normal between."),
  // llm-d/llm-d#852: eight that pull 60 GB at once
  secondsPerOther: z
    .number()
    .min(0)
    .max(100_000)
    .default(0)
    .describe(
      "By how many seconds each takes longer for each other that is launched with it: their images and models are pulled at once.",
    ),
  modelLoadSeconds: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(60)
    .describe("Seconds after InService until the model is loaded and answers."),
  // aws/sagemaker-inference-toolkit#138
  healthCheck: z
    .enum(["deep", "shallow"])
    .default("deep")
    .describe(
      "What the container's health check says meanwhile: deep holds requests off until the model is loaded, shallow lets them come and fail.",
    ),
  poolInstances: count
    .optional()
    .describe("Instances that the region can still give; enough where this is absent."),
  shortTypes: z
    .int()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      "Of so many of the types that a new version may run on, in the account's order, the region can give no more than serve between releases.",
    ),
  giveUpSeconds: seconds
    .default(900)
    .describe("Seconds until an update that finds no capacity gives up and rolls back."),
});
