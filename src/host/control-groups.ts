/** Control groups that this process makes for others to be limited in (kernel's cgroup-v1 and cgroup-v2.rst); Linux. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../model/errors.ts';
import { errorCode } from './files.ts';
import { ownerMark } from './owner.ts';
import { groupFolder } from './proc-fs.ts';

/** What can be limited. */
export type Controller = 'cpu' | 'memory';

/** Where groups can be made in which something can be limited. */
export interface GroupPlace {
  readonly parent: string;
  /** The group of this process and of what it starts. */
  readonly home: string;
  readonly isVersion1: boolean;
  /** What has to be switched on in `parent` while there are groups. */
  readonly enabled: readonly Controller[];
}

const limitFiles = {
  cpu: { 1: 'cpu.cfs_quota_us', 2: 'cpu.max' },
  memory: { 1: 'memory.limit_in_bytes', 2: 'memory.max' },
} as const;

const namePrefix = 'rampart-';
/** A killed process leaves its group a moment after it was signalled. */
const emptyMs = 2000;

/** Places by controller, one for all of them where there is one hierarchy; `why` where this process cannot make such groups. */
export function findGroupPlaces(
  controllers: readonly Controller[],
  root = '/',
): ReadonlyMap<Controller, GroupPlace> | { readonly why: string } {
  const own = readOptional(join(root, 'proc/self/cgroup'));
  const places = new Map<Controller, GroupPlace>();
  const unified: Controller[] = [];
  for (const controller of controllers) {
    const folder = groupFolder(own, controller);
    if (!folder) return { why: `this kernel shows no control groups for ${controller} (/proc/self/cgroup)` };
    if (!folder.isVersion1) {
      unified.push(controller);
      continue;
    }
    const parent = [join(root, folder.path), join(root, 'sys/fs/cgroup', controller)].find((path) => existsSync(path));
    const why = parent === undefined ? `${folder.path} is not mounted` : whyNotIn(parent, [controller], 1);
    if (parent === undefined || why !== undefined) return { why: why ?? '' };
    places.set(controller, { parent, home: parent, isVersion1: true, enabled: [] });
  }
  if (unified.length === 0) return places;
  const found = unifiedPlace(unified, join(root, groupFolder(own, 'cpu')?.path ?? ''), join(root, 'sys/fs/cgroup'));
  if ('why' in found) return found;
  for (const controller of unified) places.set(controller, found);
  return places;
}

/** Makes an empty group; one that is there is taken. */
export function makeControlGroup(path: string, { parent, enabled }: GroupPlace): void {
  enable(parent, enabled);
  mkdirSync(path, { recursive: true });
}

/** The path of a group of this process. */
export function controlGroupPath({ parent }: GroupPlace, name: string): string {
  return join(parent, `${namePrefix}${ownerMark().replace(':', '-')}-${name}`);
}

/** Puts processes into a group; those that have ended are passed over. */
export function moveToGroup(path: string, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(join(path, 'cgroup.procs'), String(pid));
    } catch (error) {
      if (errorCode(error) !== 'ESRCH') throw error;
    }
  }
}

/** Cores, or bytes, that a group may use; undefined is as many as there are. Throws the kernel's error. */
export function limitGroup(
  path: string,
  { isVersion1 }: GroupPlace,
  controller: Controller,
  most: number | undefined,
): void {
  const texts = controller === 'memory' ? memoryTexts(most, isVersion1) : cpuTexts(most, isVersion1);
  for (const [file, text] of texts) writeFileSync(join(path, file), text);
}

type FileTexts = readonly (readonly [file: string, text: string])[];

function memoryTexts(bytes: number | undefined, isVersion1: boolean): FileTexts {
  const { memory } = limitFiles;
  return isVersion1 ? [[memory[1], String(bytes ?? -1)]] : [[memory[2], String(bytes ?? 'max')]];
}

