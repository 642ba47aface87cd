/** A page that is served on this machine alone while somebody looks, newer each time it is asked for. */
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CommandFailed } from "./mistakes.ts";

export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** `port` 0 takes any that is free. Throws CommandFailed where it is taken. */
export async function servePage(port: number, page: () => string): Promise<ServedPage> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/") return void response.writeHead(404).end();
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" })
      .end(page());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ message }) => reject(new CommandFailed(`the page cannot be served: ${message}`)));
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...words: string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Asks the desktop for a browser. Where there is none nothing happens: the address is printed anyhow. */
export function openInBrowser(url: string): void {
  const [command, ...words] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...words, url], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
