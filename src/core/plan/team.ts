/**
 * Who plans a model together: the side of the model and the side of capacity, whose owners say yes or no for it, and where each
 * is reached. An owner is named as AWS knows a person (core/release/person.ts).
 */
import * as z from "zod";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";

const teamSides = ["model", "capacity"] as const;
export const TeamSide = z.enum(teamSides);
export type TeamSide = z.infer<typeof TeamSide>;

/** What the names of IAM users and of sessions are made of (IAM API reference, CreateUser; STS API reference, AssumeRole). */
const personName = /^[\w+=,.@-]{1,64}$/;

const Owner = z
  .string()
  .superRefine((text, ctx) => {
    if (personName.test(text)) return;
    const name = /^arn:[^:]+:(?:iam|sts)::\d*:(?:user|assumed-role)\/(?:.*\/)?([\w+=,.@-]{1,64})$/.exec(
      text,
    )?.[1];
    tell(ctx, [], {
      expected: "the name of an IAM user or of a person's session, up to 64 of letters, digits and +=,.@_-",
      found: foundText(text),
      ...(name !== undefined && { hint: foundText(name) }),
    });
  })
  .meta({ pattern: personName.source });

const Contact = z
  .string()
  .max(200)
  .regex(
    /^(#[^\s#@<>]+|[^\s#@<>]+@[^\s#@<>]+\.[^\s#@<>]+)$/,
    "a mail address, or a channel such as #chat-models",
  )
  .describe("Where the side is reached: a mail address, or a channel that begins with #.");

const Side = z.strictObject({
  owners: z
    .array(Owner)
    .min(1)
    .max(20)
    .superRefine((owners, ctx) => {
      const names = owners.map((name) => (typeof name === "string" ? name.toLowerCase() : name));
      for (const [nth, name] of names.entries())
        if (names.indexOf(name) < nth)
          tell(ctx, [nth], {
            expected: "each owner once, in upper case or lower",
            found: foundText(owners[nth]),
          });
    })
    .describe(
      "Who answers for the side: names of IAM users, or of sessions whose names AWS vouches for; upper case or lower is the same.",
    ),
  contact: Contact,
});

export const Team = z
  .strictObject({
    model: Side.describe("Who answers for the version: what it is, and by what it is judged."),
    capacity: Side.describe("Who answers for what it runs on: quota, budget, sizes and freezes."),
  })
  .superRefine(({ model, capacity }, ctx) => {
    const names = model.owners.map(lower);
    for (const [nth, name] of capacity.owners.entries())
      if (names.includes(lower(name)))
        tell(ctx, ["capacity", "owners", nth], {
          expected: "nobody of the side of the model: one of each side is two people",
          found: foundText(name),
        });
  })
  .describe("Who plans the model together, and answers for which side of it.");
export type Team = z.infer<typeof Team>;

/** Compared as persons are: in lower case. */
const lower = (name: string): string => name.toLowerCase();

/** A side that has to say something, with who may and where they are reached. */
export const AskedSide = z.object({
  side: TeamSide,
  owners: z.array(z.string()).readonly(),
  contact: z.string(),
});
export type AskedSide = z.infer<typeof AskedSide>;

/** Sides that are named, in the order of `teamSides`; of a plan without a team nobody may answer for them. */
export const sidesOf = (team: Team | undefined, named: readonly TeamSide[]): AskedSide[] =>
  teamSides
    .filter((side) => named.includes(side))
    .map((side) => ({
      side,
      owners: (team?.[side].owners ?? []).map(lower),
      contact: team?.[side].contact ?? "",
    }));

/** Which of these sides a person answers for, by the name as AWS knows it, in lower case. */
export const sideOfPerson = (sides: readonly AskedSide[], person: string): TeamSide | undefined =>
  sides.find(({ owners }) => owners.includes(person))?.side;

/** `capacity (cleo or dan; #ml-capacity)` */
const sideText = ({ side, owners, contact }: AskedSide): string =>
  `${side} (${owners.join(" or ")}; ${contact})`;

/** `model (ann; #chat-models) and capacity (cleo; #ml-capacity)` */
export const sidesText = (sides: readonly AskedSide[]): string => sides.map(sideText).join(" and ");
