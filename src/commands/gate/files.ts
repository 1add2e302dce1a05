/** What a gate writes for people and for CI servers: a summary, JUnit XML and a page in its directory. */
import { join } from 'node:path';
import { reportFile } from '../../experiments/finish.ts';
import { writeText } from '../../host/files.ts';

const summaryFile = 'summary.md';
const junitFile = 'junit.xml';

/** What to write; without a page there is none. */
interface GateTexts {
  readonly markdown: string;
  readonly junit: string;
  readonly page?: string;
}

/** Where it stands; undefined where it was not written. */
interface GatePaths {
  readonly report: string | undefined;
  readonly summary: string | undefined;
  readonly junit: string | undefined;
}

/** Writes them into the directory, where there is one, and the JUnit XML into the `second` place as well. */
export async function writeGateFiles(
  { markdown, junit, page }: GateTexts,
  directory: string | undefined,
  second: string | undefined,
): Promise<GatePaths> {
  const written = async (file: string, text: string | undefined) => {
    if (directory === undefined || text === undefined) return undefined;
    const path = join(directory, file);
    await writeText(path, text);
    return path;
  };
  if (second !== undefined) await writeText(second, junit);
  const first = await written(junitFile, junit);
  return {
    report: await written(reportFile, page),
    summary: await written(summaryFile, markdown),
    junit: second ?? first,
  };
}
