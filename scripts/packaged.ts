/** Says where `npm run package` has put what would be deployed: its folder is hidden, and takes a minute to fill. */
import { existsSync } from "node:fs";

const folder = ".serverless";
const template = `${folder}/cloudformation-template-update-stack.json`;

console.log(
  existsSync(template)
    ? `The template is ${template}; the bundle of each function is beside it, in ${folder}/.`
    : `Nothing is in ${folder}/: the packaging before this says why.`,
);
