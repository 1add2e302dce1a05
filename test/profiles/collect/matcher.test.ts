import { describe, expect, it } from 'vitest';
import { leftOutBy, type Matcher, readMatcher } from '../../../src/profiles/collect/matcher.ts';

function matcher(text: string): Matcher {
  const read = readMatcher(text);
  if ('mistake' in read) throw new Error(read.mistake);
  return read;
}

describe('a condition', () => {
  it.each([
    ['env=prod', { env: 'prod' }, true],
    ['env=prod', { env: 'prod-2' }, false],
    ['env!=prod', { env: 'test' }, true],
    ['env!=prod', {}, true],
    ['env=', {}, true],
    ['env=~prod', { env: 'prod-2' }, false],
    ['env=~prod.*', { env: 'prod-2' }, true],
    ['env=~a|b', { env: 'ab' }, false],
    ['env=~a|b', { env: 'b' }, true],
    ['env!~test-.*', { env: 'test-1' }, false],
    ['env!~test-.*', { env: 'prod' }, true],
    ['env = "a b"', { env: 'a b' }, true],
    ['env=~.*', { env: 'two\nlines' }, true],
    ['__meta_docker_network_name=~shop_.+', { __meta_docker_network_name: 'shop_back' }, true],
  ])('%s of %j is %s', (text, labels, holds) => {
    expect(matcher(text).holds(labels as Record<string, string>)).toBe(holds);
  });

  it.each([['env'], ['=prod'], ['1env=a'], ['a-b=c'], ['env=~['], ['']])('%j is none', (text) => {
    expect(readMatcher(text)).toHaveProperty('mistake');
  });
});

it('a target is taken when all of keep holds and nothing of drop', () => {
  const filter = { keep: [matcher('service=~web|api'), matcher('env=prod')], drop: [matcher('canary=true')] };
  expect(leftOutBy(filter, { service: 'web', env: 'prod' })).toBeUndefined();
  expect(leftOutBy(filter, { service: 'web', env: 'test' })).toBe('keep env=prod');
  expect(leftOutBy(filter, { service: 'api', env: 'prod', canary: 'true' })).toBe('drop canary=true');
});
