/** The instance types that a plan names, each with where it does: what prices and limits are asked about. */
import type { PathStep } from "../input/bad-input.ts";
import { type MilestoneKind, milestoneKinds } from "./milestones.ts";
import { type Plan, type ReleaseType, releaseTypes } from "./plan.ts";

export interface NamedType {
  readonly instanceType: string;
  readonly path: readonly PathStep[];
  /** Of which type of release, or of which milestone's capacity, it is; neither: of an endpoint that serves. */
  readonly releaseType?: ReleaseType;
  readonly milestone?: MilestoneKind;
}

/** In the plan's order; a type comes as often as it is named. */
export function namedTypes(plan: Pick<Plan, "endpoint" | "releaseTypes" | "milestones">): NamedType[] {
  const { staging } = plan.milestones;
  const stagingType = staging?.release?.endpoint.instanceType;
  return [
    { instanceType: plan.endpoint.instanceType, path: ["endpoint", "instanceType"] },
    ...releaseTypes.flatMap((releaseType) => ofReleaseType(plan, releaseType)),
    ...(stagingType === undefined
      ? []
      : [
          {
            instanceType: stagingType,
            path: ["milestones", "staging", "release", "endpoint", "instanceType"],
          },
        ]),
    ...milestoneKinds.flatMap((milestone) =>
      (["pool", "cluster"] as const).flatMap((key): NamedType[] => {
        const instanceType = plan.milestones[milestone]?.[key]?.instanceType;
        if (instanceType === undefined) return [];
        return [{ instanceType, milestone, path: ["milestones", milestone, key, "instanceType"] }];
      }),
    ),
  ];
}

function ofReleaseType(
  { releaseTypes: types }: Pick<Plan, "releaseTypes">,
  releaseType: ReleaseType,
): NamedType[] {
  const needs = types[releaseType]?.inference;
  if (needs === undefined) return [];
  const path = ["releaseTypes", releaseType, "inference"];
  const { instanceType, fallback = [] } = needs;
  return [
    { instanceType, releaseType, path: [...path, "instanceType"] },
    ...fallback.map((other, nth) => ({
      instanceType: other.instanceType,
      releaseType,
      path: [...path, "fallback", nth, "instanceType"],
    })),
  ];
}
