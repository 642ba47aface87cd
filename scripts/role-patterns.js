/**
 * A plugin of the framework that holds the patterns of names which whoever deploys must give: without one of them, or
 * with one that IAM would match nothing by, nothing is packaged.
 */
const patterns = {
  endpoints: {
    what: 'the endpoints that releases may change, in lower case as their ARNs are, such as "chat-*"',
    valid: /^[a-z0-9*?-]+$/,
  },
  ownNames: {
    what: "the names of what this stack makes, in lower case as their ARNs are (so is the stage, then)",
    valid: /^[a-z0-9*?-]+$/,
  },
  workloadRoles: {
    what: 'the roles that released models run with, such as "chat-*-serving"',
    valid: /^[\w+=,.@/*?-]+$/,
  },
  trainingRoles: {
    what: 'the roles that warm pools are primed with, such as "chat-*-training"',
    valid: /^[\w+=,.@/*?-]+$/,
  },
  services: {
    what: 'the ECS services that plans may list alongside, such as "prod/chat-*"; "none/none" for none',
    valid: /^[\w*?-]+\/[\w*?-]+$/,
  },
  functions: {
    what: 'the functions that plans may list alongside, with alias or version, such as "chat-*:live"; "none:none" for none',
    valid: /^[\w*?-]+:[\w*?-]+$/,
  },
  tables: {
    what: 'the tables that plans may list alongside, such as "chat-*"; "none" for none',
    valid: /^[\w.*?-]+$/,
  },
  repositories: {
    what: 'the repositories in ECR that plans wait for a tag in, such as "chat-*"; "none/none" for none',
    // EventBridge takes no two wildcards in a row.
    valid: /^(?!.*\*\*)[a-z0-9._/*-]+$/,
  },
  mlflowSecret: {
    what: 'the name of the secret that MLflow signs its webhooks with, such as "slipway-dev/mlflow"; "none" for none',
    valid: /^[\w/+=.@-]+$/,
  },
  clusters: {
    what: 'the HyperPod clusters that plans may raise, by the ids in their ARNs, such as "a1b2c3d4e5f6"; "none" for none',
    valid: /^[a-z0-9*?-]+$/,
  },
  nodeRoles: {
    what: 'the roles that nodes of those clusters run with, such as "research-nodes"; "none" for none',
    valid: /^[\w+=,.@/*?-]+$/,
  },
  evaluations: {
    what: 'the objects that plans\' criteria are looked up in, such as "chat-evaluations/*"; "none/none" for none',
    valid: /^[a-z0-9.*?-]+\/[\w!.*'()/?-]+$/,
  },
  payloads: {
    what: 'the objects with requests for tests under load, such as "chat-payloads/*"; "none/none" for none',
    valid: /^[a-z0-9.*?-]+\/[\w!.*'()/?-]+$/,
  },
  modelBuckets: {
    what: 'the buckets that versions are loaded from, such as "chat-models"; "none" for none',
    valid: /^[a-z0-9.*?-]+$/,
  },
};

export default class RolePatterns {
  constructor(serverless) {
    this.hooks = {
      "before:package:cleanup": () => {
        const problems = problemsOf(serverless.service.custom.patterns);
        if (problems.length > 0) throw new serverless.classes.Error(problems.join("\n"));
      },
    };
  }
}

/** One line for each pattern that is missing or wrong. */
export function problemsOf(given) {
  return Object.entries(patterns).flatMap(([name, { what, valid }]) => {
    const found = given[name];
    if (typeof found === "string" && valid.test(found)) return [];
    const shown = found === "" || found === undefined ? "nothing" : JSON.stringify(found);
    return [`--param ${name}=…: expected a pattern of ${what}; found ${shown}`];
  });
}
