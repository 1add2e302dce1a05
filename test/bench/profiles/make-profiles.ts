/** CPU profiles as a Go service has them, made up from a seed: the same binary each time, many stacks that come again and some that do not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import type { PprofProfile, ProfileLocation, ProfileMapping } from '../../../src/goruntime/profile/types.ts';
import { seededUniform } from '../../../src/model/random.ts';

/** How large a service is, and how deep it calls. */
export interface ServiceSize {
  readonly functions: number;
  readonly locations: number;
  /** Frames of a stack, at least and at most. */
  readonly depth: readonly [least: number, most: number];
}

const packages = [
  ...['runtime', 'net/http', 'encoding/json', 'database/sql', 'internal/poll', 'bufio', 'crypto/tls', 'reflect'],
  ...['sync', 'compress/flate', 'sort', 'strconv', 'google.golang.org/grpc/internal/transport'],
  ...['github.com/example/catalogue/internal/store', 'github.com/example/catalogue/internal/search'],
];
const verbs = [
  ...['Read', 'Write', 'Serve', 'Encode', 'Decode', 'Lookup', 'scan', 'mark'],
  ...['sweep', 'alloc', 'park', 'handle', 'Close', 'flush', 'compare', 'insert'],
];
/** Different stacks of one service. */
const stacks = 12_000;
const periodNs = 10_000_000n;

/** Writes so many profiles of half a minute each into a new folder; gives their names in it, in the order of time. */
export function makeProfiles(folder: string, count: number, size: ServiceSize): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const uniform = seededUniform(3);
  const service = makeService(size, uniform);
  return Array.from({ length: count }, (_, index) => {
    const name = `${String(index).padStart(5, '0')}.pb.gz`;
    writeFileSync(join(folder, name), gzipSync(encodeProfile(profileOf(service, index, uniform))));
    return name;
  });
}

interface Service {
  readonly binary: ProfileMapping;
  readonly stacks: readonly (readonly ProfileLocation[])[];
}

function makeService(size: ServiceSize, uniform: () => number): Service {
  const pick = (count: number) => Math.floor(uniform() * count);
  const of = <Thing>(things: readonly Thing[], at: number) => things[at] as Thing;
  const word = () => of(verbs, pick(verbs.length));
  const functions = Array.from({ length: size.functions }, (_, index) => {
    const path = of(packages, pick(packages.length));
    const type = `${word()}${word()}${index}`;
    const name = `${path}.(*${type}er).${word().toLowerCase()}${type}`;
    const file = `/usr/local/go/src/${path}/${type.toLowerCase()}.go`;
    return { name, systemName: name, file, startLine: pick(900) + 1 };
  });
  const binary = mappingOf('/app/catalogue', 0x400000n, 0xa00000n, '4f1c9e0d');
  const locations = Array.from({ length: size.locations }, (_, index): ProfileLocation => {
    // Of one in five an inlined function, too.
    const lines = Array.from({ length: uniform() < 0.2 ? 2 : 1 }, () => {
      const called = of(functions, pick(functions.length));
      return { function: called, line: called.startLine + pick(200), column: 0 };
    });
    return { mapping: binary, address: 0x401000n + BigInt(index * 97 + pick(90)), lines, isFolded: false };
  });
  const callees = locations.map(() => Array.from({ length: 1 + pick(4) }, () => pick(locations.length)));
  const roots = Array.from({ length: 8 }, () => pick(locations.length));
  const [least, most] = size.depth;
  const stackOf = () => {
    let at = of(roots, pick(roots.length));
    const stack = [of(locations, at)];
    for (let depth = least + pick(most - least); depth > 0; depth--) {
      const called = of(callees, at);
      at = of(called, Math.floor(called.length * uniform() * uniform()));
      stack.push(of(locations, at));
    }
    return stack.reverse();
  };
  return { binary, stacks: Array.from({ length: stacks }, stackOf) };
}

function profileOf({ binary, stacks: all }: Service, index: number, uniform: () => number): PprofProfile {
  const counts = new Map<number, bigint>();
  const different = 560 + Math.floor(uniform() * 120);
  while (counts.size < different) {
    const stack = Math.floor(all.length * uniform() * uniform() * uniform());
    counts.set(stack, (counts.get(stack) ?? 0n) + 1n + BigInt(Math.floor(uniform() * 2)));
  }
  return {
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
    samples: [...counts].map(([stack, count]) => ({
      locations: all[stack] ?? [],
      values: [count, count * periodNs],
      labels: [],
    })),
    // Where the kernel puts this one is another place in each process.
    mappings: [binary, mappingOf('[vdso]', 0x7fff00000000n + BigInt(index) * 0x1000n, 0x2000n, '')],
    periodType: { type: 'cpu', unit: 'nanoseconds' },
    period: periodNs,
    timeNanos: 1_700_000_000_000_000_000n + BigInt(index) * 30_000_000_000n,
    durationNanos: 30_011_281_127n,
    dropFrames: '',
    keepFrames: '',
    comments: [],
    defaultSampleType: '',
    docUrl: '',
  };
}

function mappingOf(file: string, start: bigint, bytes: bigint, buildId: string): ProfileMapping {
  return {
    start,
    limit: start + bytes,
    offset: 0n,
    file,
    buildId,
    hasFunctions: true,
    hasFilenames: false,
    hasLineNumbers: false,
    hasInlineFrames: false,
  };
}
