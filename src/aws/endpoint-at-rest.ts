/** An endpoint as a plan describes it: what its variants run on, how many there are, and how they scale by themselves. */
import { invocationsTarget } from "../core/capacity/scaling.ts";
import { readScaling } from "./application-auto-scaling.ts";
import type { Aws } from "./clients.ts";
import { ifThere } from "./errors.ts";
import { servingPlatform } from "./serving/platforms.ts";

interface VariantAtRest {
  readonly name: string;
  /** Empty where its configuration has been deleted. */
  readonly instanceType: string;
  readonly instances: number;
  readonly scaling?: {
    readonly min: number;
    readonly max: number;
    /** So many invocations of an instance it scales for, where it follows them. */
    readonly invocationsPerMinute?: number;
  };
}

/** Undefined where there is no endpoint of that name. */
export async function endpointAtRest(
  aws: Aws,
  name: string,
): Promise<{ readonly variants: readonly VariantAtRest[] } | undefined> {
  const platform = servingPlatform(aws);
  const found = await ifThere(() => platform.look(name));
  if (found === undefined) return undefined;
  const variants: VariantAtRest[] = [];
  for (const one of found.variants) {
    const scaling = await readScaling(aws, platform.scaling.of(name, one.name).name);
    const invocationsPerMinute = scaling === null ? undefined : invocationsTarget(scaling);
    variants.push({
      name: one.name,
      instanceType: one.instanceType,
      instances: one.currentInstances,
      ...(scaling !== null && {
        scaling: {
          min: scaling.min,
          max: scaling.max,
          ...(invocationsPerMinute !== undefined && { invocationsPerMinute }),
        },
      }),
    });
  }
  return { variants };
}
