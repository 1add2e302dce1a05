#!/usr/bin/env node
/** The process edge: argv, environment, streams and signals in, exit code out. The only file that touches `process`. */
import { readFileSync } from 'node:fs';
import { runCommandLine } from './commands/parse.ts';
import { searchable } from './commands/shell/searchable.ts';
import { steerless } from './commands/shell/steerless.ts';
import { readStopSignals, type StopSignal, stopSignals } from './commands/shell/stop-signals.ts';
import { terminalManners } from './commands/shell/terminal.ts';
import { killLivingGroups } from './host/process-group.ts';
import { bugError, type ExitCode, exitCodes, RampartError } from './model/errors.ts';
import { createSecrets } from './model/secrets.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const interrupt = new AbortController();
const secrets = createSecrets();

// Which Node is good enough, rampart says itself; the S3 client would tell of its own next versions at each start.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const readStop = readStopSignals(() => performance.now());
for (const [signal, exitCode] of Object.entries(stopSignals) as [StopSignal, ExitCode][]) {
  process.on(signal, () => {
    const asked = readStop(signal);
    if (asked === 'nothing-new') return;
    if (asked === 'at-once') {
      killLivingGroups();
      process.stderr.write('\nrampart: stopped at once; containers that are left go with the next run\n');
      process.exit(exitCode);
    }
    process.stderr.write('\nrampart: stopping (again to stop at once)\n');
    interrupt.abort(new RampartError({ code: 'interrupted', message: `interrupted by ${signal}`, exitCode }));
  });
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    if (!interrupt.signal.aborted) interrupt.abort(bugError(error));
  });
}

// A pipe whose reader has gone (EPIPE) or a terminal that was closed (EIO): whoever wanted the result does not want it now.
const unread = new AbortController();
let isResultLost = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  unread.abort();
  if (error.code === 'EPIPE' || error.code === 'EIO' || isResultLost) return;
  isResultLost = true;
  process.stderr.write(`rampart: the result cannot be written to stdout: ${error.message}\n`);
  // It may come when the command has ended already.
  process.exitCode ||= exitCodes.environment;
});
// Who reads no more need not be told, and the handler of failures above would only fail again, forever.
process.stderr.on('error', () => undefined);

const tell = (text: string) => {
  const told = secrets.text(text);
  process.stderr.write(process.stderr.isTTY === true ? told : searchable(told));
};

const exitCode = await runCommandLine(process.argv.slice(2), {
  version,
  cwd: process.cwd(),
  env: process.env,
  signal: interrupt.signal,
  secrets,
  time: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
  unread: unread.signal,
  input: () => process.stdin,
  print: (text) => {
    process.stdout.write(secrets.words(text));
  },
  show: (text) => {
    const shown = secrets.text(text);
    process.stdout.write(process.stdout.isTTY === true ? shown : searchable(shown));
  },
  tell,
  complain: (text) => tell(steerless(text)),
  log: {
    info: (message) => tell(steerless(`rampart: ${message}\n`)),
    warn: (message) => tell(steerless(`rampart: warning: ${message}\n`)),
  },
  ...terminalManners(process.env, {
    isStdoutTerminal: process.stdout.isTTY === true,
    isStderrTerminal: process.stderr.isTTY === true,
  }),
  // A terminal that nobody has sized says 0.
  columns: process.stdout.columns || process.stderr.columns || Number(process.env['COLUMNS']) || 100,
});
// Who reads a result that is cut must not take it for the whole.
process.exitCode = isResultLost && exitCode === exitCodes.ok ? exitCodes.environment : exitCode;
