/** What commands show of an account keeps to the width of the terminal that it is shown on. */
import { expect, test } from "vitest";
import { kept } from "./lock-scenarios.ts";
import { servedEach } from "./served-account.ts";
import { sayOn, tooWide } from "./widths.ts";

const served = servedEach();

test.each([40, 80, 120])("what an account shows keeps to a terminal of %i", async (width) => {
  const account = await served();
  const page = { isTTY: true, width, variables: { NO_COLOR: "1" } };
  await sayOn(page, "plan", "apply", "plans/chat-assistant.yml");
  await kept(account);

  for (const line of [
    "status",
    "status --reverts",
    "history",
    "history --summary",
    "calendar",
    "doctor",
    "plan apply plans/kinds/vision.yml --dry-run",
    "plan remove chat-assistant --dry-run",
    "stop chat-assistant-v7-production",
    "free endpoint/nobody --reason none",
    "revert chat-assistant --dry-run",
    "freeze chat-assistant --reason peak",
    "freeze chat-assistant --lift",
    "plan show nobody",
  ]) {
    const { out, err } = await sayOn(page, ...line.split(" "));

    expect({ line, wide: tooWide(out + err, page) }).toEqual({ line, wide: [] });
  }
});
