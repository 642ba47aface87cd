/**
 * An account of the twin on a port of this machine, and an environment that leads there and nowhere else: what a
 * command reaches, it reaches as it would reach AWS. What came over the network is kept, with who signed it for where.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, vi } from "vitest";
import { type Call, functionUrls, serveTwin, type WireRequest } from "#twin/services";
import { contract, takeOrder } from "../../functions/take-order.ts";
import { lambda } from "../../src/aws/lambda.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { type Account, openAccount } from "../aws/account.ts";

export interface ServedAccount extends Account {
  readonly url: string;
  /** The key and the region that each request was signed with, oldest first: `key/region/service`. */
  readonly signed: readonly string[];
  /** Of the calls, those of the function that takes orders: with its own rights, not with those of who ordered. */
  readonly callsOfOrders: ReadonlySet<Call>;
  close(): Promise<void>;
}

export async function serveAccount(options: Parameters<typeof openAccount>[0] = {}): Promise<ServedAccount> {
  const account = openAccount(options);
  const signed: string[] = [];
  const callsOfOrders = new Set<Call>();
  const urls = ordersUrlOf(account, callsOfOrders);
  const handle = (request: WireRequest) => {
    const [, key, region, service] =
      /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? "") ?? [];
    signed.push(`${key}/${region}/${service}`);
    if (urls.isFor(request)) return urls.handle(request);
    return account.wire.handle(request as never).then(({ response }) => response as never);
  };
  const server = await serveTwin({ handle }, { port: 0, speed: Number.POSITIVE_INFINITY });
  return { ...account, url: server.url, signed, callsOfOrders, close: () => server.close() };
}

/** The function that takes orders, behind its URL, as deployed. */
function ordersUrlOf(account: Account, itsCalls: Set<Call>) {
  const { account: id, ordersUrl = "" } = rehearsedDeployment;
  const handler = lambda(takeOrder, contract, account.aws);
  let invocations = 0;
  const invoke = async (eventBy: (id: string) => unknown) => {
    invocations += 1;
    const awsRequestId = `00000000-0000-4000-9000-${String(invocations).padStart(12, "0")}`;
    const first = account.calls.length;
    try {
      return await handler(eventBy(awsRequestId), { awsRequestId } as never);
    } finally {
      for (const call of account.calls.slice(first)) itsCalls.add(call);
    }
  };
  return functionUrls([{ host: new URL(ordersUrl).host, invoke }], { account: id, now: account.now });
}

/** Nothing of this machine's own AWS configuration has a say; `settings` are all there is. */
export function onlyEnvironment(settings: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env).filter((each) => /^(AWS|SLIPWAY)_/.test(each)))
    vi.stubEnv(name, undefined);
  const nowhere = join(mkdtempSync(join(tmpdir(), "slipway-")), "none");
  const own = {
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
  for (const [name, value] of Object.entries({ ...own, ...settings })) vi.stubEnv(name, value);
}

/** As the README has it; the key may name another person (`TWIN.ann`). */
export const twinEnvironment = (url: string, key = "twin") => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: "eu-west-1",
  AWS_DEFAULT_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: key,
  AWS_SECRET_ACCESS_KEY: "twin",
  SLIPWAY_STAGE: "dev",
});

/** A folder with files of the given names. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** For each test of a file an account when it asks for one, reached by the environment alone and closed after it. */
export function servedEach(): (...options: Parameters<typeof serveAccount>) => Promise<ServedAccount> {
  const accounts: ServedAccount[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const account of accounts.splice(0)) await account.close();
  });
  return async (...options) => {
    const account = await serveAccount(...options);
    accounts.push(account);
    onlyEnvironment(twinEnvironment(account.url));
    return account;
  };
}
