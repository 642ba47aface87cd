/** The entry of a rehearsal's thread. */
import { releaseParts } from "../release-parts.ts";
import { serveRehearsals } from "./thread.ts";

serveRehearsals(releaseParts);
