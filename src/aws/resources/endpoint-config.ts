/** An endpoint's configuration, by its name. Its state is all that AWS describes of it and takes when it is made. */
import { putConfig, readConfig } from "../serving/sagemaker/models.ts";
import { asDescribed } from "./as-described.ts";
import { defineResource } from "./define.ts";

export const endpointConfig = defineResource({
  state: asDescribed,
  read: readConfig,
  put: (aws, name, { to }) => putConfig(aws, name, to),
});
