/** Every key of a plan as tables, out of the schema that editors use: a section for each key of the first level. */
import { cell, tableOf } from "./parts.ts";
import { fallbackText, formsOf, type Schema, typeText } from "./schema-words.ts";

/** In the order in which a plan is written, each under a sentence of its own. */
const sections: Readonly<Record<string, { readonly keys: readonly string[]; readonly about: string }>> = {
  "Which model": {
    keys: ["$schema", "model", "modelPackageGroupArn"],
    about: "",
  },
  Endpoint: { keys: ["endpoint"], about: "What serves between releases." },
  Requirements: {
    keys: ["requirements"],
    about: "What must hold at the load to be ready for. Ceilings follow from it where `kpis` names none.",
  },
  "Release types": {
    keys: ["defaultReleaseType", "releaseTypes"],
    about:
      "What a candidate runs on. Which type a release is of, the event says, or the version's metadata property `slipway:release-type`, or this default.",
  },
  Milestones: {
    keys: ["milestones", "leadTimeQuantile"],
    about:
      "What happens when. `production` is the release itself; the others raise capacity for work of the team's.",
  },
  Rollout: {
    keys: ["rollout"],
    about: "Which share the candidate has for how long, and what becomes of doubt.",
  },
  Warmth: { keys: ["warmth"], about: "How it is proved that each instance answers before it gets traffic." },
  "Test under load": {
    keys: ["loadTest"],
    about:
      "Whether the candidate is sent requests of its own before it gets traffic: [below](#a-test-under-load).",
  },
  KPIs: {
    keys: ["kpis"],
    about: "What the candidate is judged by: [JUDGING.md](JUDGING.md) says which to choose.",
  },
  "Quality after the promotion": {
    keys: ["quality"],
    about:
      "By which late metrics of the team's a version is watched for days: [below](#quality-that-shows-days-later).",
  },
  Budget: { keys: ["budget", "prices"], about: "What a release may raise, and what instances cost." },
  "Between releases": {
    keys: ["scaling"],
    about:
      "How the minimum of the endpoint's auto scaling follows its load, or what that is foreseen to be. [OPERATIONS.md](OPERATIONS.md#a-minimum-that-follows-the-load) says what it leaves alone.",
  },
  Team: {
    keys: ["team"],
    about: "Who answers for which side of the plan: [above](#two-sides-of-a-team).",
  },
  "Another registry's say": {
    keys: ["registry"],
    about:
      "What says that an approved version is to be released, where it is not [its approval](#released-by-a-tag-on-its-image).",
  },
  "Alarms, queue and freezes": {
    keys: ["alarms", "whenBusy", "freezes"],
    about: "What of the outside keeps a release from beginning or going on.",
  },
  Gates: {
    keys: ["gates"],
    about:
      "Which security and compliance checks the way forward has to pass: [below](#security-and-compliance-gates).",
  },
  Evidence: {
    keys: ["evidence"],
    about:
      "For how long what shows each change is kept. [OPERATIONS.md](OPERATIONS.md#evidence) says what that is, and where.",
  },
  Alongside: { keys: ["alongside"], about: "What the model leans on beside its endpoint." },
  Tags: {
    keys: ["tags"],
    about: "What models, endpoint configurations and priming jobs of a release say beside whose they are.",
  },
  Proposals: {
    keys: ["proposals"],
    about:
      "What the plan says to what Slipway has for it, and what of it is [done by itself](#a-fleet-that-is-adjusted-by-itself).",
  },
  Telemetry: {
    keys: ["telemetry"],
    about: "Where each release is sent to as a trace, once it is over; nowhere without it.",
  },
};

export function planKeys(root: Schema): string {
  const known = new Set(Object.values(sections).flatMap(({ keys }) => keys));
  const forgotten = Object.keys(root.properties ?? {}).filter((key) => !known.has(key));
  if (forgotten.length > 0) throw new Error(`in no section of docs/PLANS.md: ${forgotten.join(", ")}`);
  const first = firstPlaces(root);
  return Object.entries(sections)
    .map(([title, { keys, about }]) => {
      const properties = Object.fromEntries(keys.map((key) => [key, root.properties?.[key] ?? {}]));
      const rows = rowsOf({ properties, required: root.required ?? [] }, "", first);
      const table = tableOf(["key", "what it takes", "default", "what it says"], rows);
      return [`### ${title}`, ...(about === "" ? [] : [about]), table].join("\n\n");
    })
    .join("\n\n");
}

/** The same of a file that needs no sections. */
export const keyTable = (root: Schema): string =>
  tableOf(["key", "what it takes", "default", "what it says"], rowsOf(root, "", firstPlaces(root)));

type Placed = readonly [path: string, schema: Schema];

