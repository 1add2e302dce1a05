/** Amounts as Kubernetes writes them: `500m`, `0.5`, `64Mi`, `1e3` (apimachinery, pkg/api/resource). */

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** In cores, bytes or whatever it counts; undefined for what is no amount. */
export function readQuantity(text: string | number): number | undefined {
  const [, digits, unit = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(String(text)) ?? [];
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** `500m`; CPU is counted in thousandths at the finest. */
export function coresText(cores: number): string {
  return `${Math.round(cores * 1000)}m`;
}
