/** `slipway rehearse --world all` and `--compare`: several rehearsals, and a table and a page of what came of them. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { followedOn } from "../rehearsal/release/followed.ts";
import { releasedFirst } from "../rehearsal/release/released.ts";
import { worldNames } from "../rehearsal/worlds/load.ts";
import { comparisonPage } from "../report/page/comparison-page.ts";
import { variantsPage } from "../report/variants.ts";
import { variantsMarkdown } from "../report/variants-markdown.ts";
import { toldByRehearsal } from "../report/view/rehearsed.ts";
import { releaseView } from "../report/view/release-view.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { askedFor } from "./asked-for.ts";
import { comparedWith } from "./compared.ts";
import { worstOf } from "./exit-codes.ts";
import { besideOf, readEvent, readPlan, readWorld, readWorlds, seedRule } from "./inputs.ts";
import { barOn, noBar } from "./progress/bar.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { type RehearsedVariant, rehearseVariants } from "./variants.ts";
import { written } from "./written-files.ts";

/** In every world that ships. Resolves to the exit code of the worst. */
export async function inAllWorlds(line: CommandLine, terminal: Terminal): Promise<number> {
  const plan = readPlan(line.positionals[0]);
  const seed = numberOf(line, "seed", seedRule);
  const asked = askedFor(line, seed);
  const variants = readWorlds(worldNames(), line.values.traffic).map(
    ({ name, spec: world }): RehearsedVariant => {
      const event = readEvent(line.values.event, plan, world);
      const request = {
        ...asked,
        ...followedOn(plan, asked),
        ...besideOf(line, plan, world),
        plan,
        world,
        event,
      };
      return { name, worldName: name, request };
    },
  );
  const all = await rehearseVariants(variants, "worlds", barFor(line, terminal));
  const command = ["slipway rehearse", line.positionals[0] ?? [], seedIn(line)].flat().join(" ");
  return told(line, terminal, {
    variants,
    all,
    title: `${plan.model} in ${variants.length} worlds, seed ${seed}`,
    column: "world",
    closing: `${command} --world NAME shows one of them whole.`,
    document: { worlds: all },
  });
}

/** Beside others. Resolves to the exit code of the worst. */
export async function beside(line: CommandLine, terminal: Terminal): Promise<number> {
  const plan = readPlan(line.positionals[0]);
  const { traffic } = line.values;
  const world = readWorld(line.values.world ?? "healthy", traffic);
  const seed = numberOf(line, "seed", seedRule);
  const asked = askedFor(line, seed);
  const compared = comparedWith(line.lists.compare ?? [], { plan, world, traffic });
  const variants = compared.map(({ name, plan: own, world: { name: worldName, spec } }): RehearsedVariant => {
    const event = readEvent(line.values.event, own, spec);
    return {
      name,
      worldName,
      request: {
        ...asked,
        ...followedOn(own, asked),
        ...besideOf(line, own, spec),
        plan: own,
        world: spec,
        event,
      },
    };
  });
  const all = await rehearseVariants(variants, "variants", barFor(line, terminal));
  return told(line, terminal, {
    variants,
    all,
    title: `${plan.model}, ${variants.length} variants, seed ${seed}`,
    column: "variant",
    closing: "",
    document: { variants: all.map((facts, nth) => ({ name: variants[nth]?.name ?? "", ...facts })) },
  });
}

const seedIn = ({ values }: CommandLine): string[] =>
  values.seed === undefined ? [] : ["--seed", values.seed];

const barFor = (line: CommandLine, { err }: Terminal) => (line.switches.has("quiet") ? noBar : barOn(err));

interface Several {
  readonly variants: readonly RehearsedVariant[];
  /** Of each, in their order. */
  readonly all: readonly RehearsalFacts[];
  readonly title: string;
  readonly column: string;
  readonly closing: string;
  readonly document: unknown;
}

function told(line: CommandLine, { out, err }: Terminal, several: Several): number {
  const { variants, all, title, column, closing, document } = several;
  const named = all.map((facts, nth) => ({ name: variants[nth]?.name ?? "", facts }));
  const { report, markdown } = line.values;
  if (markdown !== undefined) written(markdown, variantsMarkdown(named, { title, column }));
  if (report !== undefined) {
    const views = named.map(({ name, facts }, nth) => {
      const request = variants[nth]?.request;
      if (request === undefined) throw new RangeError(`there is no variant ${nth}`);
      return { name, view: releaseView(toldByRehearsal(facts, releasedFirst(request))) };
    });
    written(report, comparisonPage(title, views));
    tell(err, err.paint.dim(`the page of all of them is in ${report}`));
  }
  const page = { width: out.columns, paint: out.paint };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(document, null, 2)}\n`
      : `${variantsPage(named, { title, column, closing }, page).join("\n")}\n`,
  );
  return worstOf(all);
}
