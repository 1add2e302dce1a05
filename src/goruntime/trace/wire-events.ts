/** Timed events by number, and how many numbers follow the time of each (src/internal/trace/tracev2/events.go). */

/** What a thread's stream holds. */
export const wire = {
  procsChange: 9,
  procStart: 10,
  procStop: 11,
  procSteal: 12,
  procStatus: 13,
  goCreate: 14,
  goCreateSyscall: 15,
  goStart: 16,
  goDestroy: 17,
  goDestroySyscall: 18,
  goStop: 19,
  goBlock: 20,
  goUnblock: 21,
  goSyscallBegin: 22,
  goSyscallEnd: 23,
  goSyscallEndBlocked: 24,
  goStatus: 25,
  stwBegin: 26,
  stwEnd: 27,
  gcActive: 28,
  gcBegin: 29,
  gcEnd: 30,
  gcSweepActive: 31,
  gcSweepBegin: 32,
  gcSweepEnd: 33,
  gcMarkAssistActive: 34,
  gcMarkAssistBegin: 35,
  gcMarkAssistEnd: 36,
  heapAlloc: 37,
  heapGoal: 38,
  goLabel: 39,
  userTaskBegin: 40,
  userTaskEnd: 41,
  userRegionBegin: 42,
  userRegionEnd: 43,
  userLog: 44,
  goSwitch: 45,
  goSwitchDestroy: 46,
  goCreateBlocked: 47,
  goStatusStack: 48,
} as const;

/** The first event about memory, which a program writes with `GODEBUG=traceallocfree=1`, and the last. */
export const memoryEvents = { first: 128, last: 136 } as const;

const fromNine = [
  2, 2, 0, 3, 2, 3, 1, 2, 0, 0, 2, 2, 3, 2, 0, 0, 3, 2, 0, 1, 2, 1, 1, 1, 2, 1, 1, 0, 1, 1, 1, 4, 2, 3, 3, 4, 2, 2, 3,
  4,
];
const ofMemory = [3, 3, 1, 2, 2, 1, 2, 2, 1];

/** What is no timed event. */
export const notTimed = 255;

/** How many numbers an event has after its time, by its number; `notTimed` where it has no place among them. */
export const arity: Uint8Array = new Uint8Array(256).fill(notTimed);
arity.set(fromNine, wire.procsChange);
arity.set(ofMemory, memoryEvents.first);
