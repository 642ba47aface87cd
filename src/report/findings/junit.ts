/**
 * Findings as the XML of JUnit's reports, which CI systems show as tests: a mistake is a test that fails, and each gate of a
 * rehearsed release is one: passed, failed, or skipped where it was waived or never asked.
 */
import type { Finding, Findings } from "./findings.ts";

export function junitOf({ file, findings, passed }: Findings): string {
  const failed = findings.filter(({ level }) => level === "error");
  const skipped = findings.filter(({ level, isGates }) => level === "warning" && isGates);
  const warned = findings.filter(({ level, isGates }) => level === "warning" && !isGates);
  const told = [
    ...(passed ?? []).map((gate) => pass(file, gate)),
    ...failed.map(failure),
    ...skipped.map(skip),
  ];
  const nothing = passed === undefined ? "the plan is valid" : "the plan asks for no gates";
  const cases = told.length === 0 ? [pass(file, nothing)] : told;
  const command = passed === undefined ? "plan" : "rehearse";
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

const pass = (file: string, name: string): string =>
  `    <testcase classname="${escaped(file)}" name="${escaped(name)}" file="${escaped(file)}"/>`;

const skip = ({ file, where = "", message }: Finding): string =>
  [
    `    <testcase classname="${escaped(file)}" name="${escaped(where)}" file="${escaped(file)}">`,
    `      <skipped message="${escaped(message)}"/>`,
    "    </testcase>",
  ].join("\n");

function failure({ file, line, where = "the whole document", message, isGates }: Finding): string {
  const at = line === undefined ? "" : ` line="${line}"`;
  const place = line === undefined ? file : `${file}:${line}`;
  return [
    `    <testcase classname="${escaped(file)}" name="${escaped(where)}" file="${escaped(file)}"${at}>`,
    `      <failure type="${isGates ? "gate" : "mistake"}" message="${escaped(message)}">${escaped(`${place}: ${message}`)}</failure>`,
    "    </testcase>",
  ].join("\n");
}

const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** All that XML 1.0 has no character for, in whatever way it is written (section 2.2, Char). */
const strange = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text.replace(strange, "\ufffd").replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);
