/**
 * The rule of a composite alarm: states of other alarms, joined by AND, OR, NOT and parentheses (API reference of
 * PutCompositeAlarm). That AND binds tighter than OR is not documented there and taken from custom.
 */
import type { AlarmRule } from "./alarm-state.ts";

const token =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]+)"|([^)"]+?))\s*\)|(AND|OR|NOT|TRUE|FALSE|[()]))/y;

type Token = { readonly word: string; readonly alarm?: string };

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const found = token.exec(text);
    if (found === null) return undefined;
    const [, state, quoted, bare, word] = found;
    const named = quoted ?? bare;
    tokens.push(named === undefined ? { word: word ?? "" } : { word: state ?? "", alarm: nameOf(named) });
  }
  return tokens;
}

/** Alarms are named or given as ARNs. */
const nameOf = (named: string): string =>
  named.startsWith("arn:") ? named.split(":").slice(6).join(":") : named;

/** The rule of a text, and the alarms it names; undefined where it is none. */
export function parseAlarmRule(text: string): { rule: AlarmRule; alarms: readonly string[] } | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  let at = 0;
  const takes = (word: string): boolean => tokens[at]?.word === word && ++at > 0;

  function joined(part: () => AlarmRule | undefined, word: "AND" | "OR"): AlarmRule | undefined {
    const first = part();
    if (first === undefined) return undefined;
    const parts = [first];
    while (takes(word)) {
      const next = part();
      if (next === undefined) return undefined;
      parts.push(next);
    }
    return word === "AND"
      ? (stateOf) => parts.every((each) => each(stateOf))
      : (stateOf) => parts.some((each) => each(stateOf));
  }
  const any = (): AlarmRule | undefined => joined(all, "OR");
  const all = (): AlarmRule | undefined => joined(one, "AND");
  function one(): AlarmRule | undefined {
    if (takes("NOT")) {
      const negated = one();
      return negated === undefined ? undefined : (stateOf) => !negated(stateOf);
    }
    if (takes("(")) {
      const inner = any();
      return takes(")") ? inner : undefined;
    }
    const next = tokens?.[at++];
    if (next?.alarm !== undefined) {
      const { word, alarm } = next;
      return (stateOf) => stateOf(alarm) === word;
    }
    if (next?.word !== "TRUE" && next?.word !== "FALSE") return undefined;
    return () => next.word === "TRUE";
  }
  const rule = any();
  if (rule === undefined || at < tokens.length) return undefined;
  return { rule, alarms: tokens.flatMap(({ alarm }) => (alarm === undefined ? [] : [alarm])) };
}
