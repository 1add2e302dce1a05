/** One replica as a local process: its environment, start, lines, unasked stop, and the words for how it ended. */
import { portHolder } from '../../host/ports.ts';
import { type ProcessExit, type ProcessGroup, startProcessGroup } from '../../host/process-group.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { ComposeService } from '../compose-file/service.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import type { PlacedReplica } from './replicas.ts';

/** A replica with everything needed to start it. */
export interface ReplicaPlan extends PlacedReplica {
  readonly binary: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly compose: ComposeService;
}

/** A started replica. */
export interface ServiceProcess {
  readonly plan: ReplicaPlan;
  readonly pid: number;
  /** Resolves with what happened when it ends; never rejects. */
  readonly stopped: Promise<string>;
  /** As its service wants to be stopped: by its signal, and killed after its grace. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** See `ProcessGroup`. */
  readonly pause: ProcessGroup['pause'];
  readonly resume: ProcessGroup['resume'];
}

const stopGraceMs = 5000;

/** Starts a replica; lines and an unasked stop go to `events`. environmentError when the binary cannot be started. */
export async function startReplica(
  plan: ReplicaPlan,
  events: LiveEvents,
  context: RunContext,
): Promise<ServiceProcess> {
  let isAsked = false;
  const group = await startProcessGroup({
    command: plan.binary,
    args: plan.args,
    cwd: plan.cwd,
    env: plan.env,
    onLine: (stream, text) => events.line({ atUs: context.clock.nowUs(), target: plan.id, stream, text }),
  }).catch((error: unknown) => {
    throw environmentError(
      'start-failed',
      `cannot start ${plan.id} (${plan.binary}): ${messageOf(error)}`,
      undefined,
      error,
    );
  });
  const stopped = group.exited.then((exit) => `${plan.id} ${describeExit(exit, events.lastLines(plan.id, 5))}`);
  void stopped.then((message) => {
    if (!isAsked) events.exit({ atUs: context.clock.nowUs(), target: plan.id, message });
  });
  const stop = () => {
    isAsked = true;
    return stopReplica(group, plan.compose);
  };
  const kill = () => {
    isAsked = true;
    return group.stop(0, 'SIGKILL');
  };
  return { plan, pid: group.pid, stopped, stop, kill, pause: group.pause, resume: group.resume };
}

function stopReplica(group: ProcessGroup, { stopGraceMs: graceMs, stopSignal }: ComposeService): Promise<void> {
  const signal = stopSignal && /^[A-Z]/.test(stopSignal) ? `SIG${stopSignal.replace(/^SIG/, '')}` : 'SIGTERM';
  return group.stop(graceMs ?? stopGraceMs, signal);
}

function describeExit({ code, signal }: ProcessExit, lastLines: readonly string[]): string {
  const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
  const taken = lastLines
    .map((line) => /listen \w+ ([\d.]*):(\d+): bind: address already in use/.exec(line))
    .find(Boolean);
  if (!taken) return how;
  const [, address, port] = taken;
  const holder = portHolder(address || '0.0.0.0', Number(port));
  const bound = address || 'all addresses';
  const advice = address
    ? ''
    : `; replicas share this machine, so bind "\${RAMPART_IP:-0.0.0.0}:PORT" in the compose file`;
  return `${how}: port ${port} on ${bound} is taken${holder ? ` by ${holder}` : ''}${advice}`;
}
