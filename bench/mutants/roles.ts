/** Operators on the roles that serverless.yml deploys, as extracted: a statement goes, or one of its actions. */
import type { Edit } from "./mutant.ts";

interface Statement {
  readonly Action: string | readonly string[];
}
interface Extracted {
  readonly functions: Readonly<Record<string, { readonly statements: readonly Statement[] }>>;
  readonly machine: { readonly statements: readonly Statement[] };
  readonly scheduler: { readonly statements: readonly Statement[] };
}
type Both = Readonly<Record<"open" | "via-service", Extracted>>;

/** What no run can ask for, and no rehearsal miss: bench/permissions has the reasons. */
const beside = /^(logs|xray):/;

/** A change of serverless.yml shows in both ways of its parameter, so each edit is one of the whole file. */
export function roleEditsOf(text: string): Edit[] {
  const both = JSON.parse(text) as Both;
  const { functions, machine, scheduler } = both.open;
  const owners: readonly (readonly [string, readonly Statement[]])[] = [
    ...Object.entries(functions).map(([name, { statements }]) => [name, statements] as const),
    ["machine", machine.statements],
    ["scheduler", scheduler.statements],
  ];
  const whole = (by: (statements: Statement[]) => void, owner: string): string => {
    const copy = structuredClone(both);
    for (const { functions: some, machine: ofMachine, scheduler: ofScheduler } of Object.values(copy)) {
      const { statements } =
        owner === "machine" ? ofMachine : owner === "scheduler" ? ofScheduler : (some[owner] ?? ofMachine);
      by(statements as Statement[]);
    }
    return JSON.stringify(copy);
  };
  const edits = owners.flatMap(([owner, statements]) =>
    statements.flatMap(({ Action }, nth) => {
      const actions = [Action].flat();
      if (actions.some((action) => beside.test(action))) return [];
      const dropped = {
        operator: `statement-dropped ${owner} ${actions.join(",")} #${nth}`,
        text: whole((some) => some.splice(nth, 1), owner),
      };
      const fewer = actions.map((action) => ({
        operator: `action-dropped ${owner} ${action} #${nth}`,
        text: whole(
          (some) =>
            some.splice(nth, 1, { ...some[nth], Action: actions.filter((other) => other !== action) }),
          owner,
        ),
      }));
      return actions.length === 1 ? [dropped] : [dropped, ...fewer];
    }),
  );
  return edits.map((edit) => ({ ...edit, start: 0, end: text.length }));
}
