/**
 * Colours by name in both themes. Series colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), darkened or lightened for
 * their paper.
 */

const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  paper: ['#ffffff', '#14171a'],
  panel: ['#f5f6f7', '#1d2125'],
  ink: ['#16191d', '#e6e9ec'],
  muted: ['#5b646e', '#98a2ad'],
  faint: ['#a9b1ba', '#565f69'],
  rule: ['#e2e6ea', '#2b3137'],
  band: ['#f6f7f9', '#1a1e22'],
  'band-aside': ['#eceff2', '#21262b'],
  link: ['#0a5ea8', '#6cb6f5'],
  blue: ['#0072b2', '#4aa8e0'],
  orange: ['#d98200', '#f0a533'],
  green: ['#00875f', '#2fc294'],
  purple: ['#a8508a', '#dd8fc2'],
  sky: ['#4ba3d8', '#8fd0f5'],
  red: ['#cb4b00', '#f3773a'],
  olive: ['#8a7d00', '#d8cb3d'],
  brown: ['#7a5230', '#c2946b'],
  amber: ['#c88a00', '#e0aa30'],
  'green-text': ['#00694a', '#4fd6a9'],
  'amber-text': ['#7d5600', '#ecc05a'],
  'red-text': ['#a83a00', '#ff9160'],
  'blue-text': ['#005a8e', '#7cc3f0'],
};

const declarations = Object.entries(colours).map(
  ([name, [light, dark]]) => `--${name}: light-dark(${light}, ${dark});`,
);

/** Custom properties; the theme button sets `data-theme`, without it the system decides. */
export const palette = `
:root { color-scheme: light dark; ${declarations.join(' ')} }
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
`;
