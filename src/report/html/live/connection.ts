/** What the live page exchanges with the run: it listens, comes again when it was cut off, and asks to stop. A closed function. */
import type { LiveEnd, LiveUpdate } from '../../../model/live.ts';
import type { El } from '../client/browser.ts';
import type { LiveView } from './window.ts';

/** What to do with what comes. */
interface Heard {
  update(update: LiveUpdate): void;
  end(end: LiveEnd): void;
}

/** Listens from now on; what is wrong is said in `place`. The stop button is there for who has the token of the run. */
export function connectLive(view: LiveView, place: El, stop: El, heard: Heard): void {
  const token = view.location.hash.slice(1);
  const say = (text: string) => {
    if (place.textContent !== text) place.textContent = text;
  };

  const listen = () => {
    const stream = new view.EventSource('events');
    stream.addEventListener('open', () => say(''));
    stream.addEventListener('update', ({ data }) => heard.update(JSON.parse(data ?? '{}')));
    stream.addEventListener('end', ({ data }) => {
      stream.close();
      say('');
      stop.hidden = true;
      heard.end(JSON.parse(data ?? '{}'));
    });
    stream.addEventListener('error', () => {
      say('The run does not answer; trying again. What is below is what was last known.');
      if (stream.readyState === 2) view.setTimeout(listen, 2000);
    });
  };

  const askToStop = async () => {
    stop.setAttribute('disabled', '');
    try {
      const answer = await view.fetch('stop', { method: 'POST', headers: { 'x-rampart-token': token } });
      if (answer.ok) return;
      say(await answer.text());
    } catch {
      say('The run does not answer; stop it with Ctrl-C in its terminal.');
    }
    stop.removeAttribute('disabled');
  };

  stop.hidden = token === '';
  stop.addEventListener('click', () => void askToStop());
  listen();
}
