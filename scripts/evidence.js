/**
 * A plugin of the framework that leaves out of the stack where evidence is signed and kept, where whoever deploys wants none; and
 * that holds what they say of it to what S3 and KMS have. A condition in the template would be always true or always false.
 */
const allowed = {
  evidenceMode: ["GOVERNANCE", "COMPLIANCE"],
  evidenceKey: ["ECC_NIST_EDWARDS25519", "ECC_NIST_P256"],
};

const resources = ["EvidenceBucket", "EvidenceBucketPolicy", "EvidenceKey"];
const outputs = ["EvidenceBucket", "EvidenceKeyArn", "EvidenceMode"];

export default class Evidence {
  constructor(serverless) {
    const { service, classes } = serverless;
    this.hooks = {
      "before:package:cleanup": () => {
        const problems = evidenceProblems(service.custom.evidenceSettings);
        if (problems.length > 0) throw new classes.Error(problems.join("\n"));
        // Resources of serverless.yml itself join the template later.
        if (service.custom.switches.evidence === "off") leaveOut(service.resources);
      },
    };
  }
}

/** One line for each setting that is none of its values. */
export function evidenceProblems(given) {
  return Object.entries(allowed).flatMap(([name, values]) =>
    values.includes(given[name])
      ? []
      : [`--param ${name}=…: expected ${values.join(" or ")}; found ${JSON.stringify(given[name])}`],
  );
}

/** Takes what evidence is signed and kept with out of a template, in place. */
export function leaveOut({ Resources, Outputs }) {
  for (const name of resources) delete Resources[name];
  for (const name of outputs) delete Outputs[name];
}
