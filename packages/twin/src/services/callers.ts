/**
 * Who calls, by the key that a request is signed with. Signatures are not looked at; a key names its person, so that several
 * can be tried: `TWIN.ann` is the user ann, `TWIN.deploy.ann` the session ann of the role deploy, and any other the user twin.
 */

export interface Caller {
  readonly accessKey: string;
  readonly arn: string;
  /** As IAM tells users and sessions apart (IAM user guide, "Unique identifiers"). */
  readonly userId: string;
}

/** The key of AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/lambda/aws4_request, …; undefined for a request without. */
export const accessKeyIn = (authorization: string | undefined): string | undefined =>
  /Credential=([^/]+)\//.exec(authorization ?? "")?.[1];

/** @param account twelve digits. */
export function callerBy(accessKey: string, account: string): Caller {
  const [, first = "twin", session] = /^TWIN\.([\w+=,@-]+)(?:\.([\w+=,@-]+))?$/.exec(accessKey) ?? [];
  if (session === undefined)
    return {
      accessKey,
      arn: `arn:aws:iam::${account}:user/${first}`,
      userId: `AIDAREHEARSED0000${first.toUpperCase()}`,
    };
  return {
    accessKey,
    arn: `arn:aws:sts::${account}:assumed-role/${first}/${session}`,
    userId: `AROAREHEARSED0000${first.toUpperCase()}:${session}`,
  };
}
