/** Which settings of a program say where it listens; pure. */
import { type Listen, portOf } from '../go-source/listens.ts';
import type { Setting } from '../go-source/settings.ts';
import { otherProtocol } from '../survey/known-images.ts';
import { type JudgedPort, judgePorts } from '../survey/port-purpose.ts';

/** A setting that says where it listens. */
export interface Knob {
  readonly setting: Setting;
  /** It holds an address with its port, a port alone, or a host alone. */
  readonly form: 'address' | 'port' | 'host';
  /** What it is without being set; of a host none. */
  readonly port: number | undefined;
  /** Without a port of its own the program does not know where to listen. */
  readonly hasPreset: boolean;
  readonly purpose: JudgedPort['purpose'];
}

/** Names of what a program calls, not of where it can be called. */
const peer =
  /redis|postgres|pg(?=host|port|_)|mysql|maria|mongo|kafka|nats|rabbit|amqp|mqtt|smtp|mail|imap|ldap|etcd|consul|vault|elastic|opensearch|clickhouse|influx|cassandra|scylla|memcache|minio|s3|statsd|graphite|jaeger|zipkin|otlp|otel|collector|loki|tempo|sentry|(?:^|[._-])(?:db|database|dsn|sql|store|cache|queue|broker|upstream|backend|target|remote|peer|join|seed|client|proxy|forward|dial|destination|dest|endpoint|origin|callback|redirect|public|external|advertise|base|source|master|leader|node|service_url|dns|ntp|syslog)(?:[._-]|$)|(?:^|[._-])ur[li](?:s)?$/i;
const portName = /(?:^|[._-])port$|port$/i;
const addressName =
  /(?:^|[._-])(?:addr(?:ess)?|listen|bind)(?:[._-]?(?:addr(?:ess)?|on|to))?$|(?:listen|bind)[._-]?addr(?:ess)?|addr(?:ess)?$/i;
const hostName =
  /(?:^|[._-])(?:host|bind|ip|listen[._-]?(?:host|ip)|bind[._-]?(?:host|ip|addr(?:ess)?)|interface|hostname)$/i;
const elsewise = /file|cert|key|path|dir|time|name|mode|level|token|secret|user|pass|socket|prefix|format|version/i;
const plainAddress = /^(?:listen|bind|server|http|web)?[._-]?addr(?:ess)?$|^listen[._-]?on$/i;
const anyHost = /^(?:|0\.0\.0\.0|localhost|127\.0\.0\.1|::1?|\[::1?\]|\*)$/;

/** Those of a program; what its calls listen on is one for sure, the others are told by their names and values. */
export function knobsOf(settings: readonly Setting[], listens: readonly Listen[]): Knob[] {
  const sure = new Set(listens.flatMap(({ setting }) => (setting ? [keyOf(setting)] : [])));
  const found = settings.flatMap((setting) => {
    const form = formOf(setting, sure.has(keyOf(setting)));
    return form === undefined ? [] : [knobOf(setting, form)];
  });
  return withoutTwins(found);
}

function keyOf({ via, name }: Setting): string {
  return `${via} ${name}`;
}

function formOf(setting: Setting, isSure: boolean): Knob['form'] | undefined {
  const { name, preset = '' } = setting;
  if (!isSure && peer.test(name)) return undefined;
  if (preset === '') return formByName(name, isSure);
  const port = portOf(preset);
  const [, host] = /^(.*):\d{1,5}$/.exec(preset) ?? [];
  if (port !== undefined && host !== undefined) {
    const isNamed = addressName.test(name) || portName.test(name) || looksServed(name);
    return isSure || (anyHost.test(host) && isNamed) ? 'address' : undefined;
  }
  if (port !== undefined) return isSure || portName.test(name) ? 'port' : undefined;
  return anyHost.test(preset) && hostName.test(name) && !isSure ? 'host' : undefined;
}

/** Of a setting that is empty unless it is set. */
function formByName(name: string, isSure: boolean): Knob['form'] | undefined {
  if (portName.test(name)) return 'port';
  if (hostName.test(name) || elsewise.test(name)) return undefined;
  return isSure || plainAddress.test(name) ? 'address' : undefined;
}

function looksServed(name: string): boolean {
  return /serv|http|web|api|metrics|pprof|debug|admin|health|grpc|listen|bind/i.test(name);
}

function knobOf(setting: Setting, form: Knob['form']): Knob {
  const { via, name, preset } = setting;
  const port = form === 'host' ? undefined : portOf(preset);
  const [judged] = judgePorts([port ?? 1], {
    environment: via === 'variable' ? { [name]: String(port ?? 1) } : {},
    words: via === 'flag' ? [`--${name}=${port ?? 1}`] : [],
    labels: {},
    names: new Map(),
    peers: [],
  });
  return {
    setting,
    form,
    port,
    hasPreset: port !== undefined || form === 'host',
    purpose: judged?.purpose ?? 'unknown',
  };
}

/** The same thing by a flag and by a variable: kept is what has a value anyway, else the variable, which every subcommand reads. */
function withoutTwins(knobs: readonly Knob[]): Knob[] {
  const isBehind = (one: Knob, other: Knob) => {
    if (one === other || one.form !== other.form || one.setting.via === other.setting.via) return false;
    if (!sameWords(one, other)) return false;
    return one.hasPreset === other.hasPreset ? one.setting.via === 'flag' : other.hasPreset;
  };
  const kept = knobs.filter((one) => !knobs.some((other) => isBehind(one, other)));
  return [...new Map(kept.map((one) => [keyOf(one.setting), one])).values()];
}

function sameWords({ setting: a }: Knob, { setting: b }: Knob): boolean {
  const [x, y] = [a, b].map(({ name }) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  return x !== undefined && y !== undefined && (x.includes(y) || y.includes(x));
}

/** What is spoken at a port by its number alone, where that is no HTTP: the default of a database that the program calls. */
export function isOthers(port: number): boolean {
  return otherProtocol(port) !== undefined;
}
