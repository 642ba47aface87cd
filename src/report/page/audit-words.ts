/** What an audit says in words, on its way into its page: moments as a person reads them, and nothing that steers a screen or is markup. */
import { printable } from "../../core/input/bad-input.ts";
import { escaped } from "./markup.ts";

const moments = /\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z/g;

export const words = (said: string): string => escaped(printable(said.replaceAll(moments, "$1 $2 UTC")));
