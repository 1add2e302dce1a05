import { describe, expect, it } from 'vitest';
import { ownLabels, tagNameMistake, tagTexts, tagValueMistake } from '../../src/model/tags.ts';

describe('the name of a tag', () => {
  it.each(['release', 'git_sha', '_x', 'A1', 'a'.repeat(64)])('%s is a label of metrics, too', (name) => {
    expect(tagNameMistake(name)).toBeUndefined();
  });

  it.each(['', '1st', 'git-sha', 'a.b', 'k8s/app', 'größe', 'a b', 'a\n', 'a'.repeat(65)])('%j is none', (name) => {
    expect(tagNameMistake(name)).toMatch(/^must be named with letters.*example: git_sha/);
  });

  it.each(['__name__', ...ownLabels])('%s is taken', (name) => {
    expect(tagNameMistake(name)).toMatch(/^(must not begin with two underscores|is a label that metrics have already)/);
  });
});

describe('the value of a tag', () => {
  it.each(['1.5', 'größe ≥ 2', 'a=b', '"', 'x'.repeat(200)])('may be %s', (value) => {
    expect(tagValueMistake(value)).toBeUndefined();
  });

  it.each(['', 'a\nb', 'a\u0000', 'a\u2028b', '\u001b[31m', 'x'.repeat(201)])('may not be %j', (value) => {
    expect(tagValueMistake(value)).toMatch(/^must be text of 1 to 200 characters on one line, got "/);
  });
});

it('tags are told in the order of their names', () => {
  expect(tagTexts({ team: 'shop', release: '1.5' })).toEqual(['release=1.5', 'team=shop']);
  expect(tagTexts(undefined)).toEqual([]);
});
