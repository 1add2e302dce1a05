/** The heaps of worker threads. */
import { setFlagsFromString } from 'node:v8';

/**
 * Lets threads that are started after this keep the memory that they have. Otherwise V8 shrinks the heap of one that allocates little
 * (MemoryReducer, src/heap/memory-reducer.cc), some eight seconds after its start, by collections of 1 to 8 ms in which it does nothing else.
 */
export function keepWorkerHeaps(): void {
  setFlagsFromString('--no-memory-reducer');
}
