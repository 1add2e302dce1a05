/** A fault that takes CPU from replicas: busy neighbours on the same machine. */
import { type ProcessGroup, startProcessGroup } from '../../host/process-group.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { HeldFault } from './keep-faults.ts';

/** It does nothing but count, for as long as it lives. */
const burner = ['/bin/sh', '-c', 'while :; do :; done'] as const;

/** So many busy processes of this machine for each of these targets; `marks` are variables that say whose they are. */
export async function burnBeside(
  targets: readonly string[],
  count: number,
  marks: Readonly<Record<string, string>>,
): Promise<HeldFault> {
  const [command, ...args] = burner;
  const busy: ProcessGroup[] = [];
  const undo = async () => {
    await Promise.all(busy.splice(0).map((one) => one.stop(0, 'SIGKILL')));
  };
  try {
    for (let started = 0; started < count * targets.length; started++)
      busy.push(await startProcessGroup({ command, args, cwd: '/', env: marks, onLine: () => undefined }));
  } catch (error) {
    await undo();
    throw environmentError('fault-failed', `no busy process can be started: ${messageOf(error)}`);
  }
  return {
    message: `${busy.length} busy ${busy.length === 1 ? 'process' : 'processes'} beside ${targets.join(', ')}`,
    undo,
    letGo: undo,
  };
}
