/**
 * A chain of evidence as OSCAL assessment results (NIST, model 1.0.6): an observation for each pack, and a finding for each gate of
 * each release that asked for one. It says what a gate supports, and what nobody may conclude from it; never that anything is complied
 * with. The same chain gives the same text.
 */
import type { Head } from "../core/evidence/envelope.ts";
import type { ChangePack, Pack } from "../core/evidence/pack.ts";
import { notShownBy, supportedBy } from "../core/gates/controls.ts";
import { type GateName, gateNames } from "../core/gates/names.ts";

/** A chain that was verified up to its head, with the packs that lie in it. */
export interface VerifiedChain {
  readonly head: Head;
  /** SHA-256 of the public key that it was verified by. */
  readonly keyid: string;
  /** In their order. */
  readonly packs: readonly { readonly sequence: number; readonly pack: Pack }[];
}

/** A UUID of version 5 for a name: whoever calls brings it, since it is a digest. */
type UuidOf = (name: string) => string;

interface Prop {
  readonly name: string;
  readonly value: string;
  readonly ns: string;
}
const prop = (name: string, value: string): Prop => ({ name, value, ns: "https://slipway.dev/oscal" });

export function assessmentResults({ head, keyid, packs }: VerifiedChain, uuid: UuidOf) {
  const { subject, hash, sequence, at } = head;
  const named = (name: string) => uuid(`${subject} ${hash} ${name}`);
  const findings = findingsOf(packs, named);
  const [start = at] = packs.map(({ pack }) => pack.since).toSorted();
  const end =
    packs
      .map(({ pack }) => pack.at)
      .toSorted()
      .at(-1) ?? at;
  return {
    "assessment-results": {
      uuid: named("results"),
      metadata: {
        title: `Changes of ${subject}`,
        "last-modified": at,
        version: String(sequence),
        "oscal-version": "1.0.6",
        remarks:
          "What gates supported when a release was let go on. It is no statement that a law, a regulation or a standard is complied with.",
      },
      "import-ap": { href: `#${named("no plan")}` },
      results: [
        {
          uuid: named("result"),
          title: `Numbers 1 to ${sequence}`,
          description: `${packs.length} changes of ${subject}, each as it was signed.`,
          start,
          end,
          props: [prop("key", keyid), prop("head", hash)],
          "reviewed-controls": { "control-selections": selectionsOf(packs) },
          ...(packs.length > 0 && { observations: packs.map((one) => observationOf(one, named)) }),
          ...(findings.length > 0 && { findings }),
        },
      ],
      "back-matter": {
        resources: [
          {
            uuid: named("no plan"),
            title: "No assessment plan",
            description:
              "There is none: gates are asked by each release whose plan has them (docs/PLANS.md), and every change is told.",
          },
        ],
      },
    },
  };
}

/** Names of gates are tokens; so are clauses once what is no part of one is a hyphen. */
const controlId = (framework: string, clause: string): string =>
  `${framework}-${clause.replaceAll(/[^\p{L}\p{N}.]+/gu, "-").replace(/-$/, "")}`;

function selectionsOf(packs: VerifiedChain["packs"]) {
  const asked = new Set(gatesIn(packs).map(({ gate }) => gate));
  const byFramework = new Map<string, Set<string>>();
  for (const gate of gateNames.filter((each) => asked.has(each)))
    for (const { framework, called, clauses } of supportedBy(gate)) {
      const ids = byFramework.get(called) ?? new Set();
      for (const clause of clauses) ids.add(controlId(framework, clause));
      byFramework.set(called, ids);
    }
  if (byFramework.size === 0) return [{ description: "None: no plan of these releases asked for gates." }];
  return [...byFramework].map(([description, ids]) => ({
    description,
    "include-controls": [...ids].map((id) => ({ "control-id": id })),
  }));
}

function observationOf({ sequence, pack }: VerifiedChain["packs"][number], named: UuidOf) {
  return {
    uuid: named(`number ${sequence}`),
    title: `Number ${sequence}`,
    description: describedAs(pack),
    props: [prop("number", String(sequence)), prop("what", pack.what), ...propsOf(pack)],
    methods: ["EXAMINE"],
    types: ["historic"],
    "relevant-evidence": [{ description: `Number ${sequence} of the chain of ${pack.subject}.` }],
    collected: pack.at,
  };
}

