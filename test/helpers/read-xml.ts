/** A strict reader of the small part of XML 1.0 that reports are written in; throws at whatever is not well formed. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const namePart = '[A-Za-z_][\\w.-]*';
const token = new RegExp(
  `<\\?xml version="1\\.0" encoding="UTF-8"\\?>|<(/?)(${namePart})((?:\\s+${namePart}="[^"<]*")*)\\s*(/?)>|([^<>]+)`,
  'y',
);
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The root element; every character of the text must have been understood. */
export function readXml(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`no XML at ${at}: ${text.slice(at, at + 60)}`);
    if (match[0].startsWith('<?') && at !== 0) throw new Error('the declaration is not at the beginning');
    take(match, open);
  }
  const [only, ...others] = root.children;
  if (open.length !== 1 || !only || others.length > 0 || root.text.trim() !== '')
    throw new Error('not one root element');
  return only;
}

/** One tag or text, into the innermost open element. */
function take([, closing, name, attributes = '', empty, words]: RegExpExecArray, open: XmlElement[]): void {
  const top = open.at(-1);
  if (!top) throw new Error('nothing is open');
  if (words !== undefined) top.text += unescaped(words);
  else if (closing) {
    if (top.name !== name) throw new Error(`</${name}> ends <${top.name}>`);
    open.pop();
  } else if (name !== undefined) {
    const element: XmlElement = { name, attributes: readAttributes(attributes), children: [], text: '' };
    top.children.push(element);
    if (!empty) open.push(element);
  }
}

function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w.-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`two attributes ${name}`);
    found[name] = unescaped(value);
  }
  return found;
}

function unescaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text))
    throw new Error('a character that XML forbids');
  return text.replace(/&(?:#(\d+)|(\w+))?(;?)/g, (all, code?: string, name?: string, end?: string) => {
    const char = code === undefined ? entities[name ?? ''] : String.fromCharCode(Number(code));
    if (char === undefined || end !== ';') throw new Error(`a bare ampersand: ${all}`);
    return char;
  });
}