/** The kernel takes no quota below 1 ms. */
function cpuTexts(cores: number | undefined, isVersion1: boolean): FileTexts {
  const { cpu } = limitFiles;
  const periodUs = cores !== undefined && cores < 0.01 ? 1_000_000 : 100_000;
  const quotaUs = cores === undefined ? undefined : Math.round(cores * periodUs);
  if (!isVersion1) return [[cpu[2], `${quotaUs ?? 'max'} ${periodUs}`]];
  const lifted: FileTexts = [
    [cpu[1], '-1'],
    ['cpu.cfs_period_us', String(periodUs)],
  ];
  return quotaUs === undefined ? lifted : [...lifted, [cpu[1], String(quotaUs)]];
}

/** Puts what is in a group back where it came from. */
export function emptyGroup(path: string, { home }: GroupPlace): void {
  // Whoever is in it may start others meanwhile.
  for (let round = 0; round < 10 && pidsIn(path).length > 0; round++) moveToGroup(home, pidsIn(path));
}

/** Kills what is in a group, and removes it; false where there is none. Throws where it cannot be removed. */
export async function removeControlGroup(path: string, enabled: readonly Controller[] = []): Promise<boolean> {
  const until = performance.now() + emptyMs;
  for (;;) {
    for (const pid of pidsIn(path)) kill(pid);
    try {
      rmdirSync(path);
      break;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      if (errorCode(error) !== 'EBUSY' || performance.now() > until) throw error;
    }
    await delay(10);
  }
  disable(dirname(path), enabled);
  return true;
}

/** Why no such group can be made right below `parent`. */
function whyNotIn(parent: string, controllers: readonly Controller[], version: 1 | 2): string | undefined {
  const probe = join(parent, `${namePrefix}${ownerMark().replace(':', '-')}-probe`);
  try {
    accessSync(join(parent, 'cgroup.procs'), constants.W_OK);
    mkdirSync(probe, { recursive: true });
  } catch (error) {
    return messageOf(error);
  }
  const missing = controllers.filter((controller) => !existsSync(join(probe, limitFiles[controller][version])));
  rmdirSync(probe);
  return missing.length === 0 ? undefined : `${parent} does not hand on the controller ${missing.join(' and ')}`;
}

/** From the own group upwards: a group in which processes are hands nothing on to those below it. */
function unifiedPlace(controllers: readonly Controller[], own: string, top: string): GroupPlace | { why: string } {
  const reasons: string[] = [];
  for (let parent = own; parent.startsWith(top); parent = dirname(parent)) {
    const why = whyNotIn(parent, controllers, 2);
    if (why === undefined) return { parent, home: own, isVersion1: false, enabled: [] };
    const enabled = enable(parent, controllers);
    const works = enabled.length > 0 && whyNotIn(parent, controllers, 2) === undefined;
    disable(parent, enabled);
    if (works) return { parent, home: own, isVersion1: false, enabled };
    reasons.push(why);
  }
  return { why: reasons[0] ?? `${own} is not below ${top}` };
}

function enable(parent: string, controllers: readonly Controller[]): Controller[] {
  const path = join(parent, 'cgroup.subtree_control');
  const on = readOptional(path).split(/\s+/);
  return controllers.filter((controller) => {
    if (on.includes(controller)) return false;
    try {
      writeFileSync(path, `+${controller}`);
      return true;
    } catch {
      return false;
    }
  });
}

/** Unless another run of rampart has a group there. */
function disable(parent: string, controllers: readonly Controller[]): void {
  if (controllers.length === 0 || readdirSync(parent).some((name) => name.startsWith(namePrefix))) return;
  for (const controller of controllers) {
    try {
      writeFileSync(join(parent, 'cgroup.subtree_control'), `-${controller}`);
    } catch {
      // Somebody else has come to use it.
    }
  }
}

function pidsIn(path: string): number[] {
  return readOptional(join(path, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
