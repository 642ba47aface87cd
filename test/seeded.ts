/** Run before each file of tests: properties that say nothing else are checked on the same draws at every run, too. */
import fc from "fast-check";
import { seed } from "./property.ts";

fc.configureGlobal({ seed });
