/** Numbers from texts, the same on every machine: what spreads targets over time and over collectors. */

const uint32 = 2 ** 32;

/** A whole number from 0 to 2^32 - 1: FNV-1a over UTF-16 units, finished by MurmurHash3's mixer so that near texts lie far apart. */
function hashOf(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A share from 0 to below 1. */
export function shareOf(text: string, seed: number): number {
  return hashOf(text, seed) / uint32;
}

/** The part of all targets that one of several collectors takes. */
export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** `2/5`; undefined when the text is no shard. */
export function parseShard(text: string): Shard | undefined {
  const [, number, of] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text)?.map(Number) ?? [];
  return number !== undefined && of !== undefined && number <= of ? { number, of } : undefined;
}

/** Whether a target belongs to a shard; of all shards of a kind it belongs to exactly one. */
export function isInShard(id: string, { number, of }: Shard): boolean {
  return hashOf(id) % of === number - 1;
}
