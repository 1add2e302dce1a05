/** Subcommands that a Go program has, and which of them serves: cobra, urfave/cli, ffcli, kingpin, kong, and `os.Args[1]`; pure. */
import { type GoFile, textAt } from './syntax.ts';

/** The names in a file, in its order. */
export function subcommandsOf(file: GoFile): string[] {
  const named = file.literals.flatMap(({ type, fields }) => {
    if (!/(?:^|\.)Command$/.test(type)) return [];
    const said = textAt(file, fields.get('Use')) ?? textAt(file, fields.get('Name'));
    const [name] = said?.trim().split(/\s+/) ?? [];
    return name === undefined || name === '' ? [] : [name];
  });
  const chained = file.calls.flatMap((call) => {
    if (call.name !== 'Command' || call.args.length < 2 || call.receiver === 'exec') return [];
    const name = textAt(file, call.args[0]);
    return name === undefined || !/^[a-z][\w-]*$/.test(name) ? [] : [name];
  });
  return [...new Set([...named, ...chained, ...switchedNames(file), ...taggedNames(file)])];
}

/** `switch os.Args[1] { case "serve": ... }` and `if os.Args[1] == "serve"`. */
function switchedNames(file: GoFile): string[] {
  const { tokens } = file;
  const words = tokens.map(({ text }) => text);
  const reads = words.some((word, at) => word === 'Args' && words[at + 1] === '[' && words[at + 2] === '1');
  if (!reads) return [];
  return tokens.flatMap(({ kind, text }, at) => {
    const before = words[at - 1];
    const isCase = before === 'case' || (before === '=' && words[at - 2] === '=');
    return kind === 'text' && isCase && /^[a-z][\w-]*$/.test(text) ? [text] : [];
  });
}

/** kong: ``Serve ServeCmd `cmd:"" help:"..."` ``. */
function taggedNames({ tokens }: GoFile): string[] {
  return tokens.flatMap(({ isRaw, text, line }, at) => {
    if (!isRaw || !/(?:^|\s)cmd:"/.test(text)) return [];
    const start = tokens.findIndex((token, index) => token.line === line && index <= at);
    const name = tokens[start];
    return name?.kind === 'name' ? [name.text.toLowerCase()] : [];
  });
}

const serving = [
  'serve',
  'server',
  'start',
  'run',
  'http',
  'web',
  'api',
  'up',
  'daemon',
  'listen',
  'gateway',
  'standalone',
];

/** Those that seem to start a server, the likeliest first. */
export function servingCommands(names: readonly string[]): string[] {
  const rank = (name: string) => {
    const exact = serving.indexOf(name);
    if (exact !== -1) return exact;
    return /^(?:serve|server|start|run)[-_]|[-_](?:server|serve|http|api)$/.test(name) ? serving.length : -1;
  };
  const known = names.map((name) => ({ name, rank: rank(name) })).filter((one) => one.rank >= 0);
  return known.sort((a, b) => a.rank - b.rank).map(({ name }) => name);
}