function describedAs(pack: Pack): string {
  if (pack.what === "untold") return `${pack.count} changes of which no more was kept.`;
  if (pack.what === "glass-broken")
    return `Two people let release ${oneLine(pack.of)} past ${oneLine(pack.passes.join(", "))} until ${pack.until}.`;
  if ("trainingPlan" in pack) {
    const { trainingPlan, model, fee, currency } = pack;
    const what = pack.what === "bought" ? "was bought" : "was agreed to be bought";
    return `Training plan ${oneLine(trainingPlan)} ${what} for ${oneLine(model)} for ${fee.toFixed(2)} ${oneLine(currency)}.`;
  }
  const { kind, name } = pack.resource;
  const what = {
    made: "changed",
    "put-back": "put back",
    begun: "perhaps changed",
    adjusted: "given another minimum",
    "adjustment-begun": "perhaps given another minimum",
  }[pack.what];
  const whose = "release" in pack ? `release ${pack.release.id}` : `the plan of ${pack.model}`;
  return `${kind} ${oneLine(name)} was ${what} for ${whose}.`;
}

/** Values are one line without space at either end. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim() || "-";

function propsOf(pack: Pack): Prop[] {
  if (pack.what === "glass-broken") {
    const by = [pack.asked, pack.agreed].map((one) => prop("let-past-by", oneLine(one ?? "not known")));
    return [prop("release", oneLine(pack.of)), ...by];
  }
  if ("trainingPlan" in pack)
    return [
      prop("asked-by", oneLine(pack.asked ?? "not known")),
      prop("agreed-by", oneLine(pack.agreed ?? "not known")),
    ];
  if (!("release" in pack)) return [];
  const { release, order, grounds } = pack;
  const { version, trigger } = release;
  return [
    prop("release", oneLine(release.id)),
    ...(version === undefined ? [] : [prop("version", String(version))]),
    ...(trigger === undefined ? [] : [prop("trigger", oneLine(trigger))]),
    ...(order === undefined ? [] : [prop("order", oneLine(order.kind))]),
    ...(order?.by === undefined ? [] : [prop("ordered-by", oneLine(order.by))]),
    ...(grounds?.answers ?? []).map(({ answer, by }) => prop(`said-${answer}`, oneLine(by ?? "not known"))),
  ];
}

type Said = NonNullable<NonNullable<ChangePack["grounds"]>["gates"]>;

interface GateSaid {
  readonly gate: GateName;
  readonly status: Said["answers"][string];
  readonly waivedUntil: string | undefined;
  readonly release: string;
  readonly since: string;
  /** Those that rest on it. */
  readonly numbers: number[];
}

const isGate = (name: string): name is GateName => (gateNames as readonly string[]).includes(name);

/** Each gate once for each time that a release's gates answered so. */
function gatesIn(packs: VerifiedChain["packs"]): GateSaid[] {
  const found = new Map<string, GateSaid>();
  for (const { sequence, pack } of packs) {
    if (!("release" in pack) || pack.grounds?.gates === undefined) continue;
    const { since, answers, waivedUntil = {} } = pack.grounds.gates;
    for (const [gate, status] of Object.entries(answers)) {
      if (!isGate(gate)) continue;
      const key = JSON.stringify([pack.release.id, pack.release.attempt, since, gate]);
      const release = pack.release.id;
      const said = found.get(key) ?? {
        gate,
        status,
        since,
        waivedUntil: waivedUntil[gate],
        release,
        numbers: [],
      };
      said.numbers.push(sequence);
      found.set(key, said);
    }
  }
  return [...found.values()];
}

function findingsOf(packs: VerifiedChain["packs"], named: UuidOf) {
  return gatesIn(packs).map(({ gate, status, waivedUntil, release, since, numbers }) => {
    const isMet = status === "pass" || status === "kept";
    return {
      uuid: named(`gate ${gate} of ${release} since ${since}`),
      title: `Gate ${gate} of ${release}`,
      description: statusText[status],
      props: [
        prop("status", status),
        ...(waivedUntil === undefined ? [] : [prop("waived-until", oneLine(waivedUntil))]),
        ...supportedBy(gate).flatMap(({ framework, clauses }) =>
          clauses.map((clause) => prop("supports", `${framework} ${clause}`)),
        ),
      ],
      target: {
        type: "objective-id",
        "target-id": `gate-${gate}`,
        status: { state: isMet ? "satisfied" : "not-satisfied", reason: isMet ? "pass" : reasonOf(status) },
        remarks: `What it does not show: ${notShownBy(gate)}`,
      },
      "related-observations": numbers.map((number) => ({ "observation-uuid": named(`number ${number}`) })),
    };
  });
}

const reasonOf = (status: GateSaid["status"]): string => (status === "fail" ? "fail" : "other");

const statusText: Readonly<Record<GateSaid["status"], string>> = {
  pass: "It passed.",
  kept: "It passed for being no worse than what served.",
  waived: "A person had waived it.",
  overridden: "It did not pass, and two people had let the release past it.",
  fail: "It failed.",
  unknown: "Nobody could say.",
};
