/** A variant's scaling: bounds, suspensions, policies, scheduled actions. Named by Application Auto Scaling's resource id. */
import { Scaling } from "../../core/capacity/scaling.ts";
import { putScaling, readScaling } from "../application-auto-scaling.ts";
import { defineResource } from "./define.ts";

export const scaling = defineResource({ state: Scaling, read: readScaling, put: putScaling });
