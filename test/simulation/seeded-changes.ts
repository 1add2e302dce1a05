/** A service as its profiles show it, and the changes that are seeded into it. */
import type { MadeStack } from './profiled-service.ts';

const request = ['net/http.(*conn).serve', 'net/http.serverHandler.ServeHTTP', 'shop/web.(*Router).ServeHTTP'];
const quote = [...request, 'shop/web.handleQuote'];
const json = ['encoding/json.Marshal', 'encoding/json.(*encodeState).marshal', 'encoding/json.structEncoder.encode'];

/** About a quarter of a millisecond of CPU time and 18 KiB for each request. */
export const shop: readonly MadeStack[] = [
  { frames: ['net/http.(*conn).serve', 'net/http.(*conn).readRequest'], cpuUs: 25, objects: 6, size: 512 },
  { frames: ['net/http.(*conn).serve', 'bufio.(*Writer).Flush', 'syscall.Write'], cpuUs: 40 },
  { frames: ['runtime.gcBgMarkWorker', 'runtime.gcDrain'], cpuUs: 20 },
  { frames: ['runtime.mcall', 'runtime.schedule', 'runtime.findRunnable'], cpuUs: 22 },
  { frames: [...request, 'shop/web.parse'], cpuUs: 12, objects: 4, size: 256 },
  { frames: [...quote], cpuUs: 6 },
  { frames: [...quote, 'shop/checkout.Encode'], cpuUs: 8, objects: 2, size: 128 },
  { frames: [...quote, 'shop/checkout.Encode', ...json], cpuUs: 45, objects: 8, size: 700 },
  { frames: [...quote, 'shop/checkout.Encode', ...json, 'runtime.mallocgc'], cpuUs: 10 },
  { frames: [...quote, 'shop/pricing.(*Table).Lookup'], cpuUs: 18 },
  { frames: [...quote, 'shop/pricing.(*Table).Lookup', 'shop/pricing.discount'], cpuUs: 14, objects: 1, size: 96 },
  { frames: [...quote, 'shop/pricing.(*Table).Lookup', 'shop/pricing.tax', 'math.Floor'], cpuUs: 5 },
  { frames: [...quote, 'shop/store.(*Cache).Get'], cpuUs: 9, objects: 1, size: 4096 },
  { frames: [...quote, 'shop/store.(*Cache).Get', 'sync.(*Mutex).Unlock'], lockUs: 4 },
  { frames: [...quote, 'shop/store.(*Cache).Get', 'runtime.mapaccess2_faststr'], cpuUs: 7 },
  { frames: [...quote, 'shop/store.(*Cache).hash'], cpuUs: 6 },
  { frames: [...quote, 'shop/store.(*Cache).load', 'net.(*conn).Read', 'runtime.gopark'], offUs: 300 },
  { frames: [...quote, 'shop/store.(*Cache).Get', 'sync.(*Mutex).Lock', 'runtime.gopark'], offUs: 4 },
  { frames: ['main.report', 'shop/metrics.(*Registry).Write', 'sync.(*Mutex).Unlock'], lockUs: 0.3 },
  { frames: ['main.report', 'shop/metrics.(*Registry).Write'], cpuUs: 2, objects: 0.5, size: 1024 },
];

/** What is put into the innermost function of a stack: a stack of its own below it. */
export const seeded = {
  cpu: { under: [...quote, 'shop/checkout.Encode'], cpuUs: 20 },
  allocation: { under: [...quote, 'shop/checkout.Encode'], objects: 1, size: 4096, cpuUs: 2 },
  lock: { under: [...quote, 'shop/store.(*Cache).Get'], lockUs: 900 },
  wait: { under: [...quote, 'shop/store.(*Cache).load', 'time.Sleep'], offUs: 1000 },
} as const satisfies Record<string, SeededChange>;

/** Where each of them is. */
export const culprits: Readonly<Record<keyof typeof seeded, string>> = {
  cpu: 'shop/checkout.Encode',
  allocation: 'shop/checkout.Encode',
  lock: 'shop/store.(*Cache).Get',
  wait: 'shop/store.(*Cache).load',
};

interface SeededChange extends Omit<MadeStack, 'frames'> {
  readonly under: readonly string[];
}

/** The service with it. */
export function changed(stacks: readonly MadeStack[], { under, ...cost }: SeededChange): MadeStack[] {
  return [...stacks, { frames: [...under, 'runtime.seeded'], ...cost }];
}
