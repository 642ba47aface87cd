/**
 * A command with each of its calls refused in turn: how many calls it makes is counted on a run that nobody hinders,
 * then each of them is denied on an account of its own, and what the command said is held against what the account has.
 */
import { expect, it, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { onlyEnvironment, type ServedAccount, serveAccount, twinEnvironment } from "./served-account.ts";
import { type Spoken, say } from "./spoken.ts";

export interface Scenario {
  /** What account it is; the sample's where it is absent. */
  readonly account?: Parameters<typeof serveAccount>[0];
  /** Brings an account to where the command is given. */
  readonly before: (account: ServedAccount) => Promise<void>;
  readonly command: readonly string[];
  /** What the account has now, read by other means than the command's. */
  readonly look: (account: ServedAccount) => Promise<unknown>;
  /** What the account must have, by what was said; `was` is what it had before. */
  readonly said: (told: Spoken, was: unknown) => unknown;
  /** What it has once nothing hinders the command. */
  readonly done: unknown;
  /** How the command says that it went on without what was refused. */
  readonly unneeded?: RegExp;
}

/** An account as the scenario begins, reached by the environment alone. */
export async function onAccount<T>(
  scenario: Scenario,
  use: (account: ServedAccount) => Promise<T>,
): Promise<T> {
  const account = await serveAccount(scenario.account);
  onlyEnvironment(twinEnvironment(account.url));
  try {
    await scenario.before(account);
    return await use(account);
  } finally {
    vi.unstubAllEnvs();
    await account.close();
  }
}

/** `sts.GetCallerIdentity`, in the order in which they arrive. */
export const callsOf = (scenario: Scenario): Promise<string[]> =>
  onAccount(scenario, async (account) => {
    const first = account.calls.length;
    const { code, err } = await say(...scenario.command);
    const calls = account.calls.slice(first).map(({ service, operation }) => `${service}.${operation}`);
    expect({ code, err: /✖/.test(err), is: await scenario.look(account) }).toEqual({
      code: 0,
      err: false,
      is: scenario.done,
    });
    return calls;
  });

/** Denies the nth call, counted from 1; then lets the command run again. Gives what was said at first. */
export const refuse = (scenario: Scenario, nth: number): Promise<Spoken> =>
  onAccount(scenario, async (account) => {
    const was = await scenario.look(account);
    const operation = { name: "" };
    account.failNth(nth, new AwsError("AccessDeniedException", "not allowed", { statusCode: 400 }));
    const first = account.calls.length;
    const told = await say(...scenario.command);
    operation.name = account.calls[first + nth - 1]?.operation ?? "";
    const is = await scenario.look(account);

    expect({ of: operation.name, is }).toEqual({ of: operation.name, is: scenario.said(told, was) });

    account.mend();
    if (isUnneeded(scenario, told)) return told;
    const again = await say(...scenario.command);
    expect(again.err).not.toContain("✖");
    expect(again.code).toBe(0);
    expect(await scenario.look(account)).toEqual(scenario.done);
    return told;
  });

const isUnneeded = ({ unneeded }: Scenario, { out, err }: Spoken): boolean =>
  unneeded?.test(err) === true || evidenceLacks.test(out);
/** An order is carried out all the same. */
const evidenceLacks = /^evidence will not say whose order it was: /m;

/** A test for each call of the command: whichever is refused, what is said is what is so. */
export async function holdsWhateverIsRefused(scenario: Scenario): Promise<void> {
  const calls = await callsOf(scenario);

  it.each(calls.map((call, i) => [i + 1, call] as const))(
    "says what is so, and finishes when run again: call %i, %s, is refused",
    async (nth) => {
      const told = await refuse(scenario, nth);
      const { code, err } = told;

      if (isUnneeded(scenario, told)) return expect(code).toBe(0);
      expect(code).toBe(1);
      expect(err).toMatch(/^✖ /m);
    },
  );
}
