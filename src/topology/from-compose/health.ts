/** Health checks of a compose file as readiness probes, which the kubelet runs in the container as Docker does; pure. */
import { isRecord, show } from '../compose-file/fields.ts';
import type { Path } from '../compose-file/notes.ts';
import { ownMarks, withReferences } from './own-address.ts';
import type { Refuse } from './part.ts';
import { wholeSeconds } from './quantities.ts';

/** The part of a container's probe that is written here. */
export interface Probe {
  readonly exec: { readonly command: readonly string[] };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** What Docker takes where a check does not say (Dockerfile reference, HEALTHCHECK). */
const usual = { interval: '30s', timeout: '30s', retries: 3 };

const known = ['test', 'interval', 'timeout', 'retries', 'start_period', 'start_interval', 'disable'];

/**
 * The probe; undefined where nothing is checked. Nothing has to stand for `start_period`: a pod is not ready before its first success,
 * however long that takes. `hasShell` is false for images that are known to have none.
 */
export function readinessProbe(value: unknown, path: Path, hasShell: boolean, refuse: Refuse): Probe | undefined {
  if (!isRecord(value)) return undefined;
  for (const key of Object.keys(value))
    if (!known.includes(key) && !key.startsWith('x-'))
      refuse([...path, key], 'is no key of a health check in the Compose specification');
  const command = commandOf(value, path, hasShell, refuse);
  if (command === undefined) return undefined;
  const seconds = (key: 'interval' | 'timeout') => {
    const found = wholeSeconds(value[key] ?? usual[key]);
    if (found === undefined) refuse([...path, key], `is ${show(value[key])}, which is no duration (example: 10s)`);
    return Math.max(1, found ?? 1);
  };
  const retries = Number(value['retries'] ?? usual.retries);
  if (!Number.isInteger(retries) || retries < 0)
    refuse([...path, 'retries'], `is ${show(value['retries'])}, which is no whole number (example: 3)`);
  return {
    exec: { command: command.map(withReferences) },
    periodSeconds: seconds('interval'),
    timeoutSeconds: seconds('timeout'),
    failureThreshold: Math.max(1, retries || usual.retries),
  };
}

function commandOf(
  { test, disable }: Readonly<Record<string, unknown>>,
  path: Path,
  hasShell: boolean,
  refuse: Refuse,
): readonly string[] | undefined {
  const words = typeof test === 'string' ? ['CMD-SHELL', test] : Array.isArray(test) ? test.map(String) : [];
  const [kind, ...rest] = words;
  if (String(disable) === 'true' || kind === undefined || kind === 'NONE') return undefined;
  const at = [...path, 'test'];
  if (rest.some((word) => ownMarks.some((mark) => word.includes(mark)))) {
    refuse(
      at,
      "names the replica's own address, which a probe is not told (let the program read it from its environment)",
    );
  }
  if (kind === 'CMD') return rest;
  if (kind !== 'CMD-SHELL') {
    refuse(at, `begins with ${show(kind)}, and not with CMD, CMD-SHELL or NONE`);
    return undefined;
  }
  if (!hasShell)
    refuse(
      at,
      'is a line for a shell, which its image, made from scratch, does not have (example: ["CMD", "/service", "-check"])',
    );
  return ['/bin/sh', '-c', ...rest];
}
