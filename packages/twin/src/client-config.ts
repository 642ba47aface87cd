/** How an AWS SDK client is pointed to the twin. */
import type { WireHandler } from "./engine/wire-handler.ts";
import { region } from "./world/state.ts";

/** For the constructor of any `@aws-sdk/client-*`: its requests go to the twin, in virtual time. */
export function clientConfig(wire: WireHandler): {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  requestHandler: never;
} {
  return {
    region,
    credentials: { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" },
    // The SDK's own type wants two members more, which it asks only its own handlers for.
    requestHandler: wire as never,
  };
}
