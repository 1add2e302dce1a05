/** Words of a command line in every order and form that shells and other tools have made usual. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/commands/command.ts';
import { readWords } from '../../../src/commands/shell/read-words.ts';

const command: Command = {
  name: 'send',
  positionals: '<to> [files..]',
  summary: 'Send',
  examples: [],
  options: {
    to: { describe: 'Whom', type: 'string', positional: true },
    files: { describe: 'What', type: 'string', array: true, positional: true },
    header: { describe: 'A header', type: 'string', array: true, short: 'H' },
    body: { describe: 'A body', type: 'string', short: 'd', mayBeEmpty: true, elsewhere: ['data'] },
    times: { describe: 'How often', type: 'number', short: 'n', default: 1 },
    page: { describe: 'A page', type: 'string', alone: '0' },
    loud: { describe: 'Aloud', type: 'boolean', short: 'l' },
  },
  run: async () => 0,
};

function read(...words: string[]) {
  const { args, mistakes, isQuiet, wantsHelp } = readWords(words, command);
  expect(mistakes).toEqual([]);
  return {
    to: args.string('to'),
    files: args.strings('files'),
    headers: args.strings('header'),
    body: args.string('body'),
    times: args.number('times'),
    page: args.string('page'),
    loud: args.flag('loud'),
    isQuiet,
    wantsHelp,
  };
}

describe('a flag', () => {
  it.each([
    [['anna', '--header', 'A: 1', '--header=B: 2']],
    [['-H', 'A: 1', 'anna', '-HB: 2']],
    [['--header=A: 1', '-H=B: 2', 'anna']],
  ])('is read from %j', (words) => {
    expect(read(...words)).toMatchObject({ to: 'anna', headers: ['A: 1', 'B: 2'], files: [] });
  });

  it.each([
    [['-lq', 'anna'], { loud: true, isQuiet: true }],
    [['-ln3', 'anna'], { loud: true, times: 3 }],
    [['--no-loud', 'anna'], { loud: false }],
    [['--loud=false', 'anna'], { loud: false }],
    [['anna', '-n', '-5'], { times: -5 }],
    [['anna', '--body', ''], { body: '' }],
    [['anna', '-d', '-'], { body: '-' }],
    [['anna', '-d', 'a=b'], { body: 'a=b' }],
    [['anna', '-dPOST'], { body: 'POST' }],
    [['anna', '-ldtrue'], { loud: true, body: 'true' }],
    [['anna', '-d='], { body: '' }],
    [['anna', '--body='], { body: '' }],
    [['anna', '--body="a b"'], { body: '"a b"' }],
    [['anna', '--body=--loud'], { body: '--loud', loud: false }],
    [['anna', '--body', '007'], { body: '007' }],
    [['--loud', 'true', 'false'], { loud: true, to: 'true', files: ['false'] }],
    [['-q', 'true', '1e3', '-5%'], { isQuiet: true, to: 'true', files: ['1e3', '-5%'] }],
    [['anna'], { times: 1, loud: false, body: undefined, page: undefined }],
  ])('is read from %j as %j', (words, expected) => {
    expect(read(...words)).toMatchObject(expected);
  });

  it('that means something alone takes a value with = only', () => {
    expect(read('--page', 'anna')).toMatchObject({ page: '0', to: 'anna' });
    expect(read('--page=80', 'anna')).toMatchObject({ page: '80' });
  });

  it.each([
    [['anna', '--data', 'x'], ['send has no --data (did you mean --body?)']],
    [['anna', '-z'], ['send has no -z']],
    [['anna', '-lz'], ['send has no -z']],
    [['anna', '-d'], ['-d wants a value, got nothing (--body VALUE)']],
    [['anna', '--loud=maybe'], ['--loud takes no value, got "maybe"']],
    [['anna', '--no-loud', '-l'], ['--loud and --no-loud exclude each other']],
    [['anna', '-n1', '--times', '2'], ['--times takes one value, got "1" and "2": give it once']],
    [['anna', '-n', '1', '-n', '1'], ['--times takes one value, got "1" and "1": give it once']],
    [['anna', '-n', 'abc'], ['--times must be a number, got "abc" (example: --times 1)']],
    [['anna', '-n', '1e999'], ['--times must be a smaller number, got "1e999"']],
    [['anna', '-n', '9007199254740993'], ['--times must be a smaller number, got "9007199254740993"']],
    [['anna', '--no-body', '--no-loud=x'], ['send has no --no-body, --no-loud']],
    [
      ['anna', '--body.a=1', '--_=x', '--__proto__', '---', '-l.x'],
      ['send has no --body.a (did you mean --body?), --_, --__proto__, ---, -.'],
    ],
    [
      ['anna', '--body', '--fooo', 'x', '-n', '--'],
      [
        'send has no --fooo',
        '--body wants a value, got --fooo (--body VALUE; one that begins with a dash is written --body=--fooo)',
        '-n wants a value, got -- (example: --times 1)',
      ],
    ],
    [[], ['send wants <to> [files..], and to is missing']],
  ])('is refused in %j', (words, mistakes) => {
    expect(readWords(words, command).mistakes).toEqual(mistakes);
  });
});

it('takes everything behind -- and a lone dash for arguments', () => {
  expect(read('anna', '-', '--', '--loud', '-x')).toMatchObject({ files: ['-', '--loud', '-x'], loud: false });
});

it('takes no help for the value of a flag, and none behind --', () => {
  expect(readWords(['anna', '--body', '-h'], command).wantsHelp).toBe(true);
  expect(readWords(['anna', '--', '-h'], command).wantsHelp).toBe(false);
});

it('reads any words, and gives back as arguments all that are none of its flags', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('--header', '-H', '-q', '--', '-', '--times'))),
      (words) => {
        const { mistakes } = readWords(words, command);
        for (const mistake of mistakes) expect(mistake).not.toMatch(/undefined|NaN|\[object/);
      },
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (files) => {
      const { args } = readWords(['--', ...files], command);
      expect([args.string('to'), ...args.strings('files')]).toEqual(files);
    }),
  );
});
