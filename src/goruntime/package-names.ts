/** Which package a function is of, by its name as the linker writes it (cmd/internal/objabi/path.go, PathToPrefix). */

/** First elements of the import paths that Go keeps for its standard library (`go list std`, 1.26); `vendor` is what that carries along. */
const standard = new Set(
  (
    'archive arena bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image ' +
    'index internal io iter log maps math mime net os path plugin reflect regexp runtime simd slices sort strconv strings structs sync ' +
    'syscall testing text time unicode unique unsafe uuid vendor weak'
  ).split(' '),
);

/** The import path in a function's name: `gopkg.in/yaml.v3` of `gopkg.in/yaml%2ev3.Unmarshal`; empty of an address, or a function of C. */
export function packageOf(frame: string): string {
  const generic = frame.indexOf('[');
  const name = generic < 0 ? frame : frame.slice(0, generic);
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1);
  return dot < 0 ? '' : name.slice(0, dot).replaceAll('%2e', '.');
}

/** Whether a function is the standard library's or the runtime's. */
export function isStandard(frame: string): boolean {
  return standard.has(packageOf(frame).split('/', 1)[0] ?? '');
}

/** Whether a function is of no package, or of one of the standard library. */
export function isForeign(frame: string): boolean {
  return packageOf(frame) === '' || isStandard(frame);
}

/** Whether a function is of that module, or of a main package, whose path the linker does not write. */
export function isOfModule(frame: string, module: string): boolean {
  const path = packageOf(frame);
  return path === 'main' || path === module || path.startsWith(`${module}/`);
}
