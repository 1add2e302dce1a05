/** What a Go program can be told from outside: flags and environment variables, with their defaults; pure. */
import { type Call, chainedCall, type GoFile, type Literal, type Span, textAt, wordsOf } from './syntax.ts';

/** One setting, and where it stands. */
export interface Setting {
  readonly via: 'flag' | 'variable';
  /** `addr` or `PORT`. */
  readonly name: string;
  readonly preset: string | undefined;
  /** The program says that it does not do without. */
  readonly isRequired: boolean;
  /** The variable of the program that holds it, where that is to be seen. */
  readonly held: string | undefined;
  readonly file: string;
}

/** Names of things in a package, and what they are when the program starts. */
export type Constants = ReadonlyMap<string, string>;

/** All of a file; constants are those of its package. */
export function settingsOf(file: GoFile, constants: Constants): Setting[] {
  const reader: Reader = { file, constants };
  return [
    ...file.calls.flatMap((call) => [
      ...flagCall(call, reader),
      ...chainedFlag(call, reader),
      ...variableCall(call, reader),
      ...viperCall(call, reader),
      ...toolkitCall(call, reader),
    ]),
    ...file.literals.flatMap((literal) => flagLiteral(literal, reader)),
    ...file.tokens.flatMap(({ text, isRaw }) => (isRaw ? taggedSettings(text, file.path) : [])),
  ];
}

/** `const port = "8080"`, `var addr = ":8080"` and `addr := ":8080"` of a file. */
export function constantsOf({ tokens }: GoFile): Map<string, string> {
  const found = new Map<string, string>();
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'name' || found.has(text)) continue;
    const next = tokens[at + 1];
    const typed = next?.kind === 'name' && next.line === tokens[at]?.line ? 1 : 0;
    const sign = tokens[at + 1 + typed];
    const value = tokens[at + 2 + typed];
    const after = tokens[at + 3 + typed];
    if ((sign?.text !== '=' && sign?.text !== ':=') || !value || value.kind === 'name' || value.kind === 'sign')
      continue;
    if (tokens[at - 1]?.text === '.' || (after && after.line === value.line && !/^[);},]$/.test(after.text))) continue;
    found.set(text, value.kind === 'number' ? value.text.replaceAll('_', '') : value.text);
  }
  return found;
}

interface Reader {
  readonly file: GoFile;
  readonly constants: Constants;
}

const flagMethod =
  /^(?:String|Int|Int64|Uint|Uint16|Uint32|Uint64|Bool|Duration|IP|Text|Func|Value)(?:Slice)?(Var)?(P)?$/;

/** `flag.String("addr", ":8080", "where")` and its relatives in flag, pflag and their sets, told from other calls by how much they are given. */
function flagCall(call: Call, { file, constants }: Reader): Setting[] {
  const [matched, isVar, hasShort] = flagMethod.exec(call.name) ?? [];
  if (matched === undefined) return [];
  const first = isVar ? 1 : 0;
  const count = first + (hasShort ? 4 : 3);
  const name = textAt(file, call.args[first]) ?? constantAt(file, constants, call.args[first]);
  if (call.args.length !== count || name === undefined || !/^[\w.-]+$/.test(name)) return [];
  const preset = call.args[first + (hasShort ? 2 : 1)];
  return [
    {
      ...presetOf(file, constants, preset),
      via: 'flag',
      name,
      held: isVar ? lastName(file, call.args[0]) : assignedTo(file, call),
      file: file.path,
    },
  ];
}

/** kingpin: `app.Flag("listen", "where").Default(":8080").Envar("LISTEN").String()`. */
function chainedFlag(call: Call, { file, constants }: Reader): Setting[] {
  if (call.name !== 'Flag' || call.args.length !== 2) return [];
  const name = textAt(file, call.args[0]);
  if (name === undefined) return [];
  let preset: string | undefined;
  let isRequired = false;
  const variables: string[] = [];
  for (let next = chainedCall(file, call); next; next = chainedCall(file, next)) {
    const said = textAt(file, next.args[0]) ?? constantAt(file, constants, next.args[0]);
    if (next.name === 'Default') preset = said;
    if (next.name === 'Required') isRequired = true;
    if (next.name === 'Envar' && said !== undefined) variables.push(said);
  }
  const held = assignedTo(file, call);
  const one = { preset, isRequired, held, file: file.path };
  return [
    { ...one, via: 'flag', name },
    ...variables.map((variable) => ({ ...one, via: 'variable' as const, name: variable })),
  ];
}

