/** Where a node of a YAML document stands, as the path of keys that leads to it. */
import { isMap, isPair, isScalar, isSeq, type Node } from 'yaml';

/** The path of a node, given how `visit` of yaml came to it; of a key that of its value. */
export function pathOf(node: Node, ancestors: readonly unknown[]): (string | number)[] {
  const path: (string | number)[] = [];
  const line = [...ancestors, node];
  for (const [index, each] of line.entries()) {
    const parent = line[index - 1];
    if (isPair(each) && isMap(parent)) path.push(keyText(each.key));
    else if (isSeq(parent)) path.push(parent.items.indexOf(each));
  }
  return path;
}

function keyText(key: unknown): string | number {
  const value = isScalar(key) ? key.value : key;
  return typeof value === 'number' ? value : String(value);
}
