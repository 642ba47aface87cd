/** The weights asked for of an endpoint's variants, by variant. Named by the endpoint. */
import * as z from "zod";
import { setWeights, viewEndpoint } from "../serving/sagemaker/endpoints.ts";
import { defineResource, mustBe } from "./define.ts";

export const weights = defineResource({
  state: z.record(z.string(), z.number()),
  async read(aws, name) {
    const { variants } = await viewEndpoint(aws, name);
    return Object.fromEntries(variants.map((variant) => [variant.name, variant.desiredWeight]));
  },
  put: (aws, name, { to }) => setWeights(aws, name, mustBe(to, name)),
});
