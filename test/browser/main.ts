/**
 * Installs what the browser tests need where it is not there yet, compiles them and runs them. Where it cannot be had, on
 * another kind of machine or without a registry, it says what is skipped, and that is no failure.
 *
 * Usage: npm run browser [-- --without-libnss3 | --picture] [VITEST'S WORDS …]
 *        npm run bench:page
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const tools = join(folder, "../../node_modules/.bin");

/** What the registry, or the way to it, says when it is not to be had. */
const unreachable =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|E403|E404)\b/;

function skip(why: string): never {
  console.log(`skipped: browser tests, ${why}`);
  process.exit(0);
}

/** Ends this process too where what it runs fails. */
function run(command: string, words: readonly string[]): void {
  const { status } = spawnSync(command, words, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** As the lockfile says; once. */
function install(): void {
  const lockfile = join(folder, "package-lock.json");
  const installed = join(folder, "node_modules/.installed-lock.json");
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lockfile))) return;
  console.log("installing what the browser tests need, 100 MB, once");
  const { status, stderr } = spawnSync(
    "npm",
    ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "inherit", "pipe"],
    },
  );
  const found = unreachable.exec(stderr);
  if (status !== 0 && found !== null) skip(`what they need cannot be installed here: npm says ${found[0]}`);
  if (stderr !== "") console.error(stderr);
  if (status !== 0) process.exit(1);
  copyFileSync(lockfile, installed);
}

/** In a mount namespace of its own, which takes no rights where user namespaces are let. */
const apart = ["--map-root-user", "--mount", "sh", "-ec"];
/** Each libnss3 that the linker knows has nothing in it; whoever sees that is no root, who would have files given away. */
const hidden = `ldconfig -p | sed -n "s/.*libnss3[.]so .*=> //p" | while read -r each
do mount --bind /dev/null "$(readlink -f "$each")"
done
exec unshare --user --map-user=1000 "$@"`;

function runWithoutLibnss3(command: string, words: readonly string[]): void {
  const probe = spawnSync("unshare", [...apart, hidden, "sh", "true"]);
  if (probe.status !== 0) skip("libnss3 cannot be hidden here, nobody is let have a mount namespace");
  process.env["SLIPWAY_WITHOUT_LIBNSS3"] = "1";
  run("unshare", [...apart, hidden, "sh", command, ...words]);
}

if (process.platform !== "linux" || process.arch !== "x64")
  skip(`@sparticuz/chromium is a browser for linux on x64, this is ${process.platform} on ${process.arch}`);
const own = ["--bench", "--picture", "--without-libnss3"];
const words = process.argv.slice(2);
const rest = words.filter((word) => !own.includes(word));
install();
run(join(tools, "tsc"), ["--project", folder]);
if (words.includes("--bench")) run(process.execPath, [join(folder, "bench.ts"), ...rest]);
else if (words.includes("--picture")) run(process.execPath, [join(folder, "readme-picture.ts"), ...rest]);
else if (words.includes("--without-libnss3"))
  runWithoutLibnss3(join(tools, "vitest"), ["run", "--root", folder, "starts", ...rest]);
else run(join(tools, "vitest"), ["run", "--root", folder, ...rest]);
