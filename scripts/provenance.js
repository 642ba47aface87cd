/**
 * A plugin of the framework that writes into the template's metadata what it was made of: the commit, whether anything was
 * uncommitted, the hash of the lock file, and of each function's bundle what Lambda says of the code that it runs (CodeSha256).
 * So what runs in an account can be followed back to its sources (docs/OPERATIONS.md, "What a deployment was made of").
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export default class Provenance {
  constructor(serverless) {
    /** The bundles are there, and the template is not written yet. */
    this.hooks = {
      "before:package:finalize": () => {
        const { serviceDir, service } = serverless;
        const bundles = Object.fromEntries(
          Object.entries(service.functions).map(([name, own]) => [
            name,
            join(serviceDir, own.package.artifact),
          ]),
        );
        service.provider.compiledCloudFormationTemplate.Metadata = {
          Slipway: provenance(serviceDir, bundles),
        };
      },
    };
  }
}

/** `bundles` are paths of zips by function. Where there is no repository, nothing is said of a commit. */
export function provenance(folder, bundles) {
  const commit = git(folder, "rev-parse", "HEAD");
  return {
    ...(commit !== undefined && { Commit: commit, Uncommitted: git(folder, "status", "--porcelain") !== "" }),
    LockSha256: sha256(join(folder, "package-lock.json")),
    CodeSha256: Object.fromEntries(Object.entries(bundles).map(([name, path]) => [name, sha256(path)])),
  };
}

/** Base64, as Lambda writes its own. */
const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("base64");

function git(folder, ...words) {
  try {
    return execFileSync("git", words, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}
