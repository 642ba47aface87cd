/** STS, as far as it says who calls: there is one person in the account, whoever signed. */
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
      GetCallerIdentity(input) {
        const [unknown] = Object.keys(input);
        if (unknown !== undefined) throw notModelled(`STS.GetCallerIdentity with ${unknown}`);
        return {
          Arn: `arn:aws:iam::${account}:user/twin`,
          UserId: "AIDAREHEARSED0000TWIN",
          Account: account,
        };
      },
    },
  };
}
