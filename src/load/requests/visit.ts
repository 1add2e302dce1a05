/** One arrival as a client: its requests one after the other, its cookies, and what it has extracted. */
import { isLoopback } from '../../host/loopback.ts';
import { messageOf } from '../../model/errors.ts';
import type { LoadPlan } from '../../model/load.ts';
import { type Answer, fieldNamed } from '../answers/answer.ts';
import { type BodyText, bodyText } from '../answers/body-text.ts';
import { type CookieJar, type CookiePlace, createCookieJar } from '../answers/cookie-jar.ts';
import type { Extractor } from '../answers/extract.ts';
import { isRedirect, type RedirectedRequest, redirected } from '../answers/redirect.ts';
import { requestBytes } from './bytes.ts';
import { type FilledRequest, fillRequest, type RequestTemplate } from './request-template.ts';
import { ownValues, type Row } from './template.ts';
import { bodyFailure, changedRequest, failureOf, type Move, type Visit, type WireRequest } from './wire-request.ts';

/** One request of a visit, ready to be filled. */
export interface VisitStep {
  readonly template: RequestTemplate;
  /** All that does not change from arrival to arrival. */
  readonly base: WireRequest;
  /** What the text of its answer's body must contain; empty where that is of no concern, or seen as it comes. */
  readonly wantedText: string;
  readonly extractors: readonly CheckedExtractor[];
  /** How many redirects are followed. */
  readonly redirects: number;
}

/** An extractor that knows where its values go. */
export interface CheckedExtractor extends Extractor {
  /** Why a value cannot stand in the requests that it is for; undefined when it can. */
  mistake(value: string): string | undefined;
}

/** What all visits of one kind have in common. */
export interface VisitPlan {
  /** Its place among the flows of the plan; undefined of a request that stands alone. */
  readonly flow: number | undefined;
  readonly steps: readonly VisitStep[];
  readonly hasCookies: boolean;
  readonly address: Pick<LoadPlan, 'host' | 'port' | 'tls'>;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
}

/** The request that was made last, as far as redirects and cookies ask. */
interface Sent {
  readonly request: RedirectedRequest;
  readonly body: Uint8Array;
  /** Where it has led to so far. */
  readonly places: ReadonlySet<string>;
}

/** A visit from its first request to its last answer. */
export class FlowVisit implements Visit {
  pausedUs = 0;
  servedUs = 0;
  redirectsUs = 0;
  decodedBytes = 0;
  readonly flow: number | undefined;

  private readonly plan: VisitPlan;
  private readonly rowOf: (feeder: string) => Row;
  private readonly thinkMs: readonly number[];
  private readonly jar: CookieJar | undefined;
  private readonly values: Record<string, string> = {};
  private at = 0;
  private sent: Sent | undefined;

  /** `thinkMs` is the pause before each request. */
  constructor(plan: VisitPlan, rowOf: (feeder: string) => Row, thinkMs: readonly number[]) {
    this.plan = plan;
    this.flow = plan.flow;
    this.rowOf = (feeder) => (feeder === ownValues ? this.values : rowOf(feeder));
    this.thinkMs = thinkMs;
    this.jar = plan.hasCookies ? createCookieJar(plan.wallMs) : undefined;
  }

  /** Whether the body of the next answer is to be kept. */
  get keepsBody(): boolean {
    const { wantedText, extractors } = this.step;
    return wantedText !== '' || extractors.some(({ readsBody }) => readsBody);
  }

  /** The first request. */
  begin(): WireRequest {
    return this.made(this.step);
  }

  /** What follows the answer to the request that was made last. */
  after(answer: Answer): Move {
    const { step, sent } = this;
    if (this.jar && sent) takeCookies(answer, this.jar, sent.request.url);
    if (sent && isFollowed(step, answer)) {
      const location = fieldNamed(answer, 'location');
      if (location !== undefined) return this.follow(step, sent, answer.status, location);
    }
    const failure = failureOf(step.base, answer.status, answer.hasWantedBody);
    if (failure !== undefined) return { kind: 'over', failure };
    const missing = this.missingIn(answer, step);
    if (missing !== undefined) return { kind: 'over', failure: step.base.label + missing };
    this.at++;
    if (this.at === this.plan.steps.length) return { kind: 'over', failure: undefined };
    return { kind: 'next', request: this.made(this.step), thinkMs: this.thinkMs[this.at] ?? 0 };
  }

  private get step(): VisitStep {
    const step = this.plan.steps[this.at];
    if (!step) throw new RangeError('a visit that is over has no request');
    return step;
  }

