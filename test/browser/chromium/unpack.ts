/**
 * A process of its own that unpacks the browser into its temporary folder and prints where it is. The package decides while
 * it is imported, by AWS_EXECUTION_ENV, whether libnss3 and its like come along, and takes an earlier browser of the same
 * temporary folder for its own: whoever starts this process sets both variables, for it alone.
 */
import chromium from "@sparticuz/chromium";

console.log(
  JSON.stringify({
    executable: await chromium.executablePath(),
    libraries: process.env["LD_LIBRARY_PATH"],
  }),
);