/** urfave/cli: `&cli.StringFlag{Name: "addr", Value: ":8080", EnvVars: []string{"ADDR"}}`. */
function flagLiteral({ type, fields }: Literal, { file, constants }: Reader): Setting[] {
  if (!/(?:^|\.)\w*Flag$/.test(type)) return [];
  const name = textAt(file, fields.get('Name'));
  if (name === undefined) return [];
  const value = presetOf(file, constants, fields.get('Value'));
  const isRequired = wordsOf(file, fields.get('Required') ?? { from: 0, to: 0 })[0]?.text === 'true';
  const one = { preset: value.preset, isRequired, held: undefined, file: file.path };
  const listed = ['EnvVars', 'EnvVar', 'Sources'].flatMap((key) =>
    wordsOf(file, fields.get(key) ?? { from: 0, to: 0 }).flatMap(({ kind, text }) =>
      kind === 'text' ? text.split(',').map((each) => each.trim()) : [],
    ),
  );
  const [own = ''] = name.split(',');
  return [
    { ...one, via: 'flag', name: own.trim() },
    ...listed.map((variable) => ({ ...one, via: 'variable' as const, name: variable })),
  ];
}

const variableName = /^[A-Z][A-Z0-9_]+$/;

/** `os.Getenv("PORT")`, `os.LookupEnv`, and helpers of one's own: `getEnv("PORT", "8080")`, `mustMapEnv(&port, "PORT")`. */
function variableCall(call: Call, { file, constants }: Reader): Setting[] {
  if (!/env/i.test(call.name) && !/env/i.test(call.receiver)) return [];
  if (/^(?:Setenv|Unsetenv|Envar|EnvVars?|SetEnvPrefix|BindEnv|AutomaticEnv)$/.test(call.name)) return [];
  const [at = -1, name = ''] =
    call.args
      .slice(0, 2)
      .map((arg, index) => [index, textAt(file, arg) ?? constantAt(file, constants, arg) ?? ''] as const)
      .find(([, each]) => variableName.test(each)) ?? [];
  if (at === -1) return [];
  const held = assignedTo(file, call);
  const own = presetOf(file, constants, call.args[at + 1]);
  const preset = own.preset ?? chosenOtherwise(file, call, constants) ?? fallbackOf(file, call, held, constants);
  const isRequired = preset === undefined && /^(?:must|require|required)/i.test(call.name);
  return [{ via: 'variable', name, preset, isRequired, held, file: file.path }];
}

/** `viper.SetDefault("server.port", 8080)` and `viper.BindEnv("server.port", "PORT")`. */
function viperCall(call: Call, { file, constants }: Reader): Setting[] {
  if (call.name !== 'BindEnv') return [];
  const [key, ...names] = call.args.map((arg) => textAt(file, arg));
  const set = file.calls.find((each) => each.name === 'SetDefault' && textAt(file, each.args[0]) === key);
  const preset = set && presetOf(file, constants, set.args[1]).preset;
  return names.flatMap((name) =>
    name === undefined
      ? []
      : [{ via: 'variable', name, preset, isRequired: false, held: undefined, file: file.path } as const],
  );
}

/** `kingpinflag.AddFlags(app, ":9100")` of github.com/prometheus/exporter-toolkit, which adds one flag for where it listens. */
function toolkitCall(call: Call, { file, constants }: Reader): Setting[] {
  const isToolkit = [...file.imports.keys()].some((path) => path.startsWith('github.com/prometheus/exporter-toolkit/'));
  if (!isToolkit || call.name !== 'AddFlags' || call.args.length !== 2) return [];
  const preset = presetOf(file, constants, call.args[1]);
  return [{ ...preset, via: 'flag', name: 'web.listen-address', held: undefined, file: file.path }];
}

