/** Short looks at files and folders. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { beginningOf, entriesOf, isFolder, isThere, textOfFile } from '../../src/host/file-tree.ts';

const base = mkdtempSync(join(tmpdir(), 'rampart-tree-'));
afterAll(() => rmSync(base, { recursive: true }));
mkdirSync(join(base, 'folder'));
writeFileSync(join(base, 'script'), '#!/bin/sh\n');
writeFileSync(join(base, 'short'), '#');
symlinkSync(join(base, 'folder'), join(base, 'link'));
symlinkSync(join(base, 'gone'), join(base, 'broken'));

it.each([
  ['folder', true, true],
  ['link', true, true],
  ['script', true, false],
  ['broken', false, false],
  ['script/below', false, false],
  ['nothing', false, false],
])('%s: there %s, a folder %s', (name, there, folder) => {
  expect([isThere(join(base, name)), isFolder(join(base, name))]).toEqual([there, folder]);
});

it('lists what is in a folder; links are neither file nor folder', () => {
  expect(entriesOf(base).toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { name: 'broken', isFile: false, isFolder: false },
    { name: 'folder', isFile: false, isFolder: true },
    { name: 'link', isFile: false, isFolder: false },
    { name: 'script', isFile: true, isFolder: false },
    { name: 'short', isFile: true, isFolder: false },
  ]);
});

it('reads as much of a file as is wanted and there', () => {
  expect(['script', 'short', 'folder', 'nothing'].map((name) => beginningOf(join(base, name), 2))).toEqual([
    '#!',
    '#',
    '',
    '',
  ]);
  expect(textOfFile(join(base, 'script'))).toBe('#!/bin/sh\n');
});
