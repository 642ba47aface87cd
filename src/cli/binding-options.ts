/** The options that say which deployment a command is for. Each outranks the environment, and that a slipway.yml. */
import type { Option } from "./arguments.ts";

export const fileName = "slipway.yml";

export const bindingOptions = {
  stage: { value: "STAGE", help: `which deployment (or SLIPWAY_STAGE, or stage in a ${fileName})` },
  profile: { value: "NAME", help: `whose credentials (or AWS_PROFILE, or profile in a ${fileName})` },
  region: {
    value: "REGION",
    help: `where it is (or AWS_REGION, or region in a ${fileName}, or the profile's)`,
  },
} as const satisfies Record<string, Option>;
