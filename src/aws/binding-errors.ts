/** Why a deployment could not be reached, in words that name the thing at fault and what to do about it. */

export class NotBound extends Error {
  override readonly name = "NotBound";
  readonly mistakes: readonly string[];
  /** Whether what was asked for is wrong, or what was found. */
  readonly kind: "usage" | "failure";
  constructor(mistakes: readonly string[], kind: "usage" | "failure", cause?: unknown) {
    super(mistakes.join("\n"), { cause });
    this.mistakes = mistakes;
    this.kind = kind;
  }
}

export interface FailedCall {
  /** The call that failed: `sts:GetCallerIdentity`. */
  readonly what: string;
  readonly profile: string | undefined;
  readonly region: string;
  readonly endpoint: string | undefined;
}

/** Names of AWS's and the SDK's errors are their documented ones; the sentences around them are ours. */
export function whyUnreached(error: unknown, call: FailedCall): NotBound {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const failure = { name, message, code: codeOf(error) };
  const reason = reasons.find(({ is }) => is(failure)) ?? unknown;
  return new NotBound([reason.say(failure, call)], "failure", error);
}

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
}

interface Reason {
  readonly is: (failure: Failure) => boolean;
  readonly say: (failure: Failure, call: FailedCall) => string;
}

const named =
  (...names: readonly string[]) =>
  ({ name }: Failure) =>
    names.includes(name);
const of = ({ profile }: FailedCall) => (profile === undefined ? "" : ` of profile ${profile}`);
const login = ({ profile }: FailedCall) =>
  `aws sso login${profile === undefined ? "" : ` --profile ${profile}`}`;
const lost = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ETIMEDOUT"]);

const reasons: readonly Reason[] = [
  {
    is: named("CredentialsProviderError", "TokenProviderError"),
    say: ({ message }, call) =>
      call.profile === undefined
        ? `credentials: expected some, found none: give --profile, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (${message})`
        : `profile ${call.profile}: expected credentials under this name in ~/.aws/config or ~/.aws/credentials, found none that can be used (${message}); where they come from a login: ${login(call)}`,
  },
  {
    is: named("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
    say: ({ message }, call) =>
      `the credentials${of(call)} have expired: renew them, for one by ${login(call)} (${message})`,
  },
  {
    is: named("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"),
    say: ({ name, message }, call) =>
      `the credentials${of(call)} are not accepted by AWS in ${call.region}: ${name}: ${message}`,
  },
  {
    is: named("AccessDenied", "AccessDeniedException"),
    say: ({ message }, call) =>
      `the credentials${of(call)} may not call ${call.what}: ${message}; docs/OPERATIONS.md says what each command needs`,
  },
  {
    is: ({ name, code }) => name === "TimeoutError" || lost.has(code ?? ""),
    say: ({ code, message }, { region, endpoint }) =>
      endpoint === undefined
        ? `AWS in ${region} cannot be reached (${code ?? message}): see the network, a proxy, and whether the region exists`
        : `${endpoint}, which AWS_ENDPOINT_URL names, cannot be reached (${code ?? message}): is the twin running, on that port?`,
  },
  {
    is: ({ name, message }) => name === "TypeError" && message.includes("Invalid URL"),
    say: (_failure, call) =>
      `endpoint_url${of(call)}: expected a URL such as http://127.0.0.1:4566, found another text`,
  },
];

const unknown: Pick<Reason, "say"> = {
  say: ({ name, message }, { what, region, endpoint }) =>
    `${endpoint ?? `AWS in ${region}`} answered ${what} with ${name}: ${message}`,
};

/** The system's code of a broken connection; of several addresses tried, the first's. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errors } = error as { code?: unknown; errors?: readonly unknown[] };
  return typeof code === "string" ? code : codeOf(errors?.[0]);
}
