/** How freely this process takes memory from the machine. */
import { setFlagsFromString } from 'node:v8';

/**
 * Lets the old part of the heap grow by 40 % between two full collections, where V8 lets a heap like ours grow to twice or four times what
 * lives in it (src/heap/memory-controller.cc): some per cent of time for a fifth of the memory. It holds for the rest of the process.
 */
export function growHeapSlowly(): void {
  setFlagsFromString('--heap-growing-percent=40');
}
