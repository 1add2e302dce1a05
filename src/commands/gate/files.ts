/** What a gate writes for people and for CI servers: a summary, JUnit XML and a page in its directory. */
import { join } from 'node:path';
import { writeText } from '../../host/files.ts';
import { messageOf } from '../../model/errors.ts';
import type { Log } from '../../model/host.ts';
import { reportFile } from '../../model/raw-run.ts';

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

/**
 * Writes them into the directory, where there is one, and the JUnit XML into the `second` place as well. What cannot be written is warned of
 * and changes no verdict: rounds that took an hour have been made for it.
 */
export async function writeGateFiles(
  { markdown, junit, page }: GateTexts,
  directory: string | undefined,
  second: string | undefined,
  { warn }: Pick<Log, 'warn'>,
): Promise<GatePaths> {
  const written = async (path: string, text: string) => {
    try {
      await writeText(path, text);
      return path;
    } catch (error) {
      warn(`${path}: cannot be written: ${messageOf(error)}`);
      return undefined;
    }
  };
  const inDirectory = async (file: string, text: string | undefined) =>
    directory === undefined || text === undefined ? undefined : await written(join(directory, file), text);
  const other = second === undefined ? undefined : await written(second, junit);
  const first = await inDirectory(junitFile, junit);
  return {
    report: await inDirectory(reportFile, page),
    summary: await inDirectory(summaryFile, markdown),
    junit: other ?? first,
  };
}
