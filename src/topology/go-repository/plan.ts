/** How a program of which only the source is known might be started, and what would then be where; pure. */

import { portOf } from '../go-source/listens.ts';
import { hasPlaces, type Route } from '../go-source/routes.ts';
import type { Setting } from '../go-source/settings.ts';
import { servingCommands } from '../go-source/subcommands.ts';
import type { JudgedPort } from '../survey/port-purpose.ts';
import type { ProgramFacts } from './facts.ts';
import { isOthers, type Knob, knobsOf } from './knobs.ts';

/** A way to start it. */
export interface Start {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ports that it is told to listen on, at an address of its own. */
  readonly told: readonly number[];
}

/** A port that the source speaks of. */
export interface ReadPort {
  readonly port: number;
  readonly purpose: JudgedPort['purpose'];
  /** `-addr`, `PORT`, or the file in which it stands. */
  readonly from: string;
  /** It is told to listen on loopback alone, and nothing says otherwise. */
  readonly isLocal: boolean;
}

/** All of one program. */
export interface ServicePlan {
  readonly knobs: readonly Knob[];
  /** Those for load first. */
  readonly ports: readonly ReadPort[];
  /** To be tried in this order. */
  readonly starts: readonly Start[];
  /** The likeliest where nobody can try: without values for what may be no address. */
  readonly untried: Start;
  /** Settings that it does not do without, as far as it says. */
  readonly wanted: readonly Setting[];
}

/** The address of a replica, in the words of a scenario. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is put in when a replica has its address
export const ownAddress = '${RAMPART_IP}';

const usualPort = 8080;
const mostStarts = 5;

/** Plans. */
export function planOf(facts: ProgramFacts): ServicePlan {
  const knobs = knobsOf(facts.settings, facts.listens);
  const placed = withPorts(knobs, facts);
  const wanted = facts.settings.filter(
    ({ name, isRequired }) => isRequired && !knobs.some(({ setting }) => setting.name === name),
  );
  return {
    knobs,
    ports: portsOf(placed, facts),
    starts: startsOf(placed, facts),
    untried: untriedStart(placed, facts),
    wanted,
  };
}

interface PlacedKnob extends Knob {
  readonly at: number | undefined;
}

/** A port for each that has none. */
function withPorts(knobs: readonly Knob[], { listens }: ProgramFacts): PlacedKnob[] {
  const taken = new Set([
    ...knobs.flatMap(({ port }) => port ?? []),
    ...listens.flatMap(({ address }) => portOf(address) ?? []),
  ]);
  const free = () => {
    let port = usualPort;
    while (taken.has(port)) port += 1;
    taken.add(port);
    return port;
  };
  const place = (knob: Knob): PlacedKnob => ({
    ...knob,
    at: knob.form === 'host' ? undefined : (knob.port ?? free()),
  });
  // What is a port for sure has the usual one.
  const ports = new Map(knobs.filter(({ form }) => form === 'port').map((knob) => [knob, place(knob)]));
  return knobs.map((knob) => ports.get(knob) ?? place(knob));
}

function portsOf(knobs: readonly PlacedKnob[], { listens }: ProgramFacts): ReadPort[] {
  const ofKnobs = knobs.flatMap(({ setting, at, purpose }) =>
    at === undefined ? [] : [{ port: at, purpose, from: nameOf(setting), isLocal: false }],
  );
  const fixed = listens.flatMap(({ address, kind, setting, file }) => {
    const port = portOf(address);
    if (port === undefined || setting || isOthers(port)) return [];
    const isLocal = /^(?:localhost|127\.|\[::1\])/.test(address ?? '');
    return [{ port, purpose: kind === 'http' ? ('http' as const) : ('unknown' as const), from: file, isLocal }];
  });
  const all = [...new Map([...fixed, ...ofKnobs].map((one) => [one.port, one])).values()];
  const seen = all.filter(({ purpose }) => purpose !== 'none');
  return seen.sort((a, b) => rank(b) - rank(a));
}

function rank({ purpose, port }: ReadPort): number {
  const ranks = { http: 6, unknown: 5, https: 3, grpc: 2, admin: 2, metrics: 1, none: 0 };
  return ranks[purpose] - ([6060, 2112, 9090].includes(port) ? 3 : 0);
}

/** How people name it. */
export function nameOf({ via, name }: Pick<Setting, 'via' | 'name'>): string {
  return via === 'flag' ? `-${name}` : name;
}

