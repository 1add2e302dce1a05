/** Sections of an executable that only Go linkers write: `.go.buildinfo` since 1.13, and `.gopclntab`. */
import { type FileHandle, open } from 'node:fs/promises';
import { functionNamesAt, pcHeaderLength, readFunctionNames } from '../goruntime/function-names.ts';

/** Of an ELF header or a section header: where its fields are, by the width of an address (elf(5)). */
const layouts = {
  1: { table: 0x20, entry: 0x2e, names: 0x32, offset: 16, size: 20, wide: false },
  2: { table: 0x28, entry: 0x3a, names: 0x3e, offset: 24, size: 32, wide: true },
} as const;

const elfMagic = '\x7fELF';
/** No table of sections, no list of their names and no list of modules is as long. */
const mostBytes = 16 * 1024 * 1024;

/**
 * The bytes of that section, for `parseBuildInfo`; undefined when the file is not a Go executable in ELF form. Rejects when it cannot be
 * read.
 */
export async function readBuildSection(path: string): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r');
  try {
    const at = await findSection(file, '.go.buildinfo');
    return at && (await readAt(file, at.offset, at.size));
  } finally {
    await file.close();
  }
}

/**
 * The names of all functions of a Go executable in ELF form, stripped or not; undefined of any other file, and of Go before 1.18. Rejects
 * when it cannot be read.
 */
export async function readGoFunctions(path: string): Promise<ReadonlySet<string> | undefined> {
  const file = await open(path, 'r');
  try {
    // A program that is loaded anywhere has it among what is relocated.
    const found = (await findSection(file, '.gopclntab')) ?? (await findSection(file, '.data.rel.ro.gopclntab'));
    const at = found && functionNamesAt(await readAt(file, found.offset, pcHeaderLength));
    if (!found || !at || at.offset + at.length > found.size) return undefined;
    return readFunctionNames(await readAt(file, found.offset + at.offset, at.length));
  } finally {
    await file.close();
  }
}

async function findSection(file: FileHandle, name: string): Promise<{ offset: number; size: number } | undefined> {
  const header = await readAt(file, 0, 64);
  const layout = header[4] === 1 || header[4] === 2 ? layouts[header[4]] : undefined;
  if (!layout || header.length < 64 || header.toString('latin1', 0, 4) !== elfMagic) return undefined;
  const isLittle = header[5] === 1;
  const u16 = (from: Buffer, at: number) => (isLittle ? from.readUInt16LE(at) : from.readUInt16BE(at));
  const u32 = (from: Buffer, at: number) => (isLittle ? from.readUInt32LE(at) : from.readUInt32BE(at));
  const address = (from: Buffer, at: number) =>
    layout.wide ? Number(isLittle ? from.readBigUInt64LE(at) : from.readBigUInt64BE(at)) : u32(from, at);
  const [entryBytes, count, namesIndex] = [layout.entry, layout.entry + 2, layout.names].map((at) => u16(header, at));
  if (!entryBytes || !count || namesIndex === undefined) return undefined;
  const table = await readAt(file, address(header, layout.table), entryBytes * count);
  if (table.length < entryBytes * count) return undefined;
  const sections = Array.from({ length: count }, (_, index) => {
    const start = index * entryBytes;
    return {
      name: u32(table, start),
      offset: address(table, start + layout.offset),
      size: address(table, start + layout.size),
    };
  });
  const strings = sections[namesIndex];
  if (!strings) return undefined;
  const names = await readAt(file, strings.offset, strings.size);
  return sections.find(
    (section) => names.toString('latin1', section.name, section.name + name.length + 1) === `${name}\0`,
  );
}

/** A file that only looks like an executable may name any place; what lies nowhere is empty. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length > mostBytes || !Number.isSafeInteger(position)) return Buffer.alloc(0);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
