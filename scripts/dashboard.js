/**
 * A plugin of the framework that adds the stack's dashboard, of dashboard.yml, where whoever deploys asks for it; and that
 * holds parameters which are on or off to one of the two. A condition in the template would be always true or always false.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

export default class Dashboard {
  constructor(serverless) {
    const { service, classes } = serverless;
    this.hooks = {
      "before:package:cleanup": () => {
        const problems = switchProblems(service.custom.switches);
        if (problems.length > 0) throw new classes.Error(problems.join("\n"));
      },
      "before:package:finalize": () =>
        Object.assign(
          service.provider.compiledCloudFormationTemplate.Resources,
          dashboardFor(service.custom.switches),
        ),
    };
  }
}

/** One line for each switch that is neither on nor off. */
export function switchProblems(switches) {
  return Object.entries(switches).flatMap(([name, value]) =>
    value === "on" || value === "off"
      ? []
      : [`--param ${name}=…: expected on or off; found ${JSON.stringify(value)}`],
  );
}

/** The resources that a deployment has for its dashboard: one, or none. */
export function dashboardFor({ dashboard, releaseMetrics }) {
  if (dashboard !== "on") return {};
  const file = readFileSync(new URL("../dashboard.yml", import.meta.url), "utf8");
  const { releaseMetrics: measured, widgets, ...rest } = parse(file);
  const body = { ...rest, widgets: releaseMetrics === "on" ? [...widgets, ...measured] : widgets };
  const Properties = {
    DashboardName: { Ref: "AWS::StackName" },
    DashboardBody: { "Fn::Sub": JSON.stringify(body) },
  };
  return { Dashboard: { Type: "AWS::CloudWatch::Dashboard", Properties } };
}
