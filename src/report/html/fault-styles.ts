/** Style rules of faults: the answer on the first screen, hatched bands, and the rows of the timeline. */

/** They come after those of the first screen, whose lanes they change. */
export const faultStyles = `
.fault-answer { margin-top: 14px !important; display: grid; gap: 8px; }
.fault-answer > div { border-left: 6px solid var(--tone); background: color-mix(in srgb, var(--tone) 9%, var(--paper)); border-radius: 8px; padding: 10px 18px 12px; }
.fault-answer h2 { font-size: 13px; font-weight: 600; margin: 0 0 2px; letter-spacing: 0; }
.fault-answer .word { color: var(--tone-text); margin-right: 10px; }
.fault-answer .what { color: var(--muted); }
.fault-answer p { font-size: 18px; line-height: 1.4; max-width: 88ch; }
.fault-answer p.hint { font-size: 13px; }
.f0 { --hue: var(--red); --lean: 135deg; }
.f1 { --hue: var(--purple); --lean: 45deg; }
.f2 { --hue: var(--olive); --lean: 90deg; }
.fault .hatch { stroke: var(--hue); stroke-width: 1; opacity: 0.4; }
.fault .edge { stroke: var(--hue); stroke-width: 1.2; }
svg.shape .fault path { fill: none; }
svg.shape .fault text { fill: var(--ink); }
.timeline { margin-top: 8px; }
.lane.row { margin: 0; }
.lane.row figcaption { padding-top: 3px; line-height: 1.35; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 8px; }
.lane.row .strip { height: auto; min-height: 26px; }
.lane.row i { position: absolute; display: block; box-sizing: border-box; }
.lane.row .bar { top: 5px; height: 16px; min-width: 2px; border: 1px solid var(--hue); border-radius: 2px; background: repeating-linear-gradient(var(--lean), color-mix(in srgb, var(--hue) 55%, var(--paper)) 0 1.5px, color-mix(in srgb, var(--hue) 14%, var(--paper)) 1.5px 6px); }
.lane.row .harm { top: 12px; height: 2px; min-width: 2px; background: var(--ink); }
.lane.row .harm::after { content: ""; position: absolute; right: 0; top: -5px; height: 12px; border-right: 2px solid var(--ink); }
.lane.row .harm.open::after { border: 0; border-left: 7px solid var(--ink); border-top: 6px solid transparent; border-bottom: 6px solid transparent; height: 0; }
.lane.row .say { position: absolute; top: 3px; padding: 0 8px; font-size: 12.5px; white-space: nowrap; color: var(--tone-text); font-weight: 600; }
.lane.row .held { top: 4px; height: 18px; font-style: normal; font-size: 12px; line-height: 17px; padding: 0 5px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; border-left: 2px solid var(--hue); background: color-mix(in srgb, var(--hue) 22%, var(--paper)); }
.lane.row .held.nobody, .lane.row .held.not { background: none; border: 1px dashed var(--muted); padding: 0; }
.lane.row .held.holds { --hue: var(--green); background: color-mix(in srgb, var(--hue) 45%, var(--paper)); border-left-color: var(--green); padding: 0; }
.lane.row .tick { top: 4px; height: 18px; border-left: 2px solid var(--red); }
.lane.row .tick.restart { border-left: 2px dashed var(--blue); }
.faults td, .faults th { padding: 6px 9px; }
.faults td:nth-child(4), .faults td:nth-child(8) { min-width: 15ch; }
.faults td:last-child { min-width: 30ch; }
.faults .observed { font-weight: 400; max-width: 38ch; }
.faults td.n .observed { max-width: 16ch; margin-left: auto; }
`;
