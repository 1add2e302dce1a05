/**
 * Signals to the processes of a container from within, by what its image has: a shell. The kernel gives a process no SIGKILL and no SIGSTOP
 * that comes from its own pid namespace where it is the first there (pid_namespaces(7)), so that the pod must share one.
 */

/** What a replica's processes are sent. */
export type ContainerSignal = 'KILL' | 'STOP' | 'CONT';

/** First processes that only wait for the one that they started. */
const waiting = 'sh|ash|bash|dash|tini|tini-static|dumb-init|catatonit|docker-init';

/** How the script ends where it did nothing. */
const ends = { isFirst: 71, none: 72, failed: 73 } as const;

/**
 * Signals every process of the container but the script itself; `/proc` shows those of other containers too where they share a namespace,
 * and these have another mount namespace. Nothing but the shell's own words is used, as images may have no more.
 */
export function signalCommand(signal: ContainerSignal): readonly string[] {
  const script = [
    'cd /proc || exit; own=" $$ "; found=""; first=""',
    'for pid in [0-9]*; do',
    '  case "$own" in *" $pid "*) continue;; esac',
    '  [ "$pid/ns/mnt" -ef "$$/ns/mnt" ] || continue',
    '  if [ "$pid" = 1 ]; then',
    '    read -r first 2>/dev/null <1/comm || first=unknown',
    '    continue',
    '  fi',
    '  found="$found $pid"',
    'done',
    `case "$first" in ""|${waiting}) ;; *) echo "$first"; exit ${ends.isFirst};; esac`,
    `[ -n "$found" ] || { echo "$first"; exit ${ends.none}; }`,
    `kill -${signal} $found || exit ${ends.failed}`,
    'echo $found',
  ];
  return ['sh', '-c', script.join('\n')];
}

/** The processes that got it; or why none did. */
export type Signalled = { readonly pids: readonly number[] } | { readonly why: string };

/** Reads how the script ended. */
export function readSignalled(exit: {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}): Signalled {
  const said = exit.stdout.trim();
  if (exit.code === 0) return { pids: said.split(/\s+/).map(Number) };
  const share =
    'no signal from within its container reaches it: set shareProcessNamespace: true in the spec of its pods';
  if (exit.code === ends.isFirst) return { why: `its first process ${said} is process 1, and ${share}` };
  if (exit.code === ends.none) return { why: `its container has no process but the first, and ${share}` };
  return {
    why: `its container could not signal its processes: ${exit.stderr.trim().split('\n')[0] || `code ${exit.code}`}`,
  };
}
