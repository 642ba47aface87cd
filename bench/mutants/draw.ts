/** Which mutants are tried: of each area so many, drawn by a seed, spread over its files and operators. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Area, areas, filesOf } from "./areas.ts";
import { flowEditsOf } from "./flow.ts";
import { knownEditsOf } from "./known.ts";
import { hashOf, type Mutant, mutantOf } from "./mutant.ts";
import { editsOf, writeOperators } from "./operators.ts";
import { roleEditsOf } from "./roles.ts";

const editors = {
  TypeScript: (text: string) => editsOf(text),
  writes: (text: string) => editsOf(text, writeOperators),
  flow: flowEditsOf,
  roles: roleEditsOf,
};

/** All mutants of an area, each once. */
export function mutantsOf(area: Area, root: string): Mutant[] {
  const all = filesOf(area, root).flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const known = area.language === "TypeScript" ? knownEditsOf(path, text) : [];
    const edits = [...known, ...editors[area.language](text)];
    return edits.map((edit) => mutantOf(edit, { area: area.name, path, text }));
  });
  return [...new Map(all.map((mutant) => [mutant.id, mutant])).values()];
}

/**
 * The mutants of a seed. Whether one is drawn before another hangs on the seed and the two alone, so that code that is
 * changed later moves few others; those known by hand come on top, no operator and no file has many more than its share of an area.
 */
export function drawn(seed: number, root: string): Mutant[] {
  return areas.flatMap((area) => {
    const mutants = mutantsOf(area, root);
    const all = mutants
      .filter((one) => !isKnown(one))
      .sort((a, b) => (rankOf(seed, a) < rankOf(seed, b) ? -1 : 1));
    const files = new Set(all.map(({ path }) => path)).size;
    const kinds = new Set(all.map((mutant) => kindOf(mutant, "operator"))).size;
    const most = {
      operator: Math.ceil(Math.max(area.drawn / 5, (1.5 * area.drawn) / kinds)),
      path: Math.ceil((1.5 * area.drawn) / files) + 1,
    };
    const taken: Mutant[] = [];
    const places = new Set<string>();
    for (const mutant of all) {
      const same = (of: "operator" | "path") =>
        taken.filter((one) => kindOf(one, of) === kindOf(mutant, of)).length;
      const place = `${mutant.path}:${mutant.line}`;
      const full = same("operator") >= most.operator || same("path") >= most.path;
      if (taken.length === area.drawn || full || (area.language === "TypeScript" && places.has(place)))
        continue;
      places.add(place);
      taken.push(mutant);
    }
    return [...mutants.filter(isKnown), ...taken];
  });
}

/** Those are named by a sentence. */
const isKnown = ({ area, operator }: Mutant): boolean => area !== "roles" && operator.includes(" ");

const kindOf = (mutant: Mutant, of: "operator" | "path"): string =>
  of === "path" ? mutant.path : (mutant.operator.split(" ")[0] ?? "");

const rankOf = (seed: number, { id }: Mutant): string => hashOf(String(seed), id);
