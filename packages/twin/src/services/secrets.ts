/**
 * Secrets Manager in the twin, of which GetSecretValue is modelled: a secret's text as it is now, by its name or its ARN, or
 * by its ARN without the six characters that AWS adds. Source: service model 2017-10-17.
 */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import { members } from "./members.ts";
import type { Service } from "./service.ts";

/** The end of a secret's ARN, which AWS draws; here it is one and the same. */
const DRAWN = "Rehear";

const input = z.strictObject({
  SecretId: z.string().min(1).max(2048),
  VersionStage: z.literal("AWSCURRENT").optional(),
});

export interface SecretsManagerOptions {
  readonly account: string;
  readonly region: string;
  /** The texts of secrets, by their names. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly createdMs: number;
}

export function secretsManager({ account, region, secrets, createdMs }: SecretsManagerOptions): Service {
  const stem = `arn:aws:secretsmanager:${region}:${account}:secret:`;
  return {
    name: "secretsmanager",
    title: "SecretsManager",
    protocol: { kind: "json", version: "1.1", targetPrefix: "secretsmanager" },
    operations: {
      GetSecretValue(given) {
        const { SecretId: id } = members(
          { operation: "GetSecretValue", schema: input, errorName: "InvalidParameterException" },
          given,
        );
        const name = id.startsWith(stem) ? id.slice(stem.length).replace(new RegExp(`-${DRAWN}$`), "") : id;
        const text = secrets[name];
        if (text === undefined)
          throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        return {
          ARN: `${stem}${name}-${DRAWN}`,
          Name: name,
          SecretString: text,
          VersionId: "00000000-0000-4000-8000-000000000001",
          VersionStages: ["AWSCURRENT"],
          CreatedDate: createdMs / 1000,
        };
      },
    },
  };
}
