/** The REST routes of EventBridge Scheduler, modelled or not (service model, botocore 1.43). */
import type { Route } from "./service.ts";

const named = { clientToken: "ClientToken", groupName: "GroupName" };

export const schedulerRoutes: readonly Route[] = [
  { method: "POST", path: "/schedules/{Name}", operation: "CreateSchedule" },
  { method: "GET", path: "/schedules/{Name}", operation: "GetSchedule", query: named },
  { method: "PUT", path: "/schedules/{Name}", operation: "UpdateSchedule" },
  { method: "DELETE", path: "/schedules/{Name}", operation: "DeleteSchedule", query: named },
  { method: "GET", path: "/schedules", operation: "ListSchedules", query: { ScheduleGroup: "GroupName" } },
  { method: "POST", path: "/schedule-groups/{Name}", operation: "CreateScheduleGroup" },
  { method: "GET", path: "/schedule-groups/{Name}", operation: "GetScheduleGroup" },
  { method: "DELETE", path: "/schedule-groups/{Name}", operation: "DeleteScheduleGroup", query: named },
  { method: "GET", path: "/schedule-groups", operation: "ListScheduleGroups" },
  { method: "GET", path: "/tags/{ResourceArn+}", operation: "ListTagsForResource" },
  { method: "POST", path: "/tags/{ResourceArn+}", operation: "TagResource" },
  { method: "DELETE", path: "/tags/{ResourceArn+}", operation: "UntagResource" },
];