/** Where each map is told: at its shallowest place. Elsewhere a row says so. */
function firstPlaces(root: Schema): Map<string, string> {
  const places = new Map<string, string>();
  for (let level: Placed[] = [["", root]]; level.length > 0; level = level.flatMap(within))
    for (const [path, schema] of level) if (!places.has(printOf(schema))) places.set(printOf(schema), path);
  return places;
}

/** The maps one level down. */
const within = ([path, schema]: Placed): Placed[] =>
  formsOf(schema.items ?? schema).flatMap(({ properties = {} }) =>
    Object.entries(properties)
      .filter(([, inner]) => hasKeys(inner))
      .map(([key, inner]): Placed => [pathOf(path, schema, key), inner]),
  );

const hasKeys = (schema: Schema): boolean =>
  formsOf(schema.items ?? schema).some(({ properties }) => properties !== undefined);

/** What it takes, whatever is said of it here. */
const printOf = ({ description: _, default: __, contains: ___, ...rest }: Schema): string =>
  JSON.stringify(rest);

const pathOf = (path: string, { items }: Schema, key: string): string =>
  path === "" ? key : `${path}${items === undefined ? "" : "[]"}.${key}`;

type Row = readonly string[];

function rowsOf(schema: Schema, path: string, first: ReadonlyMap<string, string>): Row[] {
  const forms = formsOf(schema.items ?? schema);
  return mergedKeys(forms).flatMap(({ key, schema: inner, of, isRequired }) => {
    const own = pathOf(path, schema, key);
    const told = hasKeys(inner) ? first.get(printOf(inner)) : undefined;
    const elsewhere = told !== undefined && told !== own;
    const rows = elsewhere || !hasKeys(inner) ? [] : rowsOf(inner, own, first);
    const words = [of, inner.description ?? "", elsewhere ? `Its keys are those of \`${told}\`.` : ""];
    const text = words.filter((each) => each !== "").join(" ");
    const row = [`\`${own}\``, cell(typeText(inner)), isRequired || fallbackText(inner), cell(text)];
    return [row, ...rows];
  });
}

interface MergedKey {
  readonly key: string;
  readonly schema: Schema;
  /** Of which forms, where not of all. */
  readonly of: string;
  readonly isRequired: string;
}

/** The keys of all forms of a map, each once for all forms that take it alike. */
function mergedKeys(forms: readonly Schema[]): MergedKey[] {
  const keys = new Set(forms.flatMap(({ properties = {} }) => Object.keys(properties)));
  return [...keys].flatMap((key): MergedKey[] => {
    const having = forms.filter(({ properties = {} }) => properties[key] !== undefined);
    const constants = having.map((form) => form.properties?.[key]?.const);
    if (forms.length > 1 && constants.every((each) => each !== undefined)) {
      const schema = { enum: [...new Set(constants)], ...describedBy(having, key) };
      return [{ key, schema, of: "", isRequired: requiredText(key, having, forms) }];
    }
    const alike = Map.groupBy(having, (form) => JSON.stringify(form.properties?.[key]));
    return [...alike.values()].map((same) => ({
      key,
      schema: same[0]?.properties?.[key] ?? {},
      of: same.length === forms.length ? "" : formNames(same, forms),
      isRequired: requiredText(key, same, forms),
    }));
  });
}

/** What the constants of forms have in common to say. */
function describedBy(forms: readonly Schema[], key: string): { description?: string } {
  const texts = new Set(forms.flatMap((form) => form.properties?.[key]?.description ?? []));
  const own = forms.flatMap((form) => {
    const { description } = form;
    const name = form.properties?.[key]?.const;
    return description === undefined ? [] : [`\`${String(name)}\`: ${description}`];
  });
  const description = [...texts, ...own].join(" ");
  return description === "" ? {} : { description };
}

function requiredText(key: string, same: readonly Schema[], forms: readonly Schema[]): string {
  if (!same.every(({ required = [] }) => required.includes(key))) return "";
  return same.length === forms.length || forms.some((form) => nameOf(form) !== undefined)
    ? "must be given"
    : "one of these";
}

const nameOf = ({ properties = {} }: Schema): string | undefined => {
  const named = Object.values(properties).find((each) => each.const !== undefined)?.const;
  return named === undefined ? undefined : String(named);
};

/** "Of `extend`:"; of forms without a name, nothing. */
function formNames(same: readonly Schema[], forms: readonly Schema[]): string {
  const names = same.flatMap((form) => nameOf(form) ?? []);
  if (names.length === 0) return "";
  const others = forms.filter((form) => !same.includes(form)).flatMap((form) => nameOf(form) ?? []);
  if (others.length === 1) return `Not of \`${others[0]}\`.`;
  return `Of ${names.map((name) => `\`${name}\``).join(", ")}.`;
}
