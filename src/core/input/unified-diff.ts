/** The difference of two texts by lines, as `git apply` and `patch` take it (POSIX diff -u). */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

/** Empty where there is none. */
export const unifiedDiff = (before: string, after: string, file: string): string =>
  before === after
    ? ""
    : createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, {
        context: 3,
        headerOptions: FILE_HEADERS_ONLY,
      });
