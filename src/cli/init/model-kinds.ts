/** Kinds of model, each with a plan to begin with: its KPIs, bakes and requirements, and why they are so. */
import { readdirSync, readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { planKinds } from "../own-files.ts";

export const modelKinds = (): string[] =>
  readdirSync(planKinds)
    .filter((file) => file.endsWith(".yml"))
    .map((file) => file.slice(0, -4))
    .sort();

/** The text of a kind's plan. */
export const kindText = (kind: string): string => readFileSync(new URL(`${kind}.yml`, planKinds), "utf8");

/** What a kind's plan says of it in the line after the one for editors, as a part of a sentence. */
export function aboutKind(kind: string): string {
  const [, about = ""] = (parseDocument(kindText(kind)).commentBefore ?? "").split("\n");
  const text = about.trim().replace(/\.$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The instance type that a kind's plan has. */
export const kindsInstanceType = (kind: string): string =>
  String(parseDocument(kindText(kind)).getIn(["endpoint", "instanceType"]));

/** How full an instance may run by a kind's plan, percent; as most have it where no kind is given yet. */
export const kindsUtilisation = (kind = ""): number =>
  modelKinds().includes(kind)
    ? Number(parseDocument(kindText(kind)).getIn(["requirements", "utilisationPercent"]))
    : 70;