  /** What is not in an answer, as an error kind; what is to be taken from it is taken. */
  private missingIn(answer: Answer, { wantedText, extractors }: VisitStep): string | undefined {
    let body: BodyText | undefined;
    const textOf = () => {
      if (!body) {
        body = bodyText(answer);
        if (body.wasEncoded) this.decodedBytes += body.bytes;
      }
      return body.text;
    };
    try {
      if (wantedText !== '' && !textOf().includes(wantedText)) return bodyFailure(wantedText);
    } catch (error) {
      return messageOf(error);
    }
    for (const { name, take, mistake } of extractors) {
      try {
        const value = take(answer, textOf);
        const wrong = mistake(value);
        if (wrong !== undefined) return `extract ${name}: ${wrong}`;
        this.values[name] = value;
      } catch (error) {
        return `extract ${name}: ${messageOf(error)}`;
      }
    }
    return undefined;
  }

  private follow(step: VisitStep, sent: Sent, status: number, location: string): Move {
    const over = (failure: string): Move => ({ kind: 'over', failure: step.base.label + failure });
    const request = redirected(sent.request, status, location);
    if (!request) return over('redirect to what is no place of HTTP');
    if (request.url.origin !== sent.request.url.origin)
      return over(`redirect to another host, ${request.url.origin}, is not followed`);
    const place = this.placeOf(request);
    if (sent.places.has(place)) return over('redirects in a circle');
    // The first place is where it began.
    if (sent.places.size > step.redirects) return over(`more than ${step.redirects} redirects`);
    const { method, url, headers, hasBody } = request;
    const filled = { method, path: url.pathname + url.search, headers, body: hasBody ? sent.body : nothing };
    this.sent = { request, body: filled.body, places: new Set([...sent.places, place]) };
    return { kind: 'redirect', request: this.wire(step, filled, url) };
  }

  private made(step: VisitStep): WireRequest {
    const filled = fillRequest(step.template, this.rowOf);
    if (!this.jar && step.redirects === 0) return this.wire(step, filled, undefined);
    const { method, headers, body } = filled;
    const url = urlOf(filled, this.plan.address);
    const request = { method, url, headers, hasBody: body.length > 0 };
    this.sent = { request, body, places: new Set([this.placeOf(request)]) };
    return this.wire(step, filled, url);
  }

  /** To come to one again is no circle when cookies have changed meanwhile, as after a login. */
  private placeOf({ method, url }: RedirectedRequest): string {
    return `${method} ${url.href} ${this.jar?.changes ?? 0}`;
  }

  private wire(step: VisitStep, { method, path, headers, body }: FilledRequest, url: URL | undefined): WireRequest {
    const withCookies = url && this.jar ? cookiesAdded(headers, this.jar.cookiesFor(cookiePlace(url))) : headers;
    const bytes = requestBytes({ method, path, headers: withCookies }, body, this.plan.address);
    return { ...changedRequest(step.base, { method, headers }), bytes, visit: this };
  }
}

const nothing = new Uint8Array(0);

/** A status that the user has named is the answer that is hoped for. */
function isFollowed({ redirects, base }: VisitStep, { status }: Answer): boolean {
  return redirects > 0 && isRedirect(status) && !base.statuses.includes(status);
}

function takeCookies({ fields }: Answer, jar: CookieJar, url: URL): void {
  for (const [name, value] of fields) if (name === 'set-cookie') jar.set(value, cookiePlace(url));
}

/** Those of the jar behind those that the user wrote. */
function cookiesAdded(headers: FilledRequest['headers'], cookies: string): FilledRequest['headers'] {
  if (cookies === '') return headers;
  const name = Object.keys(headers).find((each) => each.toLowerCase() === 'cookie') ?? 'Cookie';
  const own = headers[name];
  return { ...headers, [name]: own === undefined ? cookies : `${own}; ${cookies}` };
}

/** Cookies that say `Secure` may go to loopback as well, as browsers and curl have it. */
function cookiePlace({ protocol, hostname, pathname }: URL): CookiePlace {
  return { host: hostname, path: pathname, isSecure: protocol === 'https:' || isLoopback(hostname) };
}

/** The URL of a request, whose host is what its Host header says (RFC 9110, 7.1). */
function urlOf({ path, headers }: FilledRequest, { host, port, tls }: VisitPlan['address']): URL {
  const scheme = tls ? 'https' : 'http';
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  const own = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const behind = path.startsWith('/') ? path : '/';
  const asNamed = `${scheme}://${named}${behind}`;
  return named !== '' && URL.canParse(asNamed) ? new URL(asNamed) : new URL(`${scheme}://${own}${behind}`);
}
