/** Which packages functions are of. */

/** First elements of the import paths that Go keeps for its standard library (`go list std`, 1.26); `vendor` is what that carries along. */
const standard = new Set(
  (
    'archive arena bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image ' +
    'index internal io iter log maps math mime net os path plugin reflect regexp runtime simd slices sort strconv strings structs sync ' +
    'syscall testing text time unicode unique unsafe uuid vendor weak'
  ).split(' '),
);

/** The import path in a function's name, as the linker writes it; empty of an address, or a function of C. */
export function packageOf(frame: string): string {
  const generic = frame.indexOf('[');
  const name = generic < 0 ? frame : frame.slice(0, generic);
  return name.slice(0, name.indexOf('.', name.lastIndexOf('/') + 1));
}

/** Whether a function is of no package, or of one of the standard library. */
export function isForeign(frame: string): boolean {
  const path = packageOf(frame);
  return path === '' || standard.has(path.split('/')[0] ?? '');
}
