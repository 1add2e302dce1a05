/** Writes every sample and every log line into the run directory as it happens, so that nothing is lost when the run is. */
import { join } from 'node:path';
import { type Appender, openAppender } from '../host/files.ts';
import type { Sink } from '../model/contracts.ts';
import { rawFileOf, runFiles } from '../model/raw-run.ts';

/** A sink into `directory`; `onError` is called once when the disk refuses. */
export function createArchiveSink(directory: string, onError: (error: Error) => void): Sink {
  const appenders = new Map<string, Appender>();
  let failed = false;
  const fail = (error: Error) => {
    if (failed) return;
    failed = true;
    onError(error);
  };
  const into = (file: string) => {
    const open = appenders.get(file) ?? openAppender(join(directory, file), fail);
    appenders.set(file, open);
    return open;
  };
  return {
    kind: 'archive',
    accept: (sample) => into(rawFileOf(sample)).write(`${JSON.stringify(sample)}\n`),
    log: (line) =>
      into(join(runFiles.logs, `${line.target}.log`)).write(
        `${(line.atUs / 1e6).toFixed(6)} ${line.stream} ${line.text}\n`,
      ),
    close: async () => {
      await Promise.all([...appenders.values()].map((appender) => appender.close()));
    },
  };
}
