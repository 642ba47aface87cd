/**
 * A plugin of the framework that takes out of the generated template what nothing uses: the role that functions
 * would share if each did not have its own, the right to make log groups that exist already, and dependencies that
 * a reference states anyhow. What is deployed is then what serverless.yml says, and cfn-lint has nothing to warn of.
 */
const sharedRole = "IamRoleLambdaExecution";

export default class TidyTemplate {
  constructor(serverless) {
    /** The last moment before the template is written, when every other plugin has had its turn. */
    this.hooks = {
      "before:package:finalize": () =>
        tidy(serverless.service.provider.compiledCloudFormationTemplate.Resources),
    };
  }
}

function tidy(resources) {
  delete resources[sharedRole];
  for (const resource of Object.values(resources)) {
    dropStatedDependencies(resource);
    if (resource.Type === "AWS::IAM::Role")
      for (const { PolicyDocument } of resource.Properties.Policies ?? []) dropLogGroups(PolicyDocument);
  }
}

function dropStatedDependencies(resource) {
  const stated = references(resource.Properties);
  const left = [resource.DependsOn ?? []].flat().filter((name) => !stated.has(name));
  if (left.length > 0) resource.DependsOn = left;
  else delete resource.DependsOn;
}

function dropLogGroups({ Statement }) {
  for (const statement of Statement)
    if (Array.isArray(statement.Action))
      statement.Action = statement.Action.filter((action) => action !== "logs:CreateLogGroup");
}

/** The logical ids that a value refers to. */
function references(value, found = new Set()) {
  if (typeof value !== "object" || value === null) return found;
  if (typeof value.Ref === "string") found.add(value.Ref);
  const attribute = value["Fn::GetAtt"];
  if (attribute !== undefined) found.add([attribute].flat()[0].split(".")[0]);
  for (const part of Object.values(value)) references(part, found);
  return found;
}
