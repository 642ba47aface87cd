/** Rehearses the shop: each order as it should go, then with a fault at every point, with the bug and without it. */
import { explore, nameOf, rehearse } from "slipway-twin";
import { orders, shop } from "./application.js";
import { charge, chargeTwice } from "./functions.js";

const faults = { only: new Set(["passing"]) };

for (const event of orders) {
  const { outcome, reason } = await rehearse(shop({ charge }), { event });
  console.log(`${event.id}: ${outcome} ${reason}`.trim());
}

const versions = { "with the bug": chargeTwice, mended: charge };
for (const [name, version] of Object.entries(versions)) {
  const findings = [];
  for (const event of orders) {
    const explored = await explore(shop({ charge: version }), { event, ...faults });
    findings.push(explored.reference, ...explored.findings);
  }
  const wrong = findings.filter((finding) => finding.wrong.length > 0);
  console.log(`${name}: ${findings.length} runs, ${wrong.length} with something wrong`);
  for (const finding of wrong)
    for (const { what, detail } of finding.wrong)
      console.log(`  ${nameOf(finding.experiment)}: ${what}: ${detail}`);
}
