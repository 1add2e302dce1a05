/** What messages tell people to write is there: keys of a scenario, and flags of a command. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { calledCommands } from '../src/commands/all.ts';

const called = await calledCommands();

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');

interface Message {
  readonly file: string;
  readonly text: string;
}

/** Sentences in quotes, without what is put into them; words alone are names of series and the like. */
const messages: Message[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/styles\.ts$/.test(file))
  .flatMap((file) =>
    [...readFileSync(join(src, file), 'utf8').matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)]
      .map(([, plain = '', template = '']) => ({ file, text: plain + template.replaceAll(/\$\{[^}]*\}/g, '…') }))
      .filter(({ text }) => text.includes(' ')),
  );

interface Keys {
  readonly properties?: Readonly<Record<string, Keys>>;
  readonly anyOf?: readonly Keys[];
  readonly items?: Keys;
}

const schema = JSON.parse(readFileSync(join(root, 'docs', 'scenario.schema.json'), 'utf8')) as Keys;

function keysBelow({ properties = {}, anyOf = [], items }: Keys): [string, Keys][] {
  return [...Object.entries(properties), ...[...anyOf, ...(items ? [items] : [])].flatMap(keysBelow)];
}

function isKey(path: readonly string[], keys: Keys = schema): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  const below = keysBelow(keys).filter(([name]) => name === first);
  return below.some(([, next]) => keysBelow(next).length === 0 || isKey(rest, next));
}

const named = messages.flatMap(({ file, text }) =>
  [...text.matchAll(/(?<![\w.$/-])(?:topology|target|load|observe|validity)(?:\.[a-z][A-Za-z]*)+(?![\w(])/g)].map(
    ([key]) => ({ file, key }),
  ),
);

it('names keys that a scenario may have', () => {
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ key }) => !isKey(key.split('.')))).toEqual([]);
});

it('would see a key that there is not', () => {
  expect(isKey(['topology', 'readyTimeout'])).toBe(false);
  expect(isKey(['load', 'steps', 'rates'])).toBe(false);
  expect(isKey(['topology', 'env', 'api', 'GOGC'])).toBe(true);
});

it('names flags that a command has, where it says rampart', () => {
  const wrong = messages.flatMap(({ file, text }) =>
    [...text.matchAll(/\brampart ([a-z]+)\b(?: ([a-z]+)\b)?([^;,:]*)/g)].flatMap(
      ([, name = '', below = '', words = '']) => {
        const command = called.get(`${name} ${below}`) ?? called.get(name);
        if (!command) return [];
        const flags = [...words.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([, flag = '']) => flag);
        return flags
          .filter((flag) => flag !== 'help' && !(flag in command.options))
          .map((flag) => ({ file, name, flag }));
      },
    ),
  );
  expect(wrong).toEqual([]);
});
