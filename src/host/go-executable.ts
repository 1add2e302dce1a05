/** Whether an executable was built by Go, and by which version: the section that every Go linker since 1.13 writes. */
import { type FileHandle, open } from 'node:fs/promises';

/** How a Go executable was built; the version is `go (before 1.18)` where it is not in the section itself. */
export interface GoBuild {
  readonly goVersion: string;
}

/** Of an ELF header or a section header: where its fields are, by the width of an address (elf(5)). */
const layouts = {
  1: { table: 0x20, entry: 0x2e, names: 0x32, offset: 16, size: 20, wide: false },
  2: { table: 0x28, entry: 0x3a, names: 0x3e, offset: 24, size: 32, wide: true },
} as const;

const elfMagic = '\x7fELF';
const goMagic = '\xff Go buildinf:';
/** The linker's header before version and module text, and the flag that says they follow inline (debug/buildinfo). */
const headerBytes = 32;
const inlineFlag = 2;
const versionBytes = 256;
/** No table of sections and no list of their names is as long. */
const mostBytes = 16 * 1024 * 1024;

/** Reads it; undefined when the file is not a Go executable in ELF form. Rejects when it cannot be read. */
export async function readGoBuild(path: string): Promise<GoBuild | undefined> {
  const file = await open(path, 'r');
  try {
    const at = await findSection(file, '.go.buildinfo');
    if (!at) return undefined;
    const head = await readAt(file, at.offset, Math.min(at.size, headerBytes + versionBytes));
    if (head.toString('latin1', 0, goMagic.length) !== goMagic) return undefined;
    const isInline = ((head[15] ?? 0) & inlineFlag) !== 0;
    return { goVersion: isInline ? textAt(head, headerBytes) : 'go (before 1.18)' };
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

/** A text after its length as a varint. */
function textAt(bytes: Buffer, start: number): string {
  let length = 0;
  let at = start;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at] ?? 0;
    at += 1;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return bytes.toString('utf8', at, at + length);
}

/** A file that only looks like an executable may name any place; what lies nowhere is empty. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length > mostBytes || !Number.isSafeInteger(position)) return Buffer.alloc(0);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
