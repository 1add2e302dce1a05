/** Bytes that a network namespace has sent and received since it was made: /proc/<pid>/net/dev (proc_pid_net(5)). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of all interfaces but the loopback one. */
export interface NetworkBytes {
  readonly rxBytes: number;
  readonly txBytes: number;
}

/** Those of the namespace of a process; undefined where it has ended, or has no interface but the loopback one. */
export function networkBytes(pid: number, root = '/'): NetworkBytes | undefined {
  const lines = textOf(join(root, `proc/${pid}/net/dev`)).split('\n');
  const counted = lines.flatMap((line) => {
    const [, name, counters = ''] = /^\s*([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    const fields = counters.trim().split(/\s+/).map(Number);
    const [rxBytes, txBytes] = [fields[0], fields[8]];
    return name === undefined || name === 'lo' || rxBytes === undefined || txBytes === undefined
      ? []
      : [{ rxBytes, txBytes }];
  });
  if (counted.length === 0) return undefined;
  return counted.reduce((sum, one) => ({ rxBytes: sum.rxBytes + one.rxBytes, txBytes: sum.txBytes + one.txBytes }));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
