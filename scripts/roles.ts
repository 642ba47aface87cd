/** Writes the roles of the packaged template to where rehearsals, and the gate of least privilege, read them: `npm run roles`. */
import { writeFileSync } from "node:fs";
import { extractRoles, rolesFile } from "./extracted-roles.ts";
import { shippedFile, shippedText } from "./shipped-roles.ts";

const extracted = await extractRoles();
writeFileSync(rolesFile, extracted);
writeFileSync(shippedFile, shippedText(extracted));
