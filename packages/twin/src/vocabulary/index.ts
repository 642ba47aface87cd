/** The words of AWS that world and services share. */
export { AwsError } from "./aws-error.ts";
export type { Json } from "./json.ts";
export { parseExpression } from "./schedule-expression.ts";
