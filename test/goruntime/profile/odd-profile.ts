/** Profiles that are allowed and odd, for properties. */
import fc from 'fast-check';
import type { ProfileSample } from '../../../src/goruntime/profile/types.ts';
import { locationOf, mappingOf } from './made-profile.ts';

/** Small numbers, and any that fit. */
export const int64 = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map(BigInt),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const address = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
/** Texts that come again, some of them not of ASCII, and none. */
export const oddName = fc.constantFrom('f', 'g', 'größer', '🦔', '');
// pprof puts the name of the profile where a mapping has neither, and panics at a build id of one letter.
const oddFile = fc.constantFrom('/bin/f', '/bin/größer');
const oddBuild = fc.constantFrom('', '4f1c', '🦔');
const mapping = fc
  .record({ start: address, limit: address, offset: fc.constantFrom(0n, 4096n), file: oddFile, buildId: oddBuild })
  .map(mappingOf);
const location = fc.record({
  names: fc.array(oddName, { maxLength: 3 }),
  mapping: fc.option(mapping, { nil: undefined }),
  address,
  isFolded: fc.boolean(),
});
const label = fc.oneof(
  fc.record({ key: fc.constantFrom('a', 'b'), text: fc.constantFrom('x', 'y') }),
  fc.record({ key: fc.constantFrom('a', 'b'), number: int64, unit: fc.constantFrom('bytes', 'seconds') }),
);
/** Samples of two columns that no Go program has: negative, folded, in mappings of any size or none, with equal labels. */
export const oddSample = fc
  .record({
    stack: fc.array(location, { maxLength: 4 }),
    values: fc.tuple(int64, int64),
    labels: fc.array(label, { maxLength: 3 }),
  })
  .map(({ stack, values, labels }): ProfileSample => {
    return { locations: stack.map(({ names, ...given }) => locationOf(names, given)), values, labels };
  });
