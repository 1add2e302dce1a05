/** Which functions of a stack a change can be in: those that somebody wrote for the service, not the runtime that works for all of them. */
import { isStandard, packageOf } from '../../goruntime/package-names.ts';

/** Of what a function that stands for a stack is. */
export type FrameKind = 'own' | 'library' | 'runtime';

/** What has no function of its own to blame: the work of the runtime for the whole process. */
const ofRuntime: readonly (readonly [RegExp, string])[] = [
  [/^runtime\.(?:gc|bgsweep|bgscavenge|markroot|scanobject)/, '(garbage collection)'],
  [/^runtime\.(?:mcall|park_m|schedule|findRunnable|mstart|goexit0|sysmon)/, '(scheduler)'],
];
const elsewhere = '(runtime)';
const roots = /^(?:runtime|internal|sync|syscall|vendor)$/;

/**
 * The functions of a stack, innermost first, that a change can be told of: those outside of the standard library; where there are none, the
 * standard library's; where there are none either, one word for what the runtime did.
 */
export function tellingFrames(frames: readonly string[]): {
  readonly names: readonly string[];
  readonly kind: FrameKind;
} {
  const own = frames.filter((frame) => packageOf(frame) !== '' && !isStandard(frame));
  if (own.length > 0) return { names: unique(own), kind: 'own' };
  const library = frames.filter((frame) => packageOf(frame) !== '' && !isOfRuntime(frame));
  if (library.length > 0) return { names: unique(library), kind: 'library' };
  const word = ofRuntime.find(([pattern]) => frames.some((frame) => pattern.test(frame)))?.[1] ?? elsewhere;
  return { names: [word], kind: 'runtime' };
}

/** The function of the standard library that the innermost of these own functions called, if it called one. */
export function calledLibrary(frames: readonly string[], name: string): string | undefined {
  const called = frames[frames.findIndex((frame) => withoutTypes(frame) === name) - 1];
  return called !== undefined && isStandard(called) && !isOfRuntime(called) ? called : undefined;
}

function isOfRuntime(frame: string): boolean {
  return roots.test(packageOf(frame).split('/', 1)[0] ?? '');
}

/** A function that calls itself is told of once, where it is innermost. */
function unique(frames: readonly string[]): string[] {
  return [...new Set(frames.map(withoutTypes))];
}

function withoutTypes(frame: string): string {
  return frame.replace(/\[.*\]/, '[…]');
}
