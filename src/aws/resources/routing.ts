/** The configuration that an endpoint serves, or moves to. Named by the endpoint. */
import * as z from "zod";
import { updateEndpoint, viewEndpoint } from "../serving/sagemaker/endpoints.ts";
import { defineResource, mustBe } from "./define.ts";

export const routing = defineResource({
  state: z.string(),
  async read(aws, name) {
    const { config, pendingConfig } = await viewEndpoint(aws, name);
    return pendingConfig ?? config;
  },
  put: (aws, name, { to }) => updateEndpoint(aws, name, mustBe(to, name)),
});
