/** An application out of the few things that most have to say. */
import type { Application } from "./engine/application.ts";
import type { AslDefinition } from "./engine/asl.ts";
import type { WireHandler } from "./engine/wire-handler.ts";
import { sampleAccount } from "./sample-account.ts";

/** The code of one function: an event and Lambda's context in, a result out. */
export type Handler = (event: never, context: never) => Promise<unknown>;

export interface ApplicationParts
  extends Omit<Partial<Application>, "name" | "definition" | "stepsOn" | "functionsOn"> {
  /** The stack's name, and its machine's where that has none of its own. */
  readonly name: string;
  readonly definition: AslDefinition;
  /**
   * The handlers of all Task states by the states' names, and of the functions that `rules` and `rates` name. It is called
   * anew for each run: clients that are built in it, with `clientConfig(wire)`, reach the twin.
   */
  readonly functions: (wire: WireHandler) => Readonly<Record<string, Handler>>;
}

/** What is left out has nothing to do in the application: no rules, no tables, no roles that forbid anything. */
export function defineApplication({ functions, ...parts }: ApplicationParts): Application {
  // What each handler takes is for its caller to know: the engine hands on JSON.
  const stepsOn = functions as Application["stepsOn"];
  return {
    machineName: parts.name,
    account: sampleAccount,
    ...parts,
    stepsOn,
    functionsOn: stepsOn,
  };
}
