/** What a release may spend: the part of a plan that bounds its money, its locked minutes and its way back. */
import * as z from "zod";
import { percentField } from "../units.ts";
import { instanceType } from "./instances.ts";

export const Budget = z
  .strictObject({
    usdPerRelease: z
      .number()
      .positive()
      .describe("What the capacity raised for one release may cost on top of the steady fleet, US dollars."),
    usdPerMonth: z
      .number()
      .positive()
      .optional()
      .describe(
        "What the milestones that come in one month may cost together, US dollars, as they are estimated: `slipway calendar` says where they would cost more.",
      ),
    maxLockedMinutes: z
      .number()
      .min(0)
      .default(0)
      .describe("Minutes in which a count change may bar the way back while the candidate carries traffic."),
    wayBack: z
      .strictObject({
        usd: z
          .number()
          .positive()
          .max(1_000_000)
          .optional()
          .describe("US dollars on top of the steady fleet; half of usdPerRelease where it is absent."),
        minutes: z
          .int()
          .min(30)
          .max(2880)
          .default(180)
          .describe("Minutes until what is not back yet is left to the sweep."),
        updates: z
          .int()
          .min(1)
          .max(10)
          .default(4)
          .describe("How often the endpoint may be moved back in vain, for want of capacity."),
      })
      .prefault({})
      .describe("What a way back may take, beside what the release may."),
    discountPercent: percentField(
      z
        .number()
        .min(0)
        .max(95)
        .describe(
          "What a Savings Plan or an agreement takes off AWS's list prices, percent; not off those under prices, which are what is paid.",
        ),
    ).optional(),
    unpriced: z
      .array(instanceType)
      .max(100)
      .default([])
      .describe(
        "Instance types that may be raised although nobody knows their price: their hours count in no cost.",
      ),
  })
  .describe("What a release may spend, in money and in locked minutes.");
