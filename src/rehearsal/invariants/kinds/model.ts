/** A model, as the checkers see it: it is there, or it is not. */
import { textOf } from "../observation.ts";
import { type CheckedKind, isGone, isThere, moreOrLess } from "./define.ts";

export const model = {
  kind: "model",
  read: ({ world }, name) => (world.state.models.has(name) ? name : null),
  names: ({ world }) => world.state.models.keys(),
  usedBy: ({ variants }) => variants.map(({ modelName }) => modelName),
  tagsOf({ world }, name) {
    const found = world.state.models.get(name);
    return found && (found.tags ?? {});
  },
  steady: (before, _, { variants }) =>
    new Map([...before, ...variants.map(({ modelName }) => [modelName, modelName] as const)]),

  calls: {
    "sagemaker.CreateModel": (call) => ({ name: textOf(call, "ModelName"), leadsTo: isThere }),
    "sagemaker.DeleteModel": (call) => ({ name: textOf(call, "ModelName"), leadsTo: isGone }),
  },
  makes: { operation: "sagemaker.CreateModel", most: 1 },

  left: (looks) => moreOrLess("model", looks),

  isServed: true,
} satisfies CheckedKind<string>;
