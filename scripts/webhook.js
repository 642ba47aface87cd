/**
 * A plugin of the framework that gives the function which takes MLflow's webhooks a URL, open to the internet, where whoever deploys
 * names the secret that they are signed with; without one it has none, and nobody can send it anything.
 */
const none = "none";

export default class Webhook {
  constructor(serverless) {
    const { service } = serverless;
    this.hooks = {
      // Functions are compiled after this, and resources of serverless.yml itself join the template later.
      "before:package:cleanup": () => openDoor(service),
    };
  }
}

/** Gives it its URL, and the stack the output that tells it, in place; or neither. */
export function openDoor({ functions, resources, custom }) {
  if (custom.patterns.mlflowSecret === none) return;
  functions.takeWebhook.url = true;
  resources.Outputs.WebhookUrl = {
    Description: "Where MLflow's webhooks go.",
    Value: { "Fn::GetAtt": ["TakeWebhookLambdaFunctionUrl", "FunctionUrl"] },
  };
}
