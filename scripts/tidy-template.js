/**
 * A plugin of the framework that takes out of the generated template what nothing uses: the role that functions
 * would share if each did not have its own, the right to make log groups that exist already, and dependencies that
 * a reference states anyhow. It adds whose state machines may take their role. What is deployed is then what
 * serverless.yml says, and cfn-lint has nothing to warn of.
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
    if (resource.Type === "AWS::IAM::Role") {
      trustOwnMachine(resource.Properties.AssumeRolePolicyDocument);
      for (const { PolicyDocument } of resource.Properties.Policies ?? []) dropLogGroups(PolicyDocument);
    }
  }
}

function dropStatedDependencies(resource) {
  const stated = references(resource.Properties);
  const left = [resource.DependsOn ?? []].flat().filter((name) => !stated.has(name));
  if (left.length > 0) resource.DependsOn = left;
  else delete resource.DependsOn;
}

/**
 * Step Functions assumes the machine's role for state machines of this account alone (developer guide, preventing the
 * confused deputy). No page says that EventBridge tells its account when it assumes a target's role: that is left open.
 */
function trustOwnMachine({ Statement }) {
  for (const statement of Statement)
    if (JSON.stringify(statement.Principal).includes("states."))
      statement.Condition = {
        StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
        ArnLike: {
          "aws:SourceArn": {
            "Fn::Sub": `arn:$\{AWS::Partition}:states:$\{AWS::Region}:$\{AWS::AccountId}:stateMachine:*`,
          },
        },
      };
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
