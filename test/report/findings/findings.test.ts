/** Findings as SARIF, as JUnit's XML and as GitHub's workflow commands: well-formed whatever is in a message or a name. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { gateNames } from "../../../src/core/gates/names.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { type Finding, findingsIn } from "../../../src/report/findings/findings.ts";
import { gateFindings } from "../../../src/report/findings/gates.ts";
import { junitOf } from "../../../src/report/findings/junit.ts";
import { sarifOf } from "../../../src/report/findings/sarif.ts";
import { workflowCommands } from "../../../src/report/findings/workflow-commands.ts";
import { holds } from "../../property.ts";

const file = "plans/chat-assistant.yml";
const sample = readFileSync(file, "utf8");
const parsed = parsePlan(sample.replace("trafficPercent: 25", "trafficPercent: 250"), file);
const mistakes = parsed.ok ? [] : parsed.mistakes;
const found = findingsIn(file, { mistakes, warnings: ["50 % is a lot"] });

/** It is of draft 4, which says `id` where later ones say `$id`; nothing else that differs is in it. */
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(readFileSync("test/data/sarif/sarif-schema-2.1.0.json", "utf8")) as Record<string, unknown>;
const isSarif = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

const texts = fc.string({ unit: "binary", maxLength: 40 });
const anyFindings = fc.array(
  fc.record<Finding>(
    {
      level: fc.constantFrom("error", "warning"),
      message: texts,
      where: texts,
      file: texts,
      line: fc.integer({ min: 1, max: 1e6 }),
      isGates: fc.constant(true),
    },
    { requiredKeys: ["level", "message", "file"] },
  ),
);

test("a plan's mistakes carry their line, and its warnings the file alone", () => {
  expect(found.findings).toEqual([
    {
      level: "error",
      where: "rollout.stages[1].trafficPercent",
      message: "rollout.stages[1].trafficPercent: expected at most 100, found 250",
      file,
      line: sample.split("\n").findIndex((line) => line.includes("trafficPercent: 25,")) + 1,
    },
    expect.objectContaining({ where: "rollout.stages[2].trafficPercent" }),
    { level: "warning", message: "50 % is a lot", file },
  ]);
});

test("SARIF is valid under the schema that OASIS publishes, whatever is in it", () => {
  const complaints = (document: unknown) => (isSarif(document) ? [] : isSarif.errors);

  expect(complaints(sarifOf(found, "0.1.0"))).toEqual([]);
  expect(complaints({ ...sarifOf(found, "0.1.0"), version: "2.0.0" })).not.toEqual([]);
  holds(
    fc.property(anyFindings, (findings) => {
      expect(complaints(sarifOf({ file, findings }, "0.1.0"))).toEqual([]);
    }),
  );
});

test("in SARIF a path is a URI, and the same mistake on another line the same finding", () => {
  const at = (line: number) =>
    sarifOf(
      { file, findings: [{ level: "error", message: "m", where: "a.b", file: "my plans/ü#1.yml", line }] },
      "1",
    ).runs[0]?.results[0];

  expect(at(3)?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: "my%20plans/%C3%BC%231.yml" },
    region: { startLine: 3 },
  });
  expect(at(3)?.partialFingerprints).toEqual(at(9)?.partialFingerprints);
  expect(
    sarifOf({ file, findings: [{ level: "error", message: "m", file: "/a b.yml" }] }, "1").runs[0]?.results[0]
      ?.locations[0],
  ).toEqual({ physicalLocation: { artifactLocation: { uri: "file:///a%20b.yml" } } });
});

test("JUnit: a failing test for each mistake, one that passes where there is none, warnings beside", () => {
  const good = junitOf({ file, findings: [] });
  const bad = junitOf(found);

  expect(good).toMatch(
    /<testsuite name="slipway plan plans\/chat-assistant.yml" tests="1" failures="0" errors="0" skipped="0">/,
  );
  expect(good.match(/<testcase/g)).toHaveLength(1);
  expect(bad).toMatch(/<testsuites tests="2" failures="2" errors="0">/);
  expect(bad.match(/<failure /g)).toHaveLength(2);
  expect(bad).toContain("<system-out>50 % is a lot\n</system-out>");
  expect(bad).toMatch(
    /name="rollout.stages\[1\].trafficPercent" file="plans\/chat-assistant.yml" line="\d+">/,
  );
});

const rows = (["pass", "fail", "unknown", "waived"] as const).map((status, nth) => ({
  gate: gateNames[nth] ?? "",
  status,
  course: `${status} before the first change`,
  expected: "a key",
  found: "none",
  todo: status === "pass" ? "" : "give it one",
}));
const answered = gateFindings(file, {
  gates: gateNames.slice(0, 5),
  rows,
  outcome: "the release ended as refused: too dear",
});

