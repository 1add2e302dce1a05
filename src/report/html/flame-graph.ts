/** A flame graph as plain boxes: callers above those they called, as wide as their share, no script needed. */
import { shortFunction } from '../../model/function-name.ts';
import { html, type Markup } from './markup.ts';

/** Depth, function and value of each node, callers before those they called. */
type FlameList = readonly (readonly [depth: number, name: string, value: number])[];

const rowPx = 19;
/** Deeper stacks are cut: they would be longer than a page. */
const mostRows = 60;
/** Boxes narrower than this share of the picture have no room for a letter. */
const leastLabelled = 0.02;
const usualLabel = 'flame graph; the table beside it has the same functions';
/** Hue 0 is the runtime's, hue 1 the service's own main package; the others are shared by all packages. */
const sharedHues = [2, 3, 4, 5];

/** Of what it is, for comparing pictures: all but `unit` and `answers` name it, `answers` is how many requests were answered meanwhile. */
interface FlameSource {
  readonly step?: string;
  readonly profile?: string;
  readonly unit?: string;
  readonly answers?: number;
}

/** The picture of a call tree whose root has the value `total`; `describe` gives the words for a value. */
export function flameGraph(
  list: FlameList,
  total: number,
  describe: (value: number) => string,
  of: FlameSource = {},
): Markup | undefined {
  const { step, profile, unit, answers } = of;
  const known =
    profile && html` data-step="${step}" data-profile="${profile}" data-unit="${unit}" data-answers="${answers}"`;
  const boxes = list.map(([depth, name, value]) => ({
    depth,
    name,
    value,
    hue: `h${hueOf(name)}`,
    title: describe(value),
  }));
  return picture(boxes, total, { look: 'flame', label: usualLabel, known: known || undefined });
}

/** What became of a function in one place of the tree. */
export type FlameChange = 'grown' | 'shrunk' | 'new' | 'gone' | 'same';

/** A node of a difference: as wide as it is now, in the colour of its change; `words` say what it was. */
export interface ChangedFlame {
  readonly depth: number;
  readonly name: string;
  readonly value: number;
  readonly change: FlameChange;
  readonly words: string;
}

/** The picture of a difference, whose new side has the value `total`; callers come before those they called. `label` says what it is of. */
export function changedFlameGraph(
  nodes: readonly ChangedFlame[],
  total: number,
  label = usualLabel,
): Markup | undefined {
  const boxes = nodes.map(({ change, words, ...node }) => ({ ...node, hue: change, title: words }));
  return picture(boxes, total, { look: 'flame difference', label });
}

interface FlameBox {
  readonly depth: number;
  readonly name: string;
  readonly value: number;
  readonly hue: string;
  readonly title: string;
}

interface Frame {
  readonly look: string;
  readonly label: string;
  readonly known?: Markup | undefined;
}

function picture(list: readonly FlameBox[], total: number, { look, label: said, known }: Frame): Markup | undefined {
  if (total <= 0 || list.length === 0) return undefined;
  /** Where the next child of each depth begins. */
  const next: number[] = [0];
  let rows = 0;
  const boxes = list.flatMap(({ depth, name, value, hue, title }) => {
    const left = next[depth] ?? 0;
    next[depth] = left + value;
    next[depth + 1] = left;
    if (depth >= mostRows || value <= 0) return [];
    rows = Math.max(rows, depth + 1);
    const label = value / total >= leastLabelled ? shortFunction(name) : '';
    const place = `left:${percent(left / total)};width:${percent(value / total)};top:${depth * rowPx}px`;
    return [
      html`<span class="${hue}" style="${place}" data-depth="${depth}" data-value="${value}" data-name="${name}" title="${name}: ${title}">${label}</span>`,
    ];
  });
  return html`<div class="flame-part"><div class="${look}" role="img" aria-label="${said}" data-total="${total}"${known} style="height:${rows * rowPx}px">${boxes}</div></div>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

/** One colour for each package, so that a change of package catches the eye. */
function hueOf(name: string): number {
  const [plain = ''] = name.split('[', 1);
  const path = plain.slice(0, plain.indexOf('.', plain.lastIndexOf('/') + 1));
  if (path === 'runtime' || path.startsWith('runtime/') || path.startsWith('internal/runtime')) return 0;
  if (path === 'main') return 1;
  let hash = 0;
  for (const char of path) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  return sharedHues[hash % sharedHues.length] ?? 1;
}
