/**
 * From a stage to its deployment: whose credentials, which region, and what the stack of the stage puts out. Everything
 * is looked up in the account itself; what is missing is said by name, and nothing is guessed.
 */
import { CloudFormationClient, DescribeStacksCommand, type Stack } from "@aws-sdk/client-cloudformation";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { NotBound, whyUnreached } from "./binding-errors.ts";
import { type Aws, connect, patience } from "./clients.ts";
import type { Environment } from "./environment.ts";

/** Where a command is to go, as far as one place says so. */
export interface BindingOptions {
  readonly stage?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

export interface Bound {
  readonly aws: Aws;
  /** The ARN of whoever's credentials are used. */
  readonly who: string;
  /** What resolves them; absent where somebody else has bound it. */
  readonly credentials?: STSClient["config"]["credentials"];
  /** Where requests go instead of to AWS, as AWS_ENDPOINT_URL says. */
  readonly endpoint?: string;
}

/** What the environment sets that is worth more than a profile in a file. */
const credentialVariables = [
  "AWS_ACCESS_KEY_ID",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/**
 * Flags before environment before file before the profile's own region. Reads, and changes nothing.
 * @throws NotBound, which says what is missing and what to do about it.
 */
export async function bind(
  flags: BindingOptions,
  file: BindingOptions,
  from: NodeJS.ProcessEnv = process.env,
): Promise<Bound> {
  const stage = flags.stage ?? set(from.SLIPWAY_STAGE) ?? file.stage;
  const asked = flags.region ?? set(from.AWS_REGION) ?? set(from.AWS_DEFAULT_REGION) ?? file.region;
  const profile = flags.profile ?? set(from.AWS_PROFILE) ?? profileOfFile(file, from);
  const endpoint = set(from.AWS_ENDPOINT_URL);
  check({ stage, region: asked, endpoints: from });
  const own = { requestHandler: patience, maxAttempts: 3, ...(profile === undefined ? {} : { profile }) };
  const sts = new STSClient({
    ...own,
    ...(asked === undefined ? {} : { region: asked }),
  });
  const region = await regionOf(sts, profile);
  const call = { profile, region, endpoint };
  const reach = <T>(what: string, act: () => Promise<T>) =>
    act().catch((error: unknown) => {
      throw error instanceof NotBound ? error : whyUnreached(error, { ...call, what });
    });
  const { Arn: who = "", Account: account = "" } = await reach("sts:GetCallerIdentity", () =>
    sts.send(new GetCallerIdentityCommand({})),
  );
  // Credentials are resolved once for all: a process or another role that gives them is asked once.
  const settings = { ...own, credentials: sts.config.credentials };
  const name = `slipway-${stage}`;
  const stack = await reach(`cloudformation:DescribeStacks of ${name}`, () =>
    stackOf(new CloudFormationClient({ ...settings, region }), { name, account, region }),
  );
  const environment = environmentOf(stack, { name, account, region });
  return {
    aws: connect(undefined, environment, { ...settings, endpoint }),
    who,
    credentials: settings.credentials,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** A variable that is set to nothing is not set. */
const set = (value: string | undefined) => (value === "" ? undefined : value);

const profileOfFile = ({ profile }: BindingOptions, from: NodeJS.ProcessEnv) =>
  credentialVariables.some((name) => set(from[name]) !== undefined) ? undefined : profile;

/** What can be said without asking anybody. */
function check({ stage, region, endpoints }: BindingOptions & { endpoints: NodeJS.ProcessEnv }): void {
  const mistakes: string[] = [];
  if (stage === undefined)
    mistakes.push(
      "--stage: expected the stage that was deployed, such as prod, found nothing; give it, or SLIPWAY_STAGE, or stage in a slipway.yml",
    );
  else if (!/^[a-zA-Z][a-zA-Z0-9-]{0,38}$/.test(stage))
    mistakes.push(`--stage: expected letters, digits and hyphens, found ${JSON.stringify(stage)}`);
  if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    mistakes.push(`--region: expected a region such as eu-west-1, found ${JSON.stringify(region)}`);
  for (const [name, url] of Object.entries(endpoints).filter(([each]) => /^AWS_ENDPOINT_URL(_|$)/.test(each)))
    if (set(url) !== undefined && !/^https?:$/.test(URL.parse(url ?? "")?.protocol ?? ""))
      mistakes.push(`${name}: expected a URL such as http://127.0.0.1:4566, found ${JSON.stringify(url)}`);
  if (mistakes.length > 0) throw new NotBound(mistakes, "usage");
}

async function regionOf(sts: STSClient, profile: string | undefined): Promise<string> {
  try {
    return await sts.config.region();
  } catch {
    const where = profile === undefined ? "the profile" : `profile ${profile}`;
    throw new NotBound(
      [
        `--region: expected a region such as eu-west-1, found none: give it, or AWS_REGION, or region in a slipway.yml or in ${where}`,
      ],
      "usage",
    );
  }
}

interface Place {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

async function stackOf(client: CloudFormationClient, { name, account, region }: Place): Promise<Stack> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const found = Stacks?.[0];
    if (found !== undefined) return found;
  } catch (error) {
    if (!(error instanceof Error && /does not exist/.test(error.message))) throw error;
  }
  const stage = name.slice("slipway-".length);
  throw new NotBound(
    [
      `stack ${name}: expected it in account ${account}, region ${region}, found none there; see --stage, --region and --profile, or deploy it: npx osls deploy --stage ${stage} --region ${region}`,
    ],
    "failure",
  );
}

const outputs = {
  stateMachineArn: "StateMachineArn",
  table: "TableName",
  schedulerRoleArn: "SchedulerRoleArn",
  scheduleGroup: "ScheduleGroup",
  eventBus: "EventBus",
} as const;

/** Of a stack that keeps none, or was deployed before there was any, nothing. */
function evidenceIn(
  given: ReadonlyMap<string | undefined, string | undefined>,
): Pick<Environment, "evidence"> {
  const [bucket, keyId, mode] = ["EvidenceBucket", "EvidenceKeyArn", "EvidenceMode"].map((output) =>
    given.get(output),
  );
  if (!bucket || !keyId) return {};
  return { evidence: { bucket, keyId, mode: mode === "COMPLIANCE" ? mode : "GOVERNANCE" } };
}

function environmentOf({ Outputs, StackStatus }: Stack, { name, account, region }: Place): Environment {
  const given = new Map(Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const ordersUrl = given.get("OrdersUrl");
  const missing = Object.values(outputs).filter((key) => !given.get(key));
  if (missing.length > 0)
    throw new NotBound(
      [
        `stack ${name}: expected its output ${missing.join(", ")}, found nothing (the stack is ${StackStatus}); deploy it again with this version`,
      ],
      "failure",
    );
  const own = Object.fromEntries(Object.entries(outputs).map(([field, key]) => [field, given.get(key)]));
  const door = ordersUrl === undefined ? {} : { ordersUrl };
  const evidence = evidenceIn(given);
  const environment = {
    stack: name,
    account,
    region,
    ...own,
    ...door,
    ...evidence,
  } as unknown as Environment;
  const [, , , itsRegion, itsAccount] = environment.stateMachineArn.split(":");
  // Whatever answers in place of AWS may not look at where a request was to go.
  if (itsRegion !== region || itsAccount !== account)
    throw new NotBound(
      [
        `stack ${name}: expected it in account ${account}, region ${region}, found it in account ${itsAccount}, region ${itsRegion}; see --region and --profile`,
      ],
      "failure",
    );
  return environment;
}
