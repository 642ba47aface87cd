/** STS, as far as it says who calls, by the key that signed. */
import { callerBy } from "./callers.ts";
import { notModelled, type Service } from "./service.ts";

/** @param account twelve digits. */
export function sts({ account }: { account: string }): Service {
  return {
    name: "sts",
    title: "STS",
    protocol: {
      kind: "query",
      version: "2011-06-15",
      xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    },
    operations: {
      GetCallerIdentity(input, { accessKey = "twin" }) {
        const [unknown] = Object.keys(input);
        if (unknown !== undefined) throw notModelled(`STS.GetCallerIdentity with ${unknown}`);
        const { arn: Arn, userId: UserId } = callerBy(accessKey, account);
        return { Arn, UserId, Account: account };
      },
    },
  };
}
