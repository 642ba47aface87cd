/** docs/PIPELINES.md: what it has people copy is read by what it is for, and its exit codes are those of the command. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { policiesOf, type StatementElement } from "#twin/permissions";
import { exitCodeTexts } from "../../src/cli/exit-codes.ts";
import { normaliseRequest } from "../../src/core/request/request.ts";
import { componentOf, jobsOf } from "../cli/gitlab-jobs.ts";

const page = readFileSync("docs/PIPELINES.md", "utf8");
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => parse(text) as unknown);

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

test("the workflows give the actions inputs that they take, and all that they must be given", () => {
  const steps = blocks.flatMap((block) =>
    Object.values((block as { jobs?: Record<string, { steps: Step[] }> }).jobs ?? {}).flatMap(
      (job) => job.steps,
    ),
  );
  const ours = steps.flatMap(({ uses = "", with: given = {} }) => {
    const [, name] = /^OWNER\/slipway\/actions\/(\w+)@REF$/.exec(uses) ?? [];
    return name === undefined ? [] : [{ name, given: Object.keys(given) }];
  });

  expect(ours.map(({ name }) => name)).toEqual(["rehearse", "release"]);
  for (const { name, given } of ours) {
    const { inputs } = parse(readFileSync(`actions/${name}/action.yml`, "utf8")) as {
      inputs: Record<string, { required?: boolean }>;
    };
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
    const needed = Object.keys(inputs).filter((each) => inputs[each]?.required === true);
    expect(given).toEqual(expect.arrayContaining(needed));
  }
});

test("the components are given inputs that they take, and all that they must be given", () => {
  const included = blocks.flatMap(
    (block) => (block as { include?: { component: string; inputs: Record<string, string> }[] }).include ?? [],
  );
  const names = included.map(({ component }) => /\/slipway\/(\w+)@REF$/.exec(component)?.[1] ?? component);

  expect(names).toEqual(["rehearse", "release"]);
  for (const [nth, { inputs }] of included.entries())
    expect(() => jobsOf(componentOf(names[nth] ?? ""), inputs)).not.toThrow();
});

test("what CodePipeline starts the machine with is a release, of which a key makes one attempt", () => {
  const action = blocks.find((block) => "ActionTypeId" in (block as object)) as {
    Configuration: { Input: string };
  };

  expect(normaliseRequest(JSON.parse(action.Configuration.Input))).toMatchObject({
    kind: "release",
    request: { again: true, attemptKey: "#{codepipeline.PipelineExecutionId}" },
  });
});

test("its exit codes are the command's", () => {
  const [, table = ""] = /\| exit code \|.*?\n((?:\|.*\n)+)/.exec(page) ?? [];
  const told = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes = ""]) => codes.split(", "));

  // What a signal ends is the shell's; invariants are a rehearsal's.
  const expected = exitCodeTexts.map(([code]) => code).filter((code) => code !== "3");
  expect(told).toEqual([...expected, "130", "143"]);
});

test("the trust policy lets one environment in, in both forms of the token's subject, and nobody else", () => {
  const { Statement } = JSON.parse(readFileSync("docs/iam/github-trust.json", "utf8")) as {
    Statement: (StatementElement & { Principal: { Federated: string } })[];
  };
  const host = "token.actions.githubusercontent.com";
  const decide = policiesOf(Statement.map(({ Principal: _, ...rest }) => ({ ...rest, Resource: "*" })));
  const allowed = (sub: string, aud = "sts.amazonaws.com") =>
    decide({
      action: "sts:AssumeRoleWithWebIdentity",
      resource: "arn:aws:iam::123456789012:role/slipway-release",
      context: { [`${host}:sub`]: sub, [`${host}:aud`]: aud },
    }).effect === "allow";

  expect(Statement[0]?.Principal.Federated).toBe(`arn:aws:iam::ACCOUNT:oidc-provider/${host}`);
  expect(allowed("repo:ORG/REPO:environment:ENVIRONMENT")).toBe(true);
  expect(allowed("repo:ORG@ORG_ID/REPO@REPO_ID:environment:ENVIRONMENT")).toBe(true);
  for (const other of [
    "repo:ORG/REPO:ref:refs/heads/main",
    "repo:ORG/REPO:pull_request",
    "repo:ORG/REPO:environment:OTHER",
    "repo:ORG/REPO2:environment:ENVIRONMENT",
  ])
    expect(allowed(other)).toBe(false);
  expect(allowed("repo:ORG/REPO:environment:ENVIRONMENT", "https://example.com")).toBe(false);
});
