/** Reads of a role in IAM: what leaves for the network, signed, where it goes, and what is made of IAM's own answers and refusals. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { readingRoles } from "../../src/aws/iam.ts";
import { openAccount } from "./account.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});
const patience = { connectionTimeout: 3_000, requestTimeout: 10_000 };
const credentials = async () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" });
const always = () => true;
const xmlns = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"';

type Form = Record<string, string>;
type Answered = readonly [status: number, body: string];

/** An IAM of one's own. */
async function served(answer: (form: Form) => Answered, region = "eu-west-1") {
  const asked: { headers: Record<string, unknown>; form: Form }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    asked.push({ headers: request.headers, form });
    const [status, body] = answer(form);
    response.writeHead(status, { "content-type": "text/xml" }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, read: readingRoles({ region, credentials, endpoint, patience }) };
}

/** As the API reference has its examples of answers, with more white space than the twin's. */
const answers: Readonly<Record<string, (form: Form) => string>> = {
  GetRole: () => `<GetRoleResponse ${xmlns}>
  <GetRoleResult>
    <Role>
      <Path>/</Path>
      <Arn>arn:aws:iam::123456789012:role/r</Arn>
      <RoleName>r</RoleName>
      <AssumeRolePolicyDocument>
        %7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%5B%22lambda.amazonaws.com%22%5D%7D%2C%22Action%22%3A%5B%22sts%3AAssumeRole%22%5D%7D%5D%7D
      </AssumeRolePolicyDocument>
    </Role>
  </GetRoleResult>
</GetRoleResponse>`,
  ListAttachedRolePolicies: ({ Marker }) =>
    Marker === undefined
      ? `<ListAttachedRolePoliciesResponse ${xmlns}><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyName>A</PolicyName><PolicyArn>arn:aws:iam::aws:policy/A</PolicyArn></member></AttachedPolicies><IsTruncated>true</IsTruncated><Marker>a&amp;b&#x3D;&#61;</Marker></ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>`
      : `<ListAttachedRolePoliciesResponse ${xmlns}><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyName>B</PolicyName><PolicyArn>arn:aws:iam::aws:policy/B</PolicyArn></member></AttachedPolicies><IsTruncated>false</IsTruncated></ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>`,
  ListRolePolicies: () =>
    `<ListRolePoliciesResponse ${xmlns}><ListRolePoliciesResult><PolicyNames><member>own=+,.@-</member><member>gone</member></PolicyNames><IsTruncated>false</IsTruncated></ListRolePoliciesResult></ListRolePoliciesResponse>`,
  GetRolePolicy: ({ PolicyName }) =>
    `<GetRolePolicyResponse ${xmlns}><GetRolePolicyResult><PolicyName>${PolicyName}</PolicyName><PolicyDocument>%7B%22Statement%22%3A%7B%22Action%22%3A%22a+b%3A*%22%7D%7D</PolicyDocument></GetRolePolicyResult></GetRolePolicyResponse>`,
};
const gone: Answered = [
  404,
  `<ErrorResponse ${xmlns}><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>`,
];
const usual = (form: Form): Answered =>
  form.PolicyName === "gone" ? gone : [200, answers[form.Action ?? ""]?.(form) ?? ""];

test("a role is read by signed forms, page by page, and what is gone meanwhile is left out", async () => {
  const { asked, read } = await served(usual);

  expect(await read("r", always)).toEqual({
    trust: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: ["lambda.amazonaws.com"] }, Action: ["sts:AssumeRole"] },
      ],
    },
    inline: { "own=+,.@-": { Statement: { Action: "a+b:*" } } },
    attached: ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"],
  });
  expect(asked.map(({ form }) => form)).toEqual([
    { Action: "GetRole", Version: "2010-05-08", RoleName: "r" },
    { Action: "ListAttachedRolePolicies", Version: "2010-05-08", RoleName: "r" },
    { Action: "ListAttachedRolePolicies", Version: "2010-05-08", RoleName: "r", Marker: "a&b==" },
    { Action: "ListRolePolicies", Version: "2010-05-08", RoleName: "r" },
    { Action: "GetRolePolicy", Version: "2010-05-08", RoleName: "r", PolicyName: "own=+,.@-" },
    { Action: "GetRolePolicy", Version: "2010-05-08", RoleName: "r", PolicyName: "gone" },
  ]);
});

test.each([
  ["eu-west-1", "iam.amazonaws.com", "us-east-1"],
  ["cn-northwest-1", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["us-gov-east-1", "iam.us-gov.amazonaws.com", "us-gov-west-1"],
  ["us-iso-west-1", "iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
  ["us-isob-east-1", "iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"],
])("from %s it asks %s, signed for %s", async (region, host, signedFor) => {
  const { asked, read } = await served(usual, region);

  await read("r", always);

  expect(asked[0]?.headers.host).toBe(host);
  expect(asked[0]?.headers.authorization).toMatch(
    new RegExp(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/${signedFor}/iam/aws4_request, `),
  );
});

describe("a role", () => {
  test("that is not there is none", async () => {
    const { read } = await served(() => gone);

    expect(await read("r", always)).toBeUndefined();
  });

  test.each<[string, Answered, string]>([
    [
      "denied",
      [
        403,
        `<ErrorResponse ${xmlns}><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not &quot;you&quot;</Message></Error></ErrorResponse>`,
      ],
      'iam:GetRole of role r: IAM answered 403, AccessDenied: not "you"',
    ],
    [
      "of which IAM says nothing that is known",
      [503, "busy"],
      "iam:GetRole of role r: IAM answered 503, busy",
    ],
    [
      "of which nothing comes",
      [200, "<GetRoleResponse/>"],
      "expected a AssumeRolePolicyDocument of IAM, found none",
    ],
  ])("that is %s is told with IAM's own words", async (_what, answer, message) => {
    const { read } = await served(() => answer);

    await expect(read("r", always)).rejects.toMatchObject({ name: "AwsRefused", message });
  });

  test("is read no further than it may go on", async () => {
    const { asked, read } = await served(usual);

    await expect(read("r", () => asked.length < 2)).rejects.toMatchObject({ name: "AwsRefused" });
    expect(asked).toHaveLength(2);
  });
});

test("the twin's IAM refuses what it does not model by name", async () => {
  const { services } = openAccount();
  const own = services.find(({ name }) => name === "iam")?.operations;
  const input = { RoleName: "slipway-dev-checkGates-eu-west-1-lambdaRole", PathPrefix: "/" };
  const call = { service: "iam", operation: "ListRolePolicies", input, at: 0 };

  expect(() => own?.ListRolePolicies?.(input, call)).toThrow(
    "the twin does not model IAM.ListRolePolicies with PathPrefix",
  );
  expect(() => own?.ListRolePolicies?.({ RoleName: input.RoleName, Marker: "x" }, call)).toThrow(
    "Invalid Marker",
  );
});
