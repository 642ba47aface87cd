/**
 * Findings as the XML of JUnit's reports, which CI systems show as tests: a mistake is a test that fails, and each gate of a
 * release is one: passed, failed, or skipped where it was waived or never asked.
 */
import type { Finding, Findings } from "./findings.ts";

export function junitOf({ file, isRelease = false, findings, passed }: Findings): string {
  const named = namedIn(isRelease);
  const failed = findings.filter(({ level }) => level === "error");
  const skipped = findings.filter(({ level, isGates }) => level === "warning" && isGates);
  const warned = findings.filter(({ level, isGates }) => level === "warning" && !isGates);
  const told = [
    ...(passed ?? []).map((gate) => pass(named(file, gate))),
    ...failed.map((each) => failure(each, named)),
    ...skipped.map((each) => skip(each, named)),
  ];
  const nothing = passed === undefined ? "the plan is valid" : "the plan asks for no gates";
  const cases = told.length === 0 ? [pass(named(file, nothing))] : told;
  const looked = passed === undefined ? "plan" : "rehearse";
  const command = isRelease ? "report" : looked;
  const counts = `tests="${cases.length}" failures="${failed.length}" errors="0"`;
  const out = warned.map(({ message }) => `${message}\n`).join("");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="slipway ${command} ${escaped(file)}" ${counts} skipped="${skipped.length}">`,
    ...cases,
    ...(out === "" ? [] : [`    <system-out>${escaped(out)}</system-out>`]),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** A test's element, not closed yet. */
type Named = (file: string, name: string) => string;
const namedIn =
  (isRelease: boolean): Named =>
  (file, name) =>
    `    <testcase classname="${escaped(file)}" name="${escaped(name)}"${isRelease ? "" : ` file="${escaped(file)}"`}`;

const pass = (named: string): string => `${named}/>`;

const skip = ({ file, where = "", message }: Finding, named: Named): string =>
  [`${named(file, where)}>`, `      <skipped message="${escaped(message)}"/>`, "    </testcase>"].join("\n");

function failure(
  { file, line, where = "the whole document", message, isGates }: Finding,
  named: Named,
): string {
  const at = line === undefined ? "" : ` line="${line}"`;
  const place = line === undefined ? file : `${file}:${line}`;
  return [
    `${named(file, where)}${at}>`,
    `      <failure type="${isGates ? "gate" : "mistake"}" message="${escaped(message)}">${escaped(`${place}: ${message}`)}</failure>`,
    "    </testcase>",
  ].join("\n");
}

const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** All that XML 1.0 has no character for, in whatever way it is written (section 2.2, Char). */
const strange = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text.replace(strange, "\ufffd").replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);
