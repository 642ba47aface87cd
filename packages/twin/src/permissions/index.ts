/** What roles allow, and the gate that holds calls to it. */
export { type ConditionElement, type Context, conditionOf } from "./conditions.ts";
export { policiesOf } from "./evaluate.ts";
export { type Asked, type Gate, openGate } from "./gate.ts";
export { arns } from "./pattern.ts";
export { type Right, readStatements, type StatementElement } from "./policy.ts";
export { everyRequest, type Facts, type Requirement } from "./requirement.ts";
export { required, requirementsOf } from "./requirements.ts";
export type { RoleOf, Roles } from "./roles.ts";
