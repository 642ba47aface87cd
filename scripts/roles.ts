/** Writes the roles of the packaged template to where rehearsals read them: `npm run roles`. */
import { writeFileSync } from "node:fs";
import { extractRoles, rolesFile } from "./extracted-roles.ts";

writeFileSync(rolesFile, await extractRoles());
