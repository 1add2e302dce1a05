/** From faults as a scenario has them to what the program that puts them in force is told, replica by replica; pure. */
import type { FaultAction, FaultTarget } from '../../model/fault.ts';
import { formatDurationMs, formatSizeBytes } from '../../model/units.ts';

/** See Fault in the program's fault.go. */
export interface ProgramFault {
  readonly name: string;
  readonly to: string;
  readonly ports?: readonly number[];
  readonly except?: readonly number[];
  readonly from?: readonly string[];
  readonly latencyUs?: number;
  readonly jitterUs?: number;
  readonly bytesPerSecond?: number;
  readonly loss?: number;
  readonly cut?: 'reset' | 'blackhole';
  readonly slowUs?: number;
  readonly status?: number;
  readonly share?: number;
}

/** Those that are about what passes between processes. */
export type NetworkAction = Extract<FaultAction, { kind: 'network' | 'partition' | 'slow' | 'error' }>;

/** Whether an action is one of them. */
export function isNetworkAction(action: FaultAction): action is NetworkAction {
  return ['network', 'partition', 'slow', 'error'].includes(action.kind);
}

/** What is in force before each of these replicas; `idsOf` are all replicas of a service, also those that are away. */
export function programFaults(
  action: NetworkAction,
  name: string,
  targets: readonly string[],
  idsOf: (service: string) => readonly string[],
): ProgramFault[] {
  if (action.kind === 'partition') return partitionFaults(action.groups, name);
  const { port } = action;
  const base = { name, ...(port === undefined ? {} : { ports: [port] }) };
  return targets.map((to) => ({ ...base, to, ...effectOf(action, idsOf) }));
}

function effectOf(
  action: Exclude<NetworkAction, { kind: 'partition' }>,
  idsOf: (service: string) => readonly string[],
): Partial<ProgramFault> {
  if (action.kind === 'slow') return { slowUs: action.byMs * 1000, share: action.share };
  if (action.kind === 'error') return { status: action.status, share: action.share };
  const { from, latencyMs, jitterMs, bytesPerSecond, loss, cut } = action;
  return {
    ...(from === undefined ? {} : { from: idsOf(from) }),
    ...(latencyMs === undefined ? {} : { latencyUs: latencyMs * 1000 }),
    ...(jitterMs === undefined ? {} : { jitterUs: jitterMs * 1000 }),
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
    ...(loss === undefined ? {} : { loss }),
    ...(cut === undefined ? {} : { cut }),
  };
}

/** Every replica is cut off from those of the other groups; both ends of each pair do it, so that both directions are cut. */
function partitionFaults(groups: readonly (readonly FaultTarget[])[], name: string): ProgramFault[] {
  const members = groups.map((group) => group.map(({ service, replica = 1 }) => `${service}-${replica}`));
  return members.flatMap((own) => {
    const others = members.filter((group) => group !== own).flat();
    return own.map((to) => ({ name, to, from: others, cut: 'blackhole' as const }));
  });
}

/** What was done, for people: `latency 50ms before back-1, back-2, for front`. */
export function networkText(action: NetworkAction, targets: readonly string[]): string {
  if (action.kind === 'partition') {
    const groups = partitionFaults(action.groups, '').length;
    const names = action.groups.map((group) =>
      group.map(({ service, replica = 1 }) => `${service}-${replica}`).join(', '),
    );
    return `cut ${groups} replicas into ${names.map((each) => `[${each}]`).join(' and ')}`;
  }
  const where = `before ${targets.join(', ')}${action.port === undefined ? '' : ` port ${action.port}`}`;
  const percent = (share: number) => `${Number((share * 100).toFixed(4))} % of requests`;
  if (action.kind === 'slow') return `held back ${percent(action.share)} for ${formatDurationMs(action.byMs)} ${where}`;
  if (action.kind === 'error') return `answered ${percent(action.share)} with ${action.status} ${where}`;
  const { latencyMs, jitterMs, bytesPerSecond, loss, cut, from } = action;
  const what = [
    ...(latencyMs === undefined ? [] : [`latency ${formatDurationMs(latencyMs)}`]),
    ...(jitterMs === undefined ? [] : [`jitter ${formatDurationMs(jitterMs)}`]),
    ...(bytesPerSecond === undefined ? [] : [`bandwidth ${formatSizeBytes(bytesPerSecond)}/s`]),
    ...(loss === undefined ? [] : [`loss ${Number((loss * 100).toFixed(4))} %`]),
    ...(cut === undefined ? [] : [cut]),
  ];
  return `${what.join(', ')} ${where}${from === undefined ? '' : `, for ${from}`}`;
}
