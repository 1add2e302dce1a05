/** Where in the page a series is drawn: fragments that the page's script understands. */
import { readable } from './markup.ts';

/** The fragment of the chart that shows this series of this target, the line of it marked; `span` is the stretch of time to show, in seconds. */
export function chartFragment(
  target: string,
  series: string,
  span?: { readonly fromS: number; readonly toS: number },
): string {
  // The page's script knows names as the page shows them.
  const place = `chart=${encodeURIComponent(readable(series))}&target=${encodeURIComponent(readable(target))}`;
  return span ? `${place}&from=${span.fromS}&to=${span.toS}` : place;
}