test("gates: one that does not pass says what to do, one that is waived or never asked is warned of", () => {
  const todo = "before the first change; expected a key; found none; to do: give it one";
  expect(answered).toEqual({
    file,
    passed: ["volume-encryption"],
    findings: [
      ["key-usable", "error", `fail ${todo}`],
      ["key-rotation", "error", `unknown ${todo}`],
      ["artefact-encryption", "warning", `waived ${todo}`],
    ]
      .map(([where, level, told]) => ({
        ...{ file, where, level, isGates: true },
        message: `gate ${where}: ${told}`,
      }))
      .concat({
        ...{ file, where: "inter-container-traffic", level: "warning", isGates: true },
        message: "gate inter-container-traffic was not asked: the release ended as refused: too dear",
      }),
  });
});

test("gates: a test each in JUnit, rules of their own in SARIF, titles of their own at GitHub", () => {
  const junit = junitOf(answered);
  const { results, tool } = sarifOf(answered, "0.1.0").runs[0] ?? {};

  expect(junit).toMatch(
    /<testsuite name="slipway rehearse plans\/chat-assistant.yml" tests="5" failures="2" errors="0" skipped="2">/,
  );
  expect(junit.match(/<testcase [^>]*name="volume-encryption"[^>]*\/>/g)).toHaveLength(1);
  expect(junit.match(/<failure type="gate" message="gate key-\w+: .*to do: give it one"/g)).toHaveLength(2);
  expect(junit.match(/<skipped message="gate /g)).toHaveLength(2);
  expect(junit).not.toContain("system-out");
  expect(results?.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ["gate-failed", "error"],
    ["gate-failed", "error"],
    ["gate-open", "warning"],
    ["gate-open", "warning"],
  ]);
  const known = tool?.driver.rules.map(({ id }) => id);
  for (const { ruleId } of results ?? []) expect(known).toContain(ruleId);
  expect(new Set(results?.map(({ partialFingerprints: each }) => JSON.stringify(each))).size).toBe(4);
  expect(workflowCommands(answered)[0]).toMatch(/title=a gate bars the way forward::gate key-usable/);
});

test("gates: a plan that asks for none has one test that says so, and no result", () => {
  const none = gateFindings(file, { gates: [], rows: [], outcome: "" });

  expect(junitOf(none)).toMatch(/tests="1" failures="0" .*name="the plan asks for no gates"/s);
  expect(sarifOf(none, "1").runs[0]?.results).toEqual([]);
});

test("JUnit's XML is well-formed whatever is in it", () => {
  const tag = String.raw`<(?:\?xml [^<>&]*\?|/?[a-z-]+(?: [a-z]+="[^<>&"]*")* ?/?)>`;
  const wellFormed = new RegExp(`^(?:${tag}|[^<>&])*$`, "u");
  const plain = (xml: string) => xml.replace(/&(?:amp|lt|gt|quot);/g, "");
  holds(
    fc.property(anyFindings, (findings) => {
      const passed = findings[0]?.isGates ? { passed: findings.map(({ message }) => message) } : {};
      const xml = junitOf({ file: findings[0]?.file ?? file, findings, ...passed });
      expect(plain(xml)).toMatch(wellFormed);
      expect(xml).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
    }),
  );
});

test("a workflow command is one line, and nothing in it begins another property or command", () => {
  expect(workflowCommands(found)[0]).toMatch(
    /^::error file=plans\/chat-assistant.yml,line=\d+,title=the plan has a mistake::rollout\.stages\[1\]\.trafficPercent: expected at most 100, found 250$/,
  );
  expect(workflowCommands(found).at(-1)).toMatch(/^::warning file=[^,]*,title=[^:]*::50 %25 is a lot$/);
  holds(
    fc.property(anyFindings, (findings) => {
      const unescaped = (text: string) =>
        text
          .replaceAll("%0D", "\r")
          .replaceAll("%0A", "\n")
          .replaceAll("%3A", ":")
          .replaceAll("%2C", ",")
          .replaceAll("%25", "%");
      for (const [nth, command] of workflowCommands({ file, findings }).entries()) {
        expect(command).not.toMatch(/[\r\n]/);
        const [, properties = "", message = ""] = /^::(?:error|warning) ([^:]*)::(.*)$/su.exec(command) ?? [];
        expect(unescaped(message)).toBe(findings[nth]?.message);
        expect(unescaped(properties.split(",")[0] ?? "")).toBe(`file=${findings[nth]?.file}`);
      }
    }),
  );
});
