/** Writes every sample and every log line into the run directory as it happens, so that nothing is lost when the run is. */
import { join } from 'node:path';
import { type Appender, openAppender, removeTree, writeBytes } from '../host/files.ts';
import type { Sink } from '../model/contracts.ts';
import { profileFileOf, rawFileOf, runFiles, traceFileOf } from '../model/raw-run.ts';

/** A sink into `directory`; `onError` is called once when the disk refuses. */
export function createArchiveSink(directory: string, onError: (error: Error) => void): Sink {
  const appenders = new Map<string, Appender>();
  const writing: Promise<void>[] = [];
  const traces = new Map<string, Promise<void>>();
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
    accept(sample) {
      if (sample.kind === 'profile' && sample.content) {
        writing.push(writeBytes(join(directory, profileFileOf(sample)), sample.content).catch(fail));
      }
      if (sample.kind === 'trace' && sample.content) {
        const file = traceFileOf(sample);
        traces.set(file, writeBytes(join(directory, file), sample.content).catch(fail));
      }
      if (sample.kind === 'trace-verdict' && sample.kept === 'no') {
        const file = traceFileOf(sample);
        writing.push(
          Promise.resolve(traces.get(file))
            .then(() => removeTree(join(directory, file)))
            .catch(fail),
        );
        traces.delete(file);
      }
      into(rawFileOf(sample)).write(`${JSON.stringify(sample, withoutContent)}\n`);
    },
    log: (line) =>
      into(join(runFiles.logs, `${line.target}.log`)).write(
        `${(line.atUs / 1e6).toFixed(6)} ${line.stream} ${line.text}\n`,
      ),
    close: async () => {
      await Promise.all([
        ...[...appenders.values()].map((appender) => appender.close()),
        ...writing,
        ...traces.values(),
      ]);
    },
  };
}

/** For `JSON.stringify`: profiles have files of their own. */
function withoutContent(key: string, value: unknown): unknown {
  return key === 'content' ? undefined : value;
}
