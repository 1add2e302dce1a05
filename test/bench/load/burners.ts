/** Processes that do nothing but use a processor, as neighbours on a busy machine do. */
import { spawn } from 'node:child_process';

/** Starts so many in sessions of their own; they end with the scope that holds them. */
export function startBurners(count: number): Disposable {
  const burners = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' }),
  );
  return {
    [Symbol.dispose]() {
      for (const burner of burners) burner.kill('SIGKILL');
    },
  };
}
