/** What the variables of CI systems say of a run: the same key however often it is run again. */
import { expect, test } from "vitest";
import { pipelineRun } from "../../src/aws/pipeline-run.ts";

const github = {
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "example/models",
  GITHUB_RUN_ID: "9876543210",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_SHA: "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
  GITHUB_ACTOR: "octocat",
};
const run = "https://github.com/example/models/actions/runs/9876543210";

test("GitHub: a run that is run again is the same run", () => {
  const first = pipelineRun(github);

  expect(first).toEqual({
    key: run,
    claimed: { by: "octocat", commit: "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", run },
  });
  expect(pipelineRun({ ...github, GITHUB_RUN_ATTEMPT: "2" })).toEqual(first);
  expect(pipelineRun({ ...github, GITHUB_RUN_ID: "9876543211" }).key).not.toBe(first.key);
  expect(pipelineRun({ ...github, GITHUB_REPOSITORY: "example/other" }).key).not.toBe(first.key);
});

test("GitLab: the pipeline, whichever of its jobs asks", () => {
  const url = "https://gitlab.example.com/ml/models/-/pipelines/4711";
  const variables = {
    GITLAB_CI: "true",
    CI_PIPELINE_URL: url,
    CI_COMMIT_SHA: "abc",
    GITLAB_USER_LOGIN: "ann",
  };

  expect(pipelineRun({ ...variables, CI_JOB_ID: "1" })).toEqual({
    key: url,
    claimed: { by: "ann", commit: "abc", run: url },
  });
});

test("CodeBuild and Jenkins: the build", () => {
  const arn = "arn:aws:codebuild:eu-west-1:123456789012:build/release:b1e6661e";
  const built = { CODEBUILD_BUILD_ARN: arn, CODEBUILD_INITIATOR: "codepipeline/models" };

  expect(pipelineRun(built)).toEqual({ key: arn, claimed: { by: "codepipeline/models", run: arn } });
  expect(
    pipelineRun({ JENKINS_URL: "http://ci/", BUILD_URL: "http://ci/job/a/7/", GIT_COMMIT: "abc" }),
  ).toEqual({
    key: "http://ci/job/a/7/",
    claimed: { commit: "abc", run: "http://ci/job/a/7/" },
  });
});

test("no run is known where no system says so, or only half of it", () => {
  expect(pipelineRun({ GITHUB_SHA: "abc" })).toEqual({ claimed: {} });
  expect(pipelineRun({ GITHUB_ACTIONS: "true", GITHUB_RUN_ID: "1", GITHUB_ACTOR: "" })).toEqual({
    claimed: {},
  });
});

test("what is longer than a request takes is cut, and the end of a key is kept", () => {
  const { key = "", claimed } = pipelineRun({
    ...github,
    GITHUB_REPOSITORY: "x".repeat(600),
    GITHUB_ACTOR: "y".repeat(300),
  });

  expect(key).toHaveLength(300);
  expect(key).toMatch(/\/actions\/runs\/9876543210$/);
  expect(claimed.by).toHaveLength(200);
  expect(claimed.run).toHaveLength(500);
});