function untriedStart(knobs: readonly PlacedKnob[], { subcommands }: ProgramFacts): Start {
  const [command] = servingCommands(subcommands);
  const told = knobs.filter(({ form, hasPreset, setting }) =>
    form === 'port' ? !hasPreset && setting.via === 'variable' : hasPreset,
  );
  return startWith(command === undefined ? [] : [command], told, knobs);
}

function startsOf(knobs: readonly PlacedKnob[], facts: ProgramFacts): Start[] {
  const commands = servingCommands(facts.subcommands)
    .slice(0, 3)
    .map((name) => [name]);
  const told = knobs.filter(({ form, hasPreset }) => form !== 'port' || !hasPreset);
  const empty = told.filter(({ hasPreset, setting }) => !hasPreset && setting.via === 'variable');
  const ports = empty.filter(({ form }) => form === 'port');
  // What seems to be an address may be none: then a port alone has to do, or nothing.
  const settings = [...new Map([told, empty, ports].map((each) => [each.map(nameOfKnob).join(), each])).values()];
  const orders = commands.length > 0 ? [...commands, []] : [[]];
  return orders.flatMap((command) => settings.map((each) => startWith(command, each, knobs))).slice(0, mostStarts);
}

function nameOfKnob({ setting }: PlacedKnob): string {
  return nameOf(setting);
}

function startWith(command: readonly string[], told: readonly PlacedKnob[], all: readonly PlacedKnob[]): Start {
  const wordFor = ({ form, at }: PlacedKnob) =>
    form === 'host' ? ownAddress : form === 'port' ? String(at) : `${ownAddress}:${at}`;
  const flags = told.filter(({ setting }) => setting.via === 'flag');
  const variables = told.filter(({ setting }) => setting.via === 'variable');
  const hosted = told.some(({ form }) => form === 'host') ? all.filter(({ form }) => form === 'port') : [];
  return {
    args: [...command, ...flags.map((knob) => `--${knob.setting.name}=${wordFor(knob)}`)],
    env: Object.fromEntries(variables.map((knob) => [knob.setting.name, wordFor(knob)])),
    told: [...told.filter(({ form }) => form === 'address'), ...hosted].flatMap(({ at }) => at ?? []),
  };
}

const healthName =
  /^(?:_?health(?:z|check|-check|_check)?|healthy|live(?:z|ness)?|ready(?:z)?|readiness|ping|status|alive|heartbeat|up)$/i;
/** What a GET must not be sent to, whatever it answers. */
const harmful =
  /shut-?down|quit|exit|stop|kill|restart|reset|reload|delete|remove|logout|signout|flush|drop|crash|panic|abort/i;
const asset =
  /\.(?:js|css|ico|png|svg|txt|xml|map|woff2?)$|^\/(?:static|assets|public|favicon|robots|swagger|docs|openapi)/i;

/** Paths without values in them that may be asked with GET, and what each seems to be for. */
export interface AskedPath {
  readonly path: string;
  readonly purpose: 'health' | 'metrics' | 'pprof' | 'asset' | 'own';
  /** Whether nothing else may stand before it, as that of a group that came from elsewhere does. */
  readonly isWhole: boolean;
}

/** The paths that the routes name, those for load first. */
export function pathsOf(routes: readonly Route[]): AskedPath[] {
  const asked = routes.filter(
    ({ method, path }) => (method === 'GET' || method === '*') && !hasPlaces(path) && !harmful.test(path),
  );
  const judged = asked.map(
    ({ path, handler, isWhole }): AskedPath => ({ path, purpose: purposeOf(path, handler), isWhole }),
  );
  const all = new Map([...judged, { path: '/', purpose: 'own' as const, isWhole: true }].map((one) => [one.path, one]));
  const ranks = { own: 0, asset: 2, health: 3, metrics: 4, pprof: 5 };
  const rankOf = ({ purpose, isWhole }: AskedPath) => ranks[purpose] + (isWhole ? 0 : 0.5);
  return [...all.values()].sort((a, b) => rankOf(a) - rankOf(b));
}

function purposeOf(path: string, handler: Route['handler']): AskedPath['purpose'] {
  if (handler === 'metrics' || handler === 'pprof') return handler;
  if (handler === 'vars' || path.startsWith('/debug/')) return 'pprof';
  if (healthName.test(path.split('/').findLast((part) => part !== '') ?? '')) return 'health';
  return handler === 'files' || asset.test(path) ? 'asset' : 'own';
}
