/** The serving platforms, and which of them an endpoint is on. */
import type { ServingPlatform } from "../../core/release/serving-platform.ts";
import type { Aws } from "../clients.ts";
import { sagemaker } from "./sagemaker/platform.ts";

const platforms = { sagemaker } as const satisfies Readonly<Record<string, (aws: Aws) => ServingPlatform>>;

/** The platform that releases are on. Plans name none as long as there is one. */
export const servingPlatform = (aws: Aws): ServingPlatform => platforms.sagemaker(aws);
