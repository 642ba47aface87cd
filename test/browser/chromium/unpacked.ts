/** Unpacks the browser into a folder of this run's own before the first test, and removes it after the last. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

/** Where the browser is, and what it finds its libraries and its fonts by. */
export interface Unpacked {
  readonly executable: string;
  readonly environment: Readonly<Record<string, string>>;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly chromium: Unpacked;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "slipway-browser-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    project.provide("chromium", unpackedInto(folder));
  } catch (error) {
    remove();
    throw error;
  }
  return remove;
}

export function unpackedInto(folder: string): Unpacked {
  const script = fileURLToPath(new URL("unpack.ts", import.meta.url));
  const env = { TMPDIR: folder, HOME: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
  const { executable, libraries } = JSON.parse(
    execFileSync(process.execPath, [script], { env, encoding: "utf8" }),
  ) as { executable: string; libraries: string };
  writeFileSync(join(folder, "fonts", "fonts.conf"), fontsOf(folder));
  return {
    executable,
    environment: {
      LD_LIBRARY_PATH: libraries,
      FONTCONFIG_PATH: join(folder, "fonts"),
      HOME: folder,
      TMPDIR: folder,
    },
  };
}

/**
 * The same fonts on every machine: Open Sans, which the browser brings, DejaVu for what has to be monospaced and for what
 * Open Sans has no glyph of. The configuration that the browser brings looks in /tmp/fonts, and no text is drawn at all
 * where there is none.
 */
function fontsOf(folder: string): string {
  const dejaVu = dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
  const prefer = (family: string, ...fonts: string[]) =>
    `<alias binding="same"><family>${family}</family><prefer>${fonts.map((font) => `<family>${font}</family>`).join("")}</prefer></alias>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts/fonts</dir>
  <dir>${dejaVu}</dir>
  <cachedir>${folder}/fonts/cache</cachedir>
  ${["sans-serif", "system-ui", "serif"].map((family) => prefer(family, "Open Sans", "DejaVu Sans")).join("\n  ")}
  ${["monospace", "ui-monospace"].map((family) => prefer(family, "DejaVu Sans Mono")).join("\n  ")}
</fontconfig>
`;
}
