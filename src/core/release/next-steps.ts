/** What whoever is told of a release may do next: each a sentence that ends in a command, which is complete but for what they alone know. */
import { at, type ReleaseNews } from "./news.ts";

export interface NextStep {
  readonly to: string;
  readonly command: string;
}

export const command = (to: string, line: string): NextStep => ({ to, command: line });
export const watching = (news: ReleaseNews): NextStep =>
  command("Follow it", `slipway watch ${news.releaseId} ${at(news)}`);
export const stopping = (news: ReleaseNews): NextStep =>
  command("Or give it up", `slipway stop ${news.releaseId} ${at(news)}`);
export const reporting = (news: ReleaseNews): NextStep =>
  command("See what was judged, and what it cost", `slipway report ${news.releaseId} ${at(news)}`);
export const approval = (news: ReleaseNews): string =>
  `slipway approve ${news.releaseId}${news.stage === undefined ? "" : ` --rollout-stage ${news.stage}`} ${at(news)}`;

export const glass = (news: ReleaseNews, ends = ""): string =>
  `slipway approve ${news.releaseId} --break-glass WHY${ends} ${at(news)}`;

export const ofModel = (to: string, what: string, news: ReleaseNews): NextStep[] =>
  news.model === undefined ? [] : [command(to, `slipway ${what} ${news.model} ${at(news)}`)];
export const reviewing = (news: ReleaseNews): NextStep[] => {
  const which = news.milestone === undefined ? "" : ` --milestone ${news.milestone}`;
  return [
    ...ofModel("See what each side confirms, and who has", "plan review", news),
    ...(news.model === undefined
      ? []
      : [command("Confirm it for yours", `slipway plan confirm ${news.model}${which} ${at(news)}`)]),
  ];
};
/** What to do about a purchase for a milestone, and by which word. */
export const purchasing = (news: ReleaseNews, steps: readonly (readonly [string, string])[]): NextStep[] =>
  steps.flatMap(([to, word]) => {
    const says = word === "" ? "" : ` ${word} --reason WHY`;
    return news.model === undefined || news.milestone === undefined
      ? []
      : [command(to, `slipway reserve ${news.model} --milestone ${news.milestone}${says} ${at(news)}`)];
  });
export const reverting = (news: ReleaseNews): NextStep[] =>
  news.version === undefined || news.model === undefined
    ? []
    : [command("See what going back would take", `slipway revert ${news.model} --dry-run ${at(news)}`)];
export const again = (news: ReleaseNews): NextStep[] =>
  news.version === undefined
    ? []
    : [
        command(
          news.harm === undefined
            ? "Try it again"
            : "Once the version is approved anew in the registry, try it again",
          `slipway emit PLAN --version ${news.version} --again ${at(news)}`,
        ),
      ];
