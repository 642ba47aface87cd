/** A model, by its name. Its state is all that AWS describes of it and takes when it is made. */
import { putModel, readModel } from "../serving/sagemaker/models.ts";
import { asDescribed } from "./as-described.ts";
import { defineResource } from "./define.ts";

export const model = defineResource({
  state: asDescribed,
  read: readModel,
  put: (aws, name, { to }) => putModel(aws, name, to),
});