/** `cmp.Or(os.Getenv("PORT"), "8080")`. */
function chosenOtherwise(file: GoFile, call: Call, constants: Constants): string | undefined {
  const around = file.calls.find(
    ({ receiver, name, args }) =>
      receiver === 'cmp' && name === 'Or' && args.some(({ from, to }) => from <= call.from && call.to <= to),
  );
  const last = around?.args.at(-1);
  return last && presetOf(file, constants, last).preset;
}

/** How far behind `port := os.Getenv("PORT")` the line `if port == "" { port = "8080" }` may stand. */
const nearTokens = 40;

function fallbackOf(file: GoFile, call: Call, held: string | undefined, constants: Constants): string | undefined {
  if (held === undefined) return undefined;
  const { tokens } = file;
  for (let at = call.to; at < Math.min(tokens.length, call.to + nearTokens); at += 1) {
    const isIt = tokens[at]?.text === held && tokens[at - 1]?.text !== '.';
    const isSet = tokens[at + 1]?.text === '=' && tokens[at + 2]?.text !== '=';
    if (isIt && isSet) return presetOf(file, constants, { from: at + 2, to: at + 3 }).preset;
  }
  return undefined;
}

/** What `env`, `envconfig`, `arg`, kong and go-flags read from the tag of a field. */
function taggedSettings(tag: string, file: string): Setting[] {
  const values = new Map<string, string>();
  for (const [, key = '', value = ''] of tag.matchAll(/([\w-]+):"((?:[^"\\]|\\.)*)"/g)) values.set(key, value);
  const [own = '', ...options] = (values.get('env') ?? values.get('envconfig') ?? argVariable(values) ?? '').split(',');
  const said = options.map((option) => option.trim());
  const first = (...keys: readonly string[]) => keys.map((key) => values.get(key)).find((value) => value !== undefined);
  const preset =
    first('envDefault', 'env-default', 'envdefault', 'default') ??
    said.find((option) => option.startsWith('default='))?.slice('default='.length);
  const isRequired =
    said.includes('required') || said.includes('notEmpty') || first('required', 'env-required') === 'true';
  const one = { preset, isRequired: isRequired && preset === undefined, held: undefined, file };
  const flag = first('long');
  return [
    ...(variableName.test(own) ? [{ ...one, via: 'variable' as const, name: own }] : []),
    ...(flag === undefined ? [] : [{ ...one, via: 'flag' as const, name: flag }]),
  ];
}

/** `arg:"--port,env:PORT"`. */
function argVariable(values: ReadonlyMap<string, string>): string | undefined {
  return /(?:^|,)\s*env:(\w+)/.exec(values.get('arg') ?? '')?.[1];
}

function presetOf(file: GoFile, constants: Constants, span: Span | undefined): Pick<Setting, 'preset' | 'isRequired'> {
  const value = span && (textAt(file, span) ?? numberAt(file, span) ?? constantAt(file, constants, span));
  return { preset: value, isRequired: false };
}

function numberAt(file: GoFile, { from, to }: Span): string | undefined {
  const token = file.tokens[from];
  return to - from === 1 && token?.kind === 'number' ? token.text.replaceAll('_', '') : undefined;
}

function constantAt(file: GoFile, constants: Constants, span: Span | undefined): string | undefined {
  if (!span || wordsOf(file, span).some(({ kind, text }) => kind !== 'name' && text !== '.')) return undefined;
  return constants.get(lastName(file, span) ?? '');
}

function lastName(file: GoFile, span: Span | undefined): string | undefined {
  const word = span && wordsOf(file, span).at(-1);
  return word?.kind === 'name' ? word.text : undefined;
}

/** `port` in `port := os.Getenv(...)`, `Port` in `Port: getEnv(...)`. */
function assignedTo({ tokens }: GoFile, { from }: Span): string | undefined {
  const before = tokens[from - 1];
  const name = tokens[from - 2];
  const isAssignment = before?.text === '=' || before?.text === ':=' || before?.text === ':';
  return isAssignment && name?.kind === 'name' ? name.text : undefined;
}
