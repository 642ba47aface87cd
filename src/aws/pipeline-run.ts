/** The run of a CI system in which a command is called: what it is known by, and what its variables say of who asks. */
import type { Claimed } from "../core/request/claimed.ts";

export interface PipelineRun {
  /** The same however often the run is run again; absent where no run is known. */
  readonly key?: string;
  readonly claimed: Claimed;
}

type Variables = Readonly<Record<string, string | undefined>>;

interface System {
  /** A variable that is set in its runs alone. */
  readonly mark: string;
  readonly run: (from: Variables) => string | undefined;
  readonly commit: string;
  readonly by: string;
}

/**
 * Each system's predefined variables, by its documentation. GITHUB_RUN_ID "does not change if you re-run the workflow run";
 * a pipeline of GitLab keeps its address when a job of it is retried; a build of CodeBuild or Jenkins that is retried is
 * another build.
 */
const systems: readonly System[] = [
  {
    mark: "GITHUB_ACTIONS",
    run: ({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id }) =>
      server && repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined,
    commit: "GITHUB_SHA",
    by: "GITHUB_ACTOR",
  },
  {
    mark: "GITLAB_CI",
    run: ({ CI_PIPELINE_URL }) => CI_PIPELINE_URL,
    commit: "CI_COMMIT_SHA",
    by: "GITLAB_USER_LOGIN",
  },
  {
    mark: "CODEBUILD_BUILD_ARN",
    run: ({ CODEBUILD_BUILD_ARN }) => CODEBUILD_BUILD_ARN,
    commit: "CODEBUILD_RESOLVED_SOURCE_VERSION",
    by: "CODEBUILD_INITIATOR",
  },
  {
    mark: "JENKINS_URL",
    run: ({ BUILD_URL }) => BUILD_URL,
    commit: "GIT_COMMIT",
    by: "BUILD_USER_ID",
  },
];

/** As much as the request takes. */
const longest = { key: 300, run: 500, commit: 100, by: 200 } as const;

/** By the environment of this process, or by other variables. */
export function pipelineRun(from: Variables = process.env): PipelineRun {
  const system = systems.find(({ mark }) => isSet(from[mark]));
  if (system === undefined) return { claimed: {} };
  const run = system.run(from);
  const said = { by: from[system.by], commit: from[system.commit], run };
  return {
    ...(isSet(run) && { key: run.slice(-longest.key) }),
    claimed: Object.fromEntries(
      Object.entries(said)
        .filter(([, value]) => isSet(value))
        .map(([name, value = ""]) => [name, value.slice(0, longest[name as keyof typeof said])]),
    ),
  };
}

/** A variable that is set to nothing is not set. */
const isSet = (value: string | undefined): value is string => value !== undefined && value !== "";
