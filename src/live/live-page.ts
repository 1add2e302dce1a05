/** The live page of one run: served on 127.0.0.1 from before anything is started until every page that watched has the report. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ListeningServer, type ListenPlace, listen } from '../host/http-server.ts';
import { foreignAsk, foreignRead, type Refusal } from '../host/page-guard.ts';
import type { Sink } from '../model/contracts.ts';
import { exitCodes, messageOf, RampartError } from '../model/errors.ts';
import type { LoadStep } from '../model/scenario.ts';
import { refusedStop } from './guard.ts';
import { HandOver } from './hand-over.ts';
import { Listeners } from './listeners.ts';
import { RunState } from './run-state.ts';

/** What is watched: its id, and its steps, which may grow; or for how long targets are looked at, undefined where only the user ends it. */
export interface Watched {
  readonly id: string;
  readonly of: { readonly steps: readonly LoadStep[] } | { readonly forMs: number | undefined };
}

/** How often pages are told what changed. */
const roundMs = 500;

/** For every answer; a page brings a policy of its own, which says what it may do beside. */
const safetyHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Opens the page, whose document is `html`; rejects with an environment error when the port cannot be listened on. */
export async function openLivePage(place: ListenPlace, watched: Watched, html: string): Promise<LivePage> {
  const page = new LivePage(watched, html);
  await page.open(place);
  return page;
}

/** A page that is served; it must be closed. */
export class LivePage {
  /** Where samples of the run go. */
  readonly sink: Sink;
  private readonly state: RunState;
  private readonly html: string;
  private readonly handOver = new HandOver();
  private readonly listeners: Listeners;
  private readonly token = randomBytes(18).toString('base64url');
  private readonly stop = new AbortController();
  private server: ListeningServer | undefined;
  private rounds: NodeJS.Timeout | undefined;
  private report: (() => Promise<string>) | undefined;
  private isOver = false;

  /** Not served yet. */
  constructor({ id, of }: Watched, html: string) {
    const state = 'steps' in of ? new RunState(id, of.steps) : new RunState(id, [], of.forMs);
    this.state = state;
    this.html = html;
    this.listeners = new Listeners(state, () => this.handOver.left());
    this.sink = { kind: 'live', accept: (sample) => state.take(sample), close: async () => {} };
  }

  /** The address with the token, for the user alone: a browser keeps what is behind the # to itself. */
  get url(): string {
    return `${this.server?.url}/#${this.token}`;
  }

  /** Aborted when the stop button was pressed, with the failure that ends the run. */
  get stopped(): AbortSignal {
    return this.stop.signal;
  }

  /** Begins to serve; see `openLivePage`. */
  async open(place: ListenPlace): Promise<void> {
    this.server = await listen(place, (request, response) => this.answer(request, response));
    this.rounds = setInterval(() => this.listeners.round(), roundMs).unref();
  }

  /** Tells all that watch what goes on, where no sample does. */
  tell(phase: string): void {
    this.state.enter(phase);
    this.listeners.round();
  }

  /** Tells what a reader of the numbers must know. */
  warn(text: string): void {
    this.state.warn(text);
  }

  /** Tells all that watch how it ended; with a report they go on to it. */
  finish(message: string, report?: () => Promise<string>): void {
    if (this.isOver) return;
    this.isOver = true;
    this.report = report;
    this.handOver.finish();
    this.listeners.finish({ run: this.state.run, report: report !== undefined, message });
  }

  /** Resolves when every page that watched has the report, or has gone, or does not take it; or when the signal aborts. */
  async handedOver(signal?: AbortSignal): Promise<void> {
    await this.handOver.done(signal);
  }

  /** Serves no more. */
  async close(): Promise<void> {
    clearInterval(this.rounds);
    this.handOver.close();
    await this.server?.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    for (const [name, value] of Object.entries(safetyHeaders)) response.setHeader(name, value);
    const { method = '', headers } = request;
    const [path = '/'] = (request.url ?? '/').split('?');
    const isStop = path === '/stop';
    const own = isStop ? refusedStop({ method, headers }, this.token) : foreignRead({ method, headers });
    const refusal = foreignAsk({ method, headers }) ?? own;
    if (refusal) refuse(response, refusal);
    else if (isStop) this.askToStop(response);
    else this.give(path, request, response);
  }

  private give(path: string, request: IncomingMessage, response: ServerResponse): void {
    switch (path) {
      case '/':
        if (this.report) response.writeHead(302, { location: '/report.html' }).end();
        else sendPage(response, this.html);
        break;
      case '/events':
        this.listen(request, response);
        break;
      case '/report.html':
        void this.giveReport(response);
        break;
      case '/favicon.ico':
        response.writeHead(204).end();
        break;
      default:
        refuse(response, { status: 404, why: 'There is nothing here; the page is at /.' });
    }
  }

  private listen({ method, headers }: IncomingMessage, response: ServerResponse): void {
    const last = headers['last-event-id'];
    if (method === 'HEAD') send(response, 'text/event-stream', '');
    else if (this.listeners.add(response, typeof last === 'string' ? last : undefined)) this.handOver.came();
    else refuse(response, { status: 503, why: 'Too many pages watch this run already; close one.' });
  }

  private async giveReport(response: ServerResponse): Promise<void> {
    if (!this.report) {
      refuse(response, { status: 404, why: 'The report is there when the run is over.' });
      return;
    }
    this.handOver.begin();
    response.once('close', () => this.handOver.end(response.writableFinished));
    try {
      const html = await this.report();
      response.setHeader('connection', 'close');
      sendPage(response, html);
    } catch (error) {
      refuse(response, { status: 500, why: `The report cannot be read: ${messageOf(error)}` });
    }
  }

  private askToStop(response: ServerResponse): void {
    if (this.isOver) {
      refuse(response, { status: 409, why: 'The run is over.' });
      return;
    }
    if (!this.stop.signal.aborted) {
      const message = 'stopped from the live page';
      this.state.stop();
      this.stop.abort(new RampartError({ code: 'interrupted', message, exitCode: exitCodes.interrupted }));
      this.listeners.round();
    }
    response.writeHead(202, { 'content-type': 'text/plain; charset=utf-8' }).end('The run is stopping.\n');
  }
}

/** The policy that stands in the document, said in its head too, where it can keep the page out of frames. */
function sendPage(response: ServerResponse, html: string): void {
  const [, own = "default-src 'none'"] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  response.setHeader('content-security-policy', `${own}; frame-ancestors 'none'`);
  send(response, 'text/html', html);
}

function send(response: ServerResponse, contentType: string, body: string): void {
  response.writeHead(200, { 'content-type': `${contentType}; charset=utf-8` }).end(body);
}

function refuse(response: ServerResponse, { status, why }: Refusal): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}
