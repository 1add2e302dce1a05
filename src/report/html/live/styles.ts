/** Style rules of the live page that the report does not need. */

/** They come after those of the report. */
export const liveStyles = `
.state .stop { font-size: 14px; font-weight: 600; color: var(--red-text); border-color: var(--red); padding: 6px 14px; }
.state .stop:disabled { color: var(--muted); border-color: var(--rule); }
main > .columns h2:not(:first-child) { margin-top: 26px; }
#live-connection:empty { display: none; }
#live-connection { color: var(--red-text); font-weight: 600; }
#live-events, #live-warnings, #live-errors { max-height: 340px; overflow-y: auto; font-size: 13px; overflow-wrap: anywhere; }
`;
