/** Findings as the XML of JUnit's reports, which CI systems show as tests: a mistake is a test that fails. */
import type { Finding, Findings } from "./findings.ts";

export function junitOf({ file, findings }: Findings): string {
  const failed = findings.filter(({ level }) => level === "error");
  const warned = findings.filter(({ level }) => level === "warning");
  const cases = failed.length === 0 ? [passed(file)] : failed.map(failure);
  const counts = `tests="${cases.length}" failures="${failed.length}" errors="0"`;
  const out = warned.map(({ message }) => `${message}\n`).join("");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="slipway plan ${escaped(file)}" ${counts} skipped="0">`,
    ...cases,
    ...(out === "" ? [] : [`    <system-out>${escaped(out)}</system-out>`]),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

const passed = (file: string): string =>
  `    <testcase classname="${escaped(file)}" name="the plan is valid" file="${escaped(file)}"/>`;

function failure({ file, line, where = "the whole document", message }: Finding): string {
  const at = line === undefined ? "" : ` line="${line}"`;
  const place = line === undefined ? file : `${file}:${line}`;
  return [
    `    <testcase classname="${escaped(file)}" name="${escaped(where)}" file="${escaped(file)}"${at}>`,
    `      <failure type="mistake" message="${escaped(message)}">${escaped(`${place}: ${message}`)}</failure>`,
    "    </testcase>",
  ].join("\n");
}

const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** All that XML 1.0 has no character for, in whatever way it is written (section 2.2, Char). */
const strange = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text.replace(strange, "\ufffd").replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);
