/** The names of all functions in a Go program, inlined ones included: the table that the runtime itself names them from (runtime/symtab.go, pcHeader). */

/** How many bytes of the section `functionNamesAt` looks at. */
export const pcHeaderLength = 72;

/** Of Go 1.18 and 1.20; before that the header was another. */
const magics = [0xfffffff0, 0xfffffff1];

/** Where the names lie in a section `.gopclntab`, given its beginning; undefined when that is none, or one of Go before 1.18. */
export function functionNamesAt(header: Uint8Array): { readonly offset: number; readonly length: number } | undefined {
  const bytes = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (bytes.byteLength < pcHeaderLength) return undefined;
  const isLittle = magics.includes(bytes.getUint32(0, true));
  if (!isLittle && !magics.includes(bytes.getUint32(0, false))) return undefined;
  const size = bytes.getUint8(7);
  if (size !== 4 && size !== 8) return undefined;
  const field = (index: number) =>
    size === 8 ? Number(bytes.getBigUint64(8 + index * size, isLittle)) : bytes.getUint32(8 + index * size, isLittle);
  const [offset, end] = [field(3), field(4)];
  return end > offset ? { offset, length: end - offset } : undefined;
}

/** The names in those bytes, each of which ends with a zero. */
export function readFunctionNames(table: Uint8Array): ReadonlySet<string> {
  const names = Buffer.from(table.buffer, table.byteOffset, table.byteLength).toString('utf8').split('\0');
  return new Set(names.filter((name) => name !== ''));
}
