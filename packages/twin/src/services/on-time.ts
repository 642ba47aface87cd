/** Every call finds the world as it is at the call's moment: the world lives on until then first. */
import type { World } from "../world/region.ts";
import type { Operation } from "./service.ts";

export function onTime(
  world: World,
  operations: Readonly<Record<string, Operation>>,
): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]): [string, Operation] => [
      name,
      (input, call) => {
        world.advanceTo(call.at);
        return operation(input, call);
      },
    ]),
  );
}
