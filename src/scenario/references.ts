/** `${env.NAME}` and `${file.PATH}` in the values of a scenario: what they stand for, and where they must not stand. */
import { type Document, isScalar, type Scalar, visit } from 'yaml';
import { pathOf } from './node-paths.ts';

/** Where values come from; each is undefined where there is none. */
export interface ValueSources {
  env(name: string): string | undefined;
  /** The text of a file, by its path as it is written; throws with why it cannot be read. */
  file(path: string): string;
}

type Path = readonly (string | number)[];

/** One text that was put in, and from where. */
export interface FilledText {
  /** `env.TOKEN`, `file.token.txt`. */
  readonly label: string;
  readonly kind: 'env' | 'file';
  /** Of the variable or the file. */
  readonly name: string;
  readonly value: string;
  /** Whether the value stands in the scenario itself, as the default. */
  readonly isDefault: boolean;
}

/** A value with references, after they were filled. */
export interface FilledValue {
  readonly path: Path;
  readonly node: Scalar;
  readonly texts: readonly FilledText[];
}

/** What is wrong with one reference. */
interface ReferenceMistake {
  readonly path: Path;
  readonly message: string;
}

/** All values that had references, and all that is wrong with them. */
export interface FilledDocument {
  readonly values: readonly FilledValue[];
  readonly mistakes: readonly ReferenceMistake[];
}

/** `$${env.X}` is plain text; else a source, what it names, and what stands for it where it is not set. */
const grammar = /\$\$\{(?=(?:env|file)\.)|\$\{(env|file)\.([^}]*)(\})?/g;
const envForm = /^([A-Za-z_]\w*)(?:(:?)([-?])([\s\S]*))?$/;

/** Whether a text has a reference, or something that looks like one. */
export function hasReference(text: string): boolean {
  return /\$\{(?:env|file)\./.test(text);
}

/** Puts values in place of references, in the document itself; texts in requests keep what the templates of feeders read. */
export function fillReferences(document: Document, sources: ValueSources): FilledDocument {
  const values: FilledValue[] = [];
  const mistakes: ReferenceMistake[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      if (typeof node.value !== 'string' || !hasReference(node.value)) return;
      const path = pathOf(node, ancestors);
      if (key === 'key') {
        mistakes.push({ path, message: `is a key with a place in it: values are filled, keys are not` });
        return;
      }
      const told = (message: string) => mistakes.push({ path, message });
      const texts: FilledText[] = [];
      node.value = filled(node.value, isTemplate(path), (written) => {
        const text = textOf(written, sources, told);
        if (text) texts.push(text);
        return text?.value ?? '';
      });
      values.push({ path, node, texts });
    },
  });
  for (const name of ['env', 'file'])
    if (document.hasIn(['load', 'feeders', name]))
      mistakes.push({
        path: ['load', 'feeders', name],
        message: `cannot be the name of a feeder: \${${name}.…} is a value of the ${name === 'env' ? 'environment' : 'file'}; give it another`,
      });
  return { values, mistakes };
}

/** A reference as it is written. */
interface Written {
  readonly source: 'env' | 'file';
  readonly inner: string;
  readonly isClosed: boolean;
}

function filled(text: string, isTemplate: boolean, fillIn: (written: Written) => string): string {
  return text.replace(grammar, (whole, source: Written['source'] | undefined, inner = '', close, at: number) => {
    if (source === undefined) return isTemplate ? whole : '${';
    const value = fillIn({ source, inner, isClosed: close !== undefined });
    if (!isTemplate) return value;
    // What a value has of the form of a place is text, also where its end makes one with what follows.
    const plain = value.replaceAll('${', () => '$${');
    return plain.endsWith('$') && text[at + whole.length] === '{' ? `${plain}$` : plain;
  });
}

/** Whether feeders fill places in what stands there. */
function isTemplate(path: Path): boolean {
  const [first, ...rest] = path;
  return first === 'load' && rest.some((key) => key === 'path' || key === 'headers' || key === 'body');
}

function textOf(written: Written, sources: ValueSources, told: (message: string) => void): FilledText | undefined {
  const { source, inner, isClosed } = written;
  const shown = `\${${source}.${inner}}`;
  if (!isClosed) {
    told(`has \${${source}. without the } that ends it (write $\${ for a plain \${)`);
    return undefined;
  }
  if (source === 'file') return fileText(inner, sources, told);
  const [, name, colon = '', operator, word = ''] = envForm.exec(inner) ?? [];
  if (name === undefined) {
    told(
      `has ${shown}, which must name a variable (example: \${env.TOKEN}, \${env.TOKEN:-none}; write $\${ for a plain \${)`,
    );
    return undefined;
  }
  const value = sources.env(name);
  const base = { label: `env.${name}`, kind: 'env', name } as const;
  const isMissing = value === undefined || (value === '' && (operator === undefined || colon === ':'));
  if (!isMissing) return { ...base, value, isDefault: false };
  if (operator === '-') return { ...base, value: word, isDefault: true };
  const state = value === undefined ? 'is not set' : 'is set to nothing';
  const wayOut =
    operator === '?' && word !== ''
      ? word
      : `set it (${name}=… rampart …, or a line in .env beside the scenario), or give a default: \${env.${name}:-…}`;
  told(`needs the variable ${name} of the environment, which ${state}: ${wayOut}`);
  return undefined;
}

function fileText(path: string, sources: ValueSources, told: (message: string) => void): FilledText | undefined {
  if (path.trim() === '') {
    told(`has \${file.}, which must name a file (example: \${file.token.txt}; write $\${ for a plain \${)`);
    return undefined;
  }
  try {
    // Editors and `echo` end a file with a newline that is no part of what it says.
    const value = sources.file(path).replace(/\r?\n$/, '');
    return { label: `file.${path}`, kind: 'file', name: path, value, isDefault: false };
  } catch (error) {
    told(`needs the file ${path}, which cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The text with the files of its references named as `absolute` has them, and nothing filled in. */
export function withFilePaths(document: Document, absolute: (path: string) => string): void {
  visit(document, {
    Scalar(_, node) {
      if (!isScalar(node) || typeof node.value !== 'string' || !hasReference(node.value)) return;
      node.value = node.value.replace(grammar, (whole, source, inner: string, close) =>
        source === 'file' && close !== undefined ? `\${file.${absolute(inner)}}` : whole,
      );
    },
  });
}
