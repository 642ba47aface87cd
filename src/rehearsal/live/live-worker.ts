/** The entry of a living twin's thread. */
import { releaseParts } from "../release-parts.ts";
import { serveLive } from "./live-thread.ts";

serveLive(releaseParts);
