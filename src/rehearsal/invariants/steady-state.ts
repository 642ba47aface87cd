/** What an endpoint must be like when a promoted release gives its lock back. */
import type { ResourceKind } from "../../core/release/resource-kinds.ts";
import type { AccountSnapshot, EndpointSnapshot, ScalingSnapshot } from "./account-snapshot.ts";
import { same } from "./equality.ts";
import type { Difference } from "./left-behind.ts";
import { endpointBefore, endpointOf, type Passage } from "./passages.ts";
import type { Scene } from "./scene.ts";

/** What is otherwise; nothing where an outside hand moved the endpoint. */
export function notSteady(passage: Passage, account: AccountSnapshot, scene: Scene): Difference[] {
  const name = endpointOf(passage) ?? "";
  const [before, now] = [endpointBefore(passage), account.endpoints.get(name)];
  if (scene.outside.touched({ kind: "routing", name }) !== undefined) return [];
  if (before === undefined || now === undefined) return differs("routing", name, `endpoint ${name} is gone`);
  const weighed = scene.outside.touched({ kind: "weights", name }) === undefined;
  return [
    ...now.variants.flatMap((variant) => variantLeft(variant, before)),
    ...(weighed ? now.variants.flatMap((variant) => weightless(variant, name)) : []),
    ...scalingLeft(passage, now, { account, scene }),
  ];
}

type Variant = EndpointSnapshot["variants"][number];

const differs = (kind: ResourceKind, name: string, what: string): Difference[] => [
  { what, resource: { kind, name } },
];

function variantLeft({ name }: Variant, before: EndpointSnapshot): Difference[] {
  return before.variants.some((each) => each.name === name)
    ? differs("routing", before.name, `${name} is still on endpoint ${before.name} after the promotion`)
    : [];
}

function weightless({ name, weight, desiredWeight }: Variant, endpoint: string): Difference[] {
  if (weight !== desiredWeight) return differs("weights", endpoint, `the weight of ${name} is not in force`);
  return weight === 0 ? differs("weights", endpoint, `${name} serves with weight 0 after the promotion`) : [];
}

/** Each variant that serves has the scaling that stable had, and nothing else of the endpoint is scaled. */
function scalingLeft(
  passage: Passage,
  endpoint: EndpointSnapshot,
  { account, scene }: { account: AccountSnapshot; scene: Scene },
): Difference[] {
  const idOf = (variant: string) => `endpoint/${endpoint.name}/variant/${variant}`;
  const touched = (name: string) => scene.outside.touched({ kind: "scaling", name }) !== undefined;
  const isIts = (id: string) => id.startsWith(idOf(""));
  const model = scene.loans.of(passage.before.scaling, endpoint.name);
  const expected = new Set(model === undefined ? [] : endpoint.variants.map(({ name }) => idOf(name)));
  const behind = [...account.scaling.keys()].filter((id) => isIts(id) && !expected.has(id) && !touched(id));
  const adopting = [...expected].filter((id) => !touched(id));
  return [
    ...adopting.flatMap((id) => notAdopted(id, model, account.scaling.get(id))),
    ...behind.flatMap((id) => differs("scaling", id, `the scaling of ${id} is left behind`)),
  ];
}

/** Bounds and targets follow what an instance can do; suspensions, and policies and actions by name, are stable's. */
function notAdopted(
  id: string,
  was: ScalingSnapshot | undefined,
  is: ScalingSnapshot | undefined,
): Difference[] {
  if (was === undefined || is === undefined)
    return differs("scaling", id, `${id} has no scaling after the promotion`);
  const names = ({ policies, scheduledActions }: ScalingSnapshot) =>
    [...Object.keys(policies), ...Object.keys(scheduledActions)].sort().join(", ");
  return [
    ...(same({ ...was.suspended }, { ...is.suspended })
      ? []
      : differs(
          "scaling",
          id,
          `the suspensions of ${id} are ${JSON.stringify(is.suspended)} after the promotion`,
        )),
    ...(names(was) === names(is)
      ? []
      : differs(
          "scaling",
          id,
          `${id} has the policies and actions "${names(is)}", stable had "${names(was)}"`,
        )),
  ];
}
