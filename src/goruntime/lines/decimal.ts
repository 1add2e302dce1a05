/** A number that an expression has checked already: `Number` takes several times as long for so short a text. */

/** What is not longer has no digit too many: a whole number of 15 digits is exact, and so is its quotient by a power of ten. */
const longest = 15;
const point = 46;

/** The number that these digits are, with or without a fraction; not a number when there is no text. */
export function decimal(text: string | undefined): number {
  if (text === undefined || text.length > longest) return Number(text);
  let digits = 0;
  let scale = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === point) scale = 1;
    else {
      digits = digits * 10 + code - 48;
      scale *= 10;
    }
  }
  return scale > 1 ? digits / scale : digits;
}
