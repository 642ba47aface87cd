/** The instances asked for of a variant. Named by endpoint and variant. */
import * as z from "zod";
import { variantOf } from "../../core/capacity/endpoint.ts";
import { setInstances, viewEndpoint } from "../serving/sagemaker/endpoints.ts";
import { defineResource, mustBe } from "./define.ts";

function partsOf(name: string): readonly [endpoint: string, variant: string] {
  const cut = name.lastIndexOf("/");
  return [name.slice(0, cut), name.slice(cut + 1)];
}

export const count = defineResource({
  state: z.int(),
  async read(aws, name) {
    const [endpoint, variant] = partsOf(name);
    return variantOf(await viewEndpoint(aws, endpoint), variant)?.desiredInstances ?? null;
  },
  async put(aws, name, { to }) {
    const [endpoint, variant] = partsOf(name);
    return setInstances(aws, endpoint, { name: variant, instances: mustBe(to, name) });
  },
});
