/** A fleet that can lose an availability zone: what of it is left then still serves all that it is sized for. */
import * as z from "zod";

export const ZoneSpare = z
  .strictObject({
    ofZones: z
      .int()
      .min(2)
      .max(6)
      .describe("In how many zones its instances are: as many as its subnets are in, evenly spread."),
  })
  .describe(
    "What a candidate has beyond its share of the load, so that one zone may be lost; without this it has none.",
  );
export type ZoneSpare = z.infer<typeof ZoneSpare>;

/** Instances of which so many are left when the zone with most of them is lost; evenly spread, no zone has two more than another. */
export function withZoneSpare(spare: ZoneSpare | undefined, needed: number): number {
  if (spare === undefined || needed <= 0) return needed;
  let instances = needed;
  while (instances - Math.ceil(instances / spare.ofZones) < needed) instances++;
  return instances;
}
