/** `slipway propose`: what a plan would better say, by what its releases have taught, as a difference of its file. */
import { basename, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Aws } from "../aws/clients.ts";
import { endpointPast } from "../aws/endpoint-past.ts";
import { pastReleases } from "../aws/history.ts";
import { spikesSent } from "../aws/later-spikes.ts";
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { edited, type TextEdit } from "../core/input/edited-text.ts";
import { unifiedDiff } from "../core/input/unified-diff.ts";
import { rememberedSince } from "../core/learning/forgetting.ts";
import { parsePlan } from "../core/plan/file.ts";
import type { Plan } from "../core/plan/plan.ts";
import { withChanges } from "../core/proposing/changes.ts";
import { type Evidence, evidenceOf } from "../core/proposing/known.ts";
import { type Proposal, proposalOf } from "../core/proposing/proposal.ts";
import type { EpochMs } from "../core/units.ts";
import { worldNames } from "../rehearsal/worlds/load.ts";
import {
  isWorse,
  type ProposalTold,
  type Proposed,
  proposalMarkdown,
  proposalPage,
  type RehearsedBoth,
  worldsTold,
} from "../report/proposal.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { readInput } from "./files.ts";
import { type NamedWorld, readEvent, readWorlds } from "./inputs.ts";
import { BadInput, BadUsage, CommandFailed, looked } from "./mistakes.ts";
import { barOn, noBar } from "./progress/bar.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { rehearseVariants } from "./variants.ts";

/** Touches nothing. Throws BadUsage, BadInput and CommandFailed. */
export async function propose(line: CommandLine, terminal: Terminal): Promise<number> {
  const [file] = line.positionals;
  if (file === undefined) throw new BadUsage(["PLAN: expected the file of a plan, found nothing"]);
  const forms = ["markdown", "json", "decline"].filter((form) => line.switches.has(form));
  if (forms.length > 1)
    throw new BadUsage([
      `--${forms[1]}: expected one of --markdown, --json and --decline, found --${forms[0]} beside it`,
    ]);
  const text = readInput(file, "the plan");
  const parsed = parsePlan(text, file);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  const { plan } = parsed;
  const worlds = readWorlds(line.values.world === undefined ? worldNames() : [line.values.world]);
  const { aws } = await bound(line, terminal);
  const { out, err } = terminal;
  const proposal = proposalOf(plan, await evidenceIn(aws, plan, Date.now()));
  const quietly = (quiet: string, worlds: ProposalTold["worlds"] = []): number => {
    const told: ProposalTold = { file, model: plan.model, quiet, proposal: null, diff: "", worlds };
    if (line.switches.has("json")) out.write(`${JSON.stringify(told, null, 2)}\n`);
    else tell(out, `nothing is proposed: ${quiet}`);
    return 0;
  };
  if ("quiet" in proposal) return quietly(proposal.quiet);
  if (line.switches.has("decline")) {
    const { reason } = line.values;
    out.write(declining(text, { file, evidence: proposal.evidence, reason }));
    return 0;
  }
  const diff = diffOf(text, { file, plan, proposal });
  const next = withChanges(plan, proposal.changes);
  const bar = line.switches.has("quiet") ? noBar : barOn(err);
  const rehearsed = await rehearsedIn(worlds, { plan, next, bar });
  const worse = rehearsed.filter(isWorse);
  if (worse.length > 0) {
    const where = worse.map(({ world, before, after }) => `${world} (${before.outcome} → ${after.outcome})`);
    return quietly(`rehearsed with it, releases go worse in ${where.join(", ")}`, worldsTold(rehearsed));
  }
  out.write(`${shown({ file, model: plan.model, proposal, diff, rehearsed }, line, terminal)}\n`);
  return 0;
}

function shown(proposed: Proposed, { switches }: CommandLine, { out }: Terminal): string {
  if (switches.has("markdown")) return proposalMarkdown(proposed);
  if (!switches.has("json"))
    return proposalPage(proposed, { width: out.columns, paint: out.paint }).join("\n");
  const { rehearsed, ...rest } = proposed;
  const told: ProposalTold = { ...rest, quiet: null, worlds: worldsTold(rehearsed) };
  return JSON.stringify(told, null, 2);
}

/** Of releases of the model, and of days that CloudWatch knows whole; where it knows none, by the releases alone. */
async function evidenceIn(aws: Aws, plan: Plan, nowMs: EpochMs): Promise<Evidence> {
  const { past } = await looked("the history could not be read", () =>
    pastReleases(aws, rememberedSince(nowMs)),
  );
  const endpoint = plan.endpoint.name;
  const { history } = await looked("the past could not be read", async () => {
    const own = await spikesSent(aws, endpoint);
    return endpointPast(aws, { endpoint, model: plan.model, nowMs, own });
  });
  return evidenceOf(plan, { past, history, nowMs });
}

/** Throws CommandFailed where the file could not be edited so that it says just that. */
function diffOf(
  text: string,
  { file, plan, proposal }: { file: string; plan: Plan; proposal: Proposal },
): string {
  const after = edited(text, proposal.changes);
  const parsed = parsePlan(after, file);
  if (!parsed.ok || !isDeepStrictEqual(parsed.plan, withChanges(plan, proposal.changes)))
    throw new CommandFailed(
      `${file} could not be edited: expected a plan that says ${proposal.changes.map(({ path, to }) => `${path.join(".")} ${to}`).join(", ")} once it is, found another; say so in it by hand`,
    );
  return unifiedDiff(text, after, nameOf(file));
}

function declining(
  text: string,
  { file, evidence, reason }: { file: string; evidence: number; reason: string | undefined },
): string {
  const on = new Date(Date.now()).toISOString().slice(0, 10);
  const declined = { on, evidence, ...(reason !== undefined && { reason }) };
  const edits: TextEdit[] = [{ path: ["proposals", "declined"], to: declined }];
  const after = edited(text, edits);
  const parsed = parsePlan(after, file);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  return unifiedDiff(text, after, nameOf(file));
}

/** As it is called from here; one that is elsewhere, by its name alone. */
function nameOf(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? basename(path) : path.replaceAll("\\", "/");
}

interface Both {
  readonly plan: Plan;
  readonly next: Plan;
  readonly bar: ReturnType<typeof barOn>;
}

/** Each world with the plan as it is and as it would be. */
async function rehearsedIn(
  worlds: readonly NamedWorld[],
  { plan, next, bar }: Both,
): Promise<RehearsedBoth[]> {
  const variants = worlds.flatMap(({ name, spec: world }) =>
    [plan, next].map((own) => ({
      name,
      worldName: name,
      request: { plan: own, world, seed: 1, event: readEvent(undefined, own, world) },
    })),
  );
  const all = await rehearseVariants(variants, "variants", bar);
  return worlds.map(({ name }, nth) => ({
    world: name,
    before: all[2 * nth] as RehearsalFacts,
    after: all[2 * nth + 1] as RehearsalFacts,
  }));
}
